"""Figures: counts for metrics and readiness, few and cheap."""

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
    """Ask for nothing: an error says that the database is away."""
    await session.execute(select(1))


async def takes_writes(session: Session, name: str) -> None:
    """Write something that is gone again when the transaction ends; `name` is used by nobody else."""
    await session.execute(insert(timestamps).values(name=name, at=datetime.now(UTC)))
    await session.execute(delete(timestamps).where(timestamps.c.name == name))


async def readers_by_access(session: Session, now: datetime) -> dict[tuple[str, bool], int]:
    """Count the readers who can be reached, by language and by whether they read everything."""
    full = func.coalesce(readers.c.full_until > now, False).label("has_full")
    query = (
        select(readers.c.language, full, func.count())
        .where(readers.c.gone_at.is_(None))
        .group_by(readers.c.language, "has_full")
    )
    return {(language, bool(has)): count for language, has, count in await session.execute(query)}


async def waiting(session: Session) -> int:
    return await _open(session, inbox.c.due_at.is_(None))


async def owed(session: Session, now: datetime) -> int:
    """Count the updates that were handled, and whose answer a halt keeps back; not what comes too late."""
    return await _open(session, inbox.c.due_at.is_not(None) & (inbox.c.received_at > now - OWED_FOR))


async def _open(session: Session, such: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(inbox).where(inbox.c.handled_at.is_(None), such)
    return int((await session.execute(query)).scalar_one())


async def campaigns_by_state(session: Session) -> dict[str, int]:
    query = select(campaigns.c.state, func.count().label("number")).group_by(campaigns.c.state)
    rows = await session.execute(query)
    return {row.state: row.number for row in rows}


async def last_push(session: Session) -> Push | None:
    query = (
        select(campaigns.c.key, campaigns.c.opened_at)
        .where(campaigns.c.kind == Kind.ISSUE.value, campaigns.c.why.is_distinct_from(Why.AHEAD.value))
        .order_by(campaigns.c.key.desc())
        .limit(1)
    )
    row = (await session.execute(query)).first()
    return None if row is None else Push(row.key, row.opened_at)


async def latest(session: Session) -> datetime | None:
    """Return the last moment that is known: an update came, or a campaign was opened or ended."""
    asked = [
        func.max(column) for column in (inbox.c.received_at, campaigns.c.opened_at, campaigns.c.ended_at)
    ]
    moments = [(await session.execute(select(query))).scalar_one() for query in asked]
    return max((moment for moment in moments if moment is not None), default=None)
