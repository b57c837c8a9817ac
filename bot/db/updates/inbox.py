"""The inbox: updates as Telegram sent them, stored before acknowledged.

The order is: `store`, then `waiting` for what is to be handled, then `mark_handled`.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, delete, or_, select, update

from bot.db.engine.direct_statement import DirectStatement
from bot.db.engine.session import Session
from bot.db.engine.upsert import insert_for
from bot.db.tables import inbox


@dataclass(frozen=True, slots=True)
class Received:
    """One update that waits to be handled.

    `body`: its JSON in ASCII, which every database can store.
    `user_id`: the user whose updates are handled one after the other.
    `again`: it was handled before, and only its answer is owed.
    `once`: some of that answer may have arrived already, so no part of it may be sent twice.
    """

    update_id: int
    body: str
    user_id: int
    again: bool = False
    once: bool = False
    parsed: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    """What `body` says, where it has just come; None where it was read from the table."""

    def update(self) -> dict[str, Any]:
        """Return the update as Telegram sent it. Nobody may change it."""
        if self.parsed is not None:
            return self.parsed
        update: dict[str, Any] = json.loads(self.body)
        return update


class Closed(NamedTuple):
    """How to mark an update that was handled.

    `error`: what went wrong when it was given up; None for nothing.
    `asked`: it is a new command of this user: answers that are owed to her older ones are dropped.
    `owed`: seconds until its own answer is to be tried again; 0 for no answer owed.
    `left`: some of that answer may have arrived.
    """

    update_id: int
    error: str | None
    user_id: int = 0
    asked: bool = False
    owed: float = 0.0
    left: bool = False


OWED_FOR = timedelta(hours=25)
"""An answer that would come later than this is not owed any more. Telegram's longest cooldowns last a day."""

LEFT = "some of the answer may have arrived"
"""The value of `error` while the rest of an answer is owed."""


async def store(session: Session, batch: Iterable[Received], now: datetime) -> set[int]:
    """Store updates in this order; return the ids of those that are new.

    Telegram may send an update again that it has sent before: one that is there already stays as it is.
    """
    rows = [
        {
            "update_id": received.update_id,
            "user_id": received.user_id,
            "body": received.body,
            "received_at": now,
        }
        for received in batch
    ]
    if not rows:
        return set()
    return {row.update_id for row in await _STORE.execute(session, *rows)}


_STORE = DirectStatement(
    lambda dialect: insert_for(dialect, inbox).on_conflict_do_nothing().returning(inbox.c.update_id)
)


_IS_DUE = (inbox.c.due_at <= bindparam("at")) & (inbox.c.received_at > bindparam("owed_since"))
WAITS = inbox.c.handled_at.is_(None) & (inbox.c.due_at.is_(None) | _IS_DUE)
"""The condition on an update that is to be handled now; `waits_at` gives its values.

An update whose answer is owed waits from its due time on, and no longer than `OWED_FOR` after it came.
"""


def waits_at(now: datetime) -> dict[str, Any]:
    """Return the bound values of `WAITS` at the moment `now`."""
    return {"at": now, "owed_since": now - OWED_FOR}


_WAITING = DirectStatement(
    lambda _: (
        select(inbox.c.update_id, inbox.c.body, inbox.c.user_id, inbox.c.due_at, inbox.c.error)
        .where(inbox.c.user_id == bindparam("user"), WAITS)
        .order_by(inbox.c.seq)
        .limit(bindparam("most", type_=Integer))
    )
)


async def waiting(session: Session, user_id: int, limit: int, now: datetime) -> list[Received]:
    """Return the first `limit` of a user's updates that are to be handled now, in the order they came."""
    rows = await _WAITING.execute(session, {"user": user_id, "most": limit, **waits_at(now)})
    return [
        Received(row.update_id, row.body, row.user_id, row.due_at is not None, row.error == LEFT)
        for row in rows
    ]


async def bodies_before(session: Session, received: Received, since: datetime, limit: int) -> list[str]:
    """Return the bodies of the last `limit` updates that the same user sent before `received`, newest first.

    Only updates count that are not handled yet, or were handled after `since`, and were not given up.
    """
    own = select(inbox.c.seq).where(inbox.c.update_id == received.update_id).scalar_subquery()
    recent = inbox.c.handled_at.is_(None) | (inbox.c.handled_at > since)
    query = (
        select(inbox.c.body)
        .where(inbox.c.user_id == received.user_id, inbox.c.seq < own, recent, inbox.c.error.is_(None))
        .order_by(inbox.c.seq.desc())
        .limit(limit)
    )
    return list((await session.execute(query)).scalars())


