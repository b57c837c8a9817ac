"""The inbox table: updates as Telegram sent them, stored before they are acknowledged."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, delete, or_, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import spelled
from bot.db.readers.open_pages import OpenPage
from bot.db.tables import inbox


@dataclass(frozen=True, slots=True)
class Received:
    """One update that waits. `body` is its JSON in ASCII, which every database can store. `sender` is the
    user whose updates are handled in order. `again`: it was handled before, and only its answer is owed.
    `once`: some of that answer may have arrived already.
    """

    update_id: int
    body: str
    sender: int
    again: bool = False
    once: bool = False


class Closed(NamedTuple):
    """How to mark an update that was handled.

    `error`: what went wrong when it was given up; None for nothing.
    `asked`: a new command of this sender: answers that are owed to her older ones are dropped.
    `owed`: seconds until its own answer is to be tried again; 0 for no answer owed.
    `left`: some of that answer may have arrived.
    `pages`: open pages to write in the same transaction.
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
    """Store updates, in this order; return the ids of those that were not there (Telegram may repeat one)."""
    rows = [
        {
            "update_id": received.update_id,
            "user_id": received.sender,
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
    select(inbox.c.update_id, inbox.c.body, inbox.c.user_id, inbox.c.due_at, inbox.c.error)
    .where(inbox.c.user_id == bindparam("sender"), WAITS)
    .order_by(inbox.c.seq)
    .limit(bindparam("most", type_=Integer))
)


async def waiting(session: Session, sender: int, limit: int, now: datetime) -> list[Received]:
    """Return the first `limit` of a sender's updates that are to be handled now, in the order they came."""
    found = await session.execute(_WAITING, {"sender": sender, "most": limit, **at(now)})
    return [
        Received(row.update_id, row.body, row.user_id, row.due_at is not None, row.error == LEFT)
        for row in found
    ]


async def before(session: Session, received: Received, since: datetime, limit: int) -> list[str]:
    """Return the bodies of the last `limit` updates of this sender before `received`, newest first, that are
    not handled yet or were handled after `since`; not of those that were given up.
    """
    own = select(inbox.c.seq).where(inbox.c.update_id == received.update_id).scalar_subquery()
    recent = inbox.c.handled_at.is_(None) | (inbox.c.handled_at > since)
    query = (
        select(inbox.c.body)
        .where(inbox.c.user_id == received.sender, inbox.c.seq < own, recent, inbox.c.error.is_(None))
        .order_by(inbox.c.seq.desc())
        .limit(limit)
    )
    return list((await session.execute(query)).scalars())


async def body_of(session: Session, update_id: int, sender: int) -> str | None:
    """Return the body of this update of a sender's, as long as it is kept."""
    query = select(inbox.c.body).where(inbox.c.update_id == update_id, inbox.c.user_id == sender)
    return (await session.execute(query)).scalar()


async def join(session: Session, one: Received, others: Collection[int], now: datetime) -> None:
    """Replace the body of one update, which now stands for the others too, and mark those as handled."""
    await session.execute(update(inbox).where(inbox.c.update_id == one.update_id).values(body=one.body))
    await session.execute(update(inbox).where(inbox.c.update_id.in_(others)).values(handled_at=now))


_BEHIND = (
    select(inbox.c.user_id)
    .where(
        inbox.c.user_id.in_(bindparam("senders", expanding=True)),
        WAITS,
        inbox.c.update_id.not_in(bindparam("new", expanding=True)),
    )
    .distinct()
)


async def behind(session: Session, senders: Collection[int], new: Collection[int], now: datetime) -> set[int]:
    """Return those of the senders of whom an update waits that is not among the `new` ids: it came before."""
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
    .where(inbox.c.user_id == bindparam("whose"), inbox.c.handled_at.is_(None), inbox.c.due_at.is_not(None))
    .values(handled_at=bindparam("now"), error=None)
)
_OWE = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("id"), inbox.c.received_at > bindparam("since"))
    .values(due_at=bindparam("due"), handled_at=None, error=bindparam("text"))
)


async def close(session: Session, closed: Iterable[Closed], now: datetime) -> None:
    """Mark updates as handled, or as owed.

    1. Each is marked as handled at `now`, with its error.
    2. A new command (`asked`) also marks its sender's updates whose answer was owed.
    3. Those with `owed` seconds wait again, unless a newer command of the sender is in the same call, or the
       answer would be due more than `OWED_FOR` after the update came.
    """
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
    """Return the updates that were given up."""
    query = select(inbox.c.update_id, inbox.c.body, inbox.c.user_id).where(inbox.c.error.is_not(None))
    return [Received(row.update_id, row.body, row.user_id) for row in await session.execute(query)]


async def forget(session: Session, before: datetime, *, failed_before: datetime) -> None:
    """Drop what was handled before then; failures stay longer, for whoever mends the cause."""
    old = and_(inbox.c.handled_at < before, inbox.c.error.is_(None))
    never = and_(inbox.c.handled_at.is_(None), inbox.c.due_at < before - OWED_FOR)  # came too late
    await session.execute(delete(inbox).where(or_(old, never, inbox.c.handled_at < failed_before)))
