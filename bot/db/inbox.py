"""The inbox: updates as Telegram sent them, kept before they are acknowledged."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, delete, or_, select, update

from bot.db.open_pages import OpenPage
from bot.db.session import Session
from bot.db.tables import inbox
from bot.db.upsert import spelled


@dataclass(frozen=True, slots=True)
class Received:
    """One update; `body` is its JSON in ASCII, so that every database can keep it. `again`: it was handled,
    and only its answer is owed; `once`: some of that may have arrived already.
    """

    update_id: int
    body: str
    sender: int
    again: bool = False
    once: bool = False


class Closed(NamedTuple):
    """An update that was handled, or given up with an `error`. `asked`: it is a new command of this sender,
    to be answered, after which none of her older ones is. Its own answer is owed in `owed` seconds, where
    that is not 0; `left`: some of it may have arrived. `pages` are open pages to be kept with it.
    """

    update_id: int
    error: str | None
    sender: int = 0
    asked: bool = False
    owed: float = 0.0
    left: bool = False
    pages: tuple[OpenPage, ...] = ()


OWED_FOR = timedelta(hours=25)
"""An answer that would come later than this is not owed any more: halts of a day are seen, and a little."""


LEFT = "some of the answer may have arrived"
"""Stands for an error while the rest is owed."""


async def keep(session: Session, batch: Iterable[Received], now: datetime) -> set[int]:
    """Keep updates, in this order; return the ids of those that are new (Telegram may send one again)."""
    rows = [
        {
            "update_id": received.update_id,
            "sender": received.sender,
            "body": received.body,
            "received_at": now,
        }
        for received in batch
    ]
    if not rows:
        return set()
    return set((await session.execute(_keep(session.dialect.name), rows)).scalars())


@cache
def _keep(dialect: str) -> Any:
    return spelled(dialect, inbox).on_conflict_do_nothing().returning(inbox.c.update_id)


_IS_DUE = (inbox.c.due_at <= bindparam("at")) & (inbox.c.received_at > bindparam("owed_since"))
WAITS = inbox.c.handled_at.is_(None) & (inbox.c.due_at.is_(None) | _IS_DUE)
"""What is to be handled now: what is owed later is not, nor what was owed too long ago. See `at`."""


def at(now: datetime) -> dict[str, Any]:
    """Return the values of `WAITS` at a moment."""
    return {"at": now, "owed_since": now - OWED_FOR}


_WAITING = (
    select(inbox.c.update_id, inbox.c.body, inbox.c.sender, inbox.c.due_at, inbox.c.error)
    .where(inbox.c.sender == bindparam("sender"), WAITS)
    .order_by(inbox.c.seq)
    .limit(bindparam("most", type_=Integer))
)


async def waiting(session: Session, sender: int, limit: int, now: datetime) -> list[Received]:
    """Return the first of a sender's updates that are kept but not handled, in the order they were kept."""
    found = await session.execute(_WAITING, {"sender": sender, "most": limit, **at(now)})
    return [
        Received(row.update_id, row.body, row.sender, row.due_at is not None, row.error == LEFT)
        for row in found
    ]


async def before(session: Session, received: Received, since: datetime, limit: int) -> list[str]:
    """Return the bodies of a sender's last updates before this one that are in hand, or were handled since
    then; not of those that were given up.
    """
    own = select(inbox.c.seq).where(inbox.c.update_id == received.update_id).scalar_subquery()
    recent = inbox.c.handled_at.is_(None) | (inbox.c.handled_at > since)
    query = (
        select(inbox.c.body)
        .where(inbox.c.sender == received.sender, inbox.c.seq < own, recent, inbox.c.error.is_(None))
        .order_by(inbox.c.seq.desc())
        .limit(limit)
    )
    return list((await session.execute(query)).scalars())


async def body_of(session: Session, update_id: int, sender: int) -> str | None:
    """Return the body of this update of a sender's, as long as it is kept."""
    query = select(inbox.c.body).where(inbox.c.update_id == update_id, inbox.c.sender == sender)
    return (await session.execute(query)).scalar()


async def join(session: Session, one: Received, others: Collection[int], now: datetime) -> None:
    """Let one update stand for others too, which are handled with it."""
    await session.execute(update(inbox).where(inbox.c.update_id == one.update_id).values(body=one.body))
    await session.execute(update(inbox).where(inbox.c.update_id.in_(others)).values(handled_at=now))


_BEHIND = (
    select(inbox.c.sender)
    .where(
        inbox.c.sender.in_(bindparam("senders", expanding=True)),
        WAITS,
        inbox.c.update_id.not_in(bindparam("new", expanding=True)),
    )
    .distinct()
)


async def behind(session: Session, senders: Collection[int], new: Collection[int], now: datetime) -> set[int]:
    """Return those of the senders of whom something waits that is older than these new updates."""
    if not senders:
        return set()
    values = {"senders": list(senders), "new": list(new), **at(now)}
    return set((await session.execute(_BEHIND, values)).scalars())


_CLOSE = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("id"))
    .values(handled_at=bindparam("now"), error=bindparam("text"))
)


_SUPERSEDE = (
    update(inbox)
    .where(inbox.c.sender == bindparam("whose"), inbox.c.handled_at.is_(None), inbox.c.due_at.is_not(None))
    .values(handled_at=bindparam("now"), error=None)
)
_OWE = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("id"), inbox.c.received_at > bindparam("since"))
    .values(due_at=bindparam("due"), handled_at=None, error=bindparam("text"))
)


async def close(session: Session, closed: Iterable[Closed], now: datetime) -> None:
    """Mark updates as handled, in this order; an error's text marks one that was given up."""
    known = list(closed)
    if known:
        rows = [{"id": one.update_id, "text": one.error, "now": now} for one in known]
        await session.execute(_CLOSE, rows)
    if asked := {one.sender: one.update_id for one in known if one.asked}:
        await session.execute(_SUPERSEDE, [{"whose": sender, "now": now} for sender in asked])
    owed = [one for one in known if one.owed and asked.get(one.sender, one.update_id) == one.update_id]
    if owed:
        await session.execute(_OWE, [_due(one, now) for one in owed])


def _due(one: Closed, now: datetime) -> dict[str, object]:
    due = now + timedelta(seconds=one.owed)
    text = LEFT if one.left else None
    return {"id": one.update_id, "due": due, "since": due - OWED_FOR, "text": text}


async def failures(session: Session) -> list[Received]:
    query = select(inbox.c.update_id, inbox.c.body, inbox.c.sender).where(inbox.c.error.is_not(None))
    return [Received(row.update_id, row.body, row.sender) for row in await session.execute(query)]


async def forget(session: Session, before: datetime, *, failed_before: datetime) -> None:
    """Drop what was handled before then; failures stay longer, for whoever mends the cause."""
    old = and_(inbox.c.handled_at < before, inbox.c.error.is_(None))
    never = and_(inbox.c.handled_at.is_(None), inbox.c.due_at < before - OWED_FOR)  # came too late
    await session.execute(delete(inbox).where(or_(old, never, inbox.c.handled_at < failed_before)))
