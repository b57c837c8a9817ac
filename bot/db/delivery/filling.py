"""Filling a campaign's ledger: one pending row for each reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    String,
    case,
    column,
    func,
    literal,
    select,
    values,
)

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.rows.column_types import Moment
from bot.db.tables import deliveries, readers
from bot.domain.delivery.campaign import Rank, State
from bot.domain.readers.reader import QuietHours


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a due time depends on: the zone that a reader chose, and her quiet hours."""

    zone: str | None
    quiet: QuietHours | None


async def whereabouts(session: Session) -> list[Whereabouts]:
    """Return every combination of zone and quiet hours that some reader has."""
    query = select(readers.c.zone, readers.c.quiet_start, readers.c.quiet_end).distinct()
    return [
        Whereabouts(row.zone, None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end))
        for row in await session.execute(query)
    ]


async def fill(
    session: Session,
    campaign_id: int,
    due: Mapping[Whereabouts, datetime],
    audience: ColumnElement[bool],
    active_since: datetime | None = None,
) -> int:
    """Add a pending row for every reader of the audience, in one statement; return how many rows the
    campaign has.

    `due`: when a row is due, by the whereabouts of its reader. A reader who is missing there, as she changed
    them meanwhile, gets the earliest of these times; the claim looks at her quiet hours. Empty: adds nothing.
    `audience`: the condition on readers (see `audience`).
    `active_since`: readers who wrote or tapped since then are sent first; None: all alike.
    """
    if not due:
        return 0
    whole, due_at = _with_due_times(due)
    rank = _rank(active_since)
    query = select(literal(campaign_id), readers.c.id, literal(str(State.PENDING)), rank, due_at)
    names = ["campaign_id", "reader_id", "state", "rank", "due_at"]
    statement = insert(session, deliveries).from_select(names, query.select_from(whole).where(audience))
    await session.execute(statement)
    # A count, and not `rowcount`: Python's sqlite3 counts no rows of a statement that begins with WITH.
    filled = select(func.count()).where(deliveries.c.campaign_id == campaign_id)
    return int((await session.execute(filled)).scalar_one())


def _rank(active_since: datetime | None) -> ColumnElement[int]:
    if active_since is None:
        return literal(int(Rank.ACTIVE))
    last_active = func.coalesce(readers.c.active_at, readers.c.started_at)
    return case((last_active >= active_since, int(Rank.ACTIVE)), else_=int(Rank.OTHERS))


def _with_due_times(due: Mapping[Whereabouts, datetime]) -> tuple[FromClause, ColumnElement[datetime]]:
    """Return the readers, and the due time of each one's row."""
    earliest = literal(min(due.values()), Moment)
    if len(set(due.values())) == 1:
        return readers, earliest
    when = _when(due)
    where = (
        (when.c.zone == func.coalesce(readers.c.zone, ""))
        & (when.c.quiet_start == func.coalesce(readers.c.quiet_start, -1))
        & (when.c.quiet_end == func.coalesce(readers.c.quiet_end, -1))
    )
    return readers.outerjoin(when, where), func.coalesce(when.c.due_at, earliest)


def _when(due: Mapping[Whereabouts, datetime]) -> Any:
    """Return the due times as a table."""
    rows = [
        (
            place.zone or "",
            place.quiet.start if place.quiet else -1,
            place.quiet.end if place.quiet else -1,
            moment,
        )
        for place, moment in due.items()
    ]
    columns = (
        column("zone", String),
        column("quiet_start", Integer),
        column("quiet_end", Integer),
        column("due_at", Moment),
    )
    return values(*columns, name="due").data(rows).cte("due_times")