async def body_of(session: Session, update_id: int, user_id: int) -> str | None:
    """Return the body of this update of a user's; None once it was purged, or where it is somebody else's."""
    query = select(inbox.c.body).where(inbox.c.update_id == update_id, inbox.c.user_id == user_id)
    return (await session.execute(query)).scalar()


async def merge(session: Session, merged: Received, others: Collection[int], now: datetime) -> None:
    """Let one update stand for several: store the body of `merged` under its id, and mark the updates with
    the ids `others` as handled at `now`.
    """
    await session.execute(update(inbox).where(inbox.c.update_id == merged.update_id).values(body=merged.body))
    await session.execute(update(inbox).where(inbox.c.update_id.in_(others)).values(handled_at=now))


_BEHIND = DirectStatement(
    lambda _: (
        select(inbox.c.user_id)
        .where(
            inbox.c.user_id.in_(bindparam("users", expanding=True)),
            WAITS,
            inbox.c.update_id.not_in(bindparam("new", expanding=True)),
        )
        .distinct()
    )
)


async def users_behind(
    session: Session, user_ids: Collection[int], new: Collection[int], now: datetime
) -> set[int]:
    """Return those of `user_ids` of whom an update waits that came before the updates with the ids `new`."""
    if not user_ids:
        return set()
    values = {"users": list(user_ids), "new": list(new), **waits_at(now)}
    return {row.user_id for row in await _BEHIND.execute(session, values)}


_MARK_HANDLED = DirectStatement(
    lambda _: (
        update(inbox)
        .where(inbox.c.update_id == bindparam("id"))
        .values(handled_at=bindparam("now"), error=bindparam("text"))
    )
)
_SUPERSEDE = DirectStatement(
    lambda _: (
        update(inbox)
        .where(
            inbox.c.user_id == bindparam("whose"), inbox.c.handled_at.is_(None), inbox.c.due_at.is_not(None)
        )
        .values(handled_at=bindparam("now"), error=None)
    )
)
_OWE = DirectStatement(
    lambda _: (
        update(inbox)
        .where(inbox.c.update_id == bindparam("id"), inbox.c.received_at > bindparam("since"))
        .values(due_at=bindparam("due"), handled_at=None, error=bindparam("text"))
    )
)


async def mark_handled(session: Session, closed: Iterable[Closed], now: datetime) -> None:
    """Mark updates as handled, or as owed.

    1. Each is marked as handled at `now`, with its error.
    2. A new command (`asked`) also marks its user's updates whose answer was owed.
    3. Those with `owed` seconds wait again, unless a newer command of the user is in the same call, or the
       answer would be due more than `OWED_FOR` after the update came.
    """
    closed = list(closed)
    if closed:
        rows = [{"id": each.update_id, "text": each.error, "now": now} for each in closed]
        await _MARK_HANDLED.execute(session, *rows)
    if asked := {each.user_id: each.update_id for each in closed if each.asked}:
        await _SUPERSEDE.execute(session, *({"whose": user_id, "now": now} for user_id in asked))
    owed = [
        each for each in closed if each.owed and asked.get(each.user_id, each.update_id) == each.update_id
    ]
    if owed:
        await _OWE.execute(session, *(_due(each, now) for each in owed))


def _due(closed: Closed, now: datetime) -> dict[str, object]:
    due = now + timedelta(seconds=closed.owed)
    text = LEFT if closed.left else None
    return {"id": closed.update_id, "due": due, "since": due - OWED_FOR, "text": text}


async def failures(session: Session) -> list[Received]:
    """Return the updates that were given up because of an error, as long as they are kept."""
    query = select(inbox.c.update_id, inbox.c.body, inbox.c.user_id).where(inbox.c.error.is_not(None))
    return [Received(row.update_id, row.body, row.user_id) for row in await session.execute(query)]


async def forget(session: Session, before: datetime, *, failed_before: datetime) -> None:
    """Delete updates that were handled before `before`, and owed answers that came too late by then.

    Updates that were given up stay until `failed_before`, for whoever mends the cause.
    """
    old = and_(inbox.c.handled_at < before, inbox.c.error.is_(None))
    never = and_(inbox.c.handled_at.is_(None), inbox.c.due_at < before - OWED_FOR)  # came too late
    await session.execute(delete(inbox).where(or_(old, never, inbox.c.handled_at < failed_before)))
