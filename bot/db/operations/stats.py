"""Statistics for metrics and readiness: few queries, and cheap."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, insert, select

from bot.db.engine.session import Session
from bot.db.tables import campaigns, inbox, readers, timestamps
from bot.db.updates.inbox import OWED_FOR
from bot.domain.delivery.campaign import Kind, Why


@dataclass(frozen=True, slots=True)
class Push:
    """The campaign of an issue; `key` is the issue's date."""

    key: str
    opened_at: datetime


async def answers(session: Session) -> None:
    """Return once the database has answered. Raises DatabaseError where it does not."""
    await session.execute(select(1))


async def takes_writes(session: Session, name: str) -> None:
    """Write a row of `timestamps`, and delete it in the same transaction.

    `name`: the row's, which nobody else uses. Raises DatabaseError where the database takes no writes.
    """
    await session.execute(insert(timestamps).values(name=name, at=datetime.now(UTC)))
    await session.execute(delete(timestamps).where(timestamps.c.name == name))


async def readers_by_access(session: Session, now: datetime) -> dict[tuple[str, bool], int]:
    """Count the readers who are not gone, by language and by whether they have access at `now`."""
    full = func.coalesce(readers.c.full_until > now, False).label("has_full")
    query = (
        select(readers.c.language, full, func.count())
        .where(readers.c.gone_at.is_(None))
        .group_by(readers.c.language, "has_full")
    )
    return {(language, bool(has)): count for language, has, count in await session.execute(query)}


async def waiting(session: Session) -> int:
    """Count the updates that wait to be handled."""
    return await _open(session, inbox.c.due_at.is_(None))


async def owed(session: Session, now: datetime) -> int:
    """Count the updates whose answer a cooldown keeps back, without those that are too old by now."""
    return await _open(session, inbox.c.due_at.is_not(None) & (inbox.c.received_at > now - OWED_FOR))


async def _open(session: Session, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(inbox).where(inbox.c.handled_at.is_(None), condition)
    return int((await session.execute(query)).scalar_one())


async def campaigns_by_state(session: Session) -> dict[str, int]:
    """Count the campaigns but reminders by state; states without any are missing."""
    counted = select(campaigns.c.state, func.count().label("number"))
    query = counted.where(campaigns.c.kind != Kind.REMINDER.value).group_by(campaigns.c.state)
    rows = await session.execute(query)
    return {row.state: row.number for row in rows}


async def last_push(session: Session) -> Push | None:
    """Return the campaign of the newest issue that was pushed, but for those that were set aside."""
    query = (
        select(campaigns.c.key, campaigns.c.opened_at)
        .where(campaigns.c.kind == Kind.ISSUE.value, campaigns.c.why.is_distinct_from(Why.AHEAD.value))
        .order_by(campaigns.c.key.desc())
        .limit(1)
    )
    row = (await session.execute(query)).first()
    return None if row is None else Push(row.key, row.opened_at)


async def latest(session: Session) -> datetime | None:
    """Return the latest moment in the database at which an update came, or a campaign was opened or ended."""
    asked = [
        func.max(column) for column in (inbox.c.received_at, campaigns.c.opened_at, campaigns.c.ended_at)
    ]
    moments = [(await session.execute(select(query))).scalar_one() for query in asked]
    return max((moment for moment in moments if moment is not None), default=None)
