"""Deliveries that are due, with their readers, locked for a claim."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    bindparam,
    exists,
    literal,
    literal_column,
    select,
    union_all,
)

from bot.db.engine.session import Session
from bot.db.readers.readers import COLUMNS, reader_of
from bot.db.rows.column_types import Moment
from bot.db.tables import deliveries, open_pages, readers
from bot.domain.delivery.campaign import Rank, State
from bot.domain.readers.reader import Reader

_MOST = bindparam("most", type_=Integer)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that is due, with its reader as she is now."""

    reader: Reader
    due_at: datetime
    has_it: bool  # has opened the issue's front page


def _due(has_it: ColumnElement[bool]) -> Any:
    """Return the query for due rows, one rank after the other."""
    # Each rank by itself is read from the index in order, without a sort. The second rank gives, and locks,
    # only what the first leaves of the limit.
    first, second = (select(_due_of(rank, has_it).subquery()) for rank in Rank)
    return union_all(first, second).limit(_MOST)


def _due_of(rank: Rank, has_it: ColumnElement[bool]) -> Any:
    return (
        select(*COLUMNS, deliveries.c.due_at, has_it.label("has_it"))
        .select_from(deliveries)
        .join(readers, readers.c.id == deliveries.c.reader_id)
        .where(
            deliveries.c.campaign_id == bindparam("campaign"),
            deliveries.c.state == State.PENDING,
            deliveries.c.rank == literal_column(str(int(rank))),
            deliveries.c.due_at <= bindparam("now", type_=Moment),
        )
        .order_by(deliveries.c.due_at, deliveries.c.reader_id)
        .limit(_MOST)
        .with_for_update(skip_locked=True, of=[deliveries, readers])  # SQLite: the whole transaction is one
    )


_DUE = _due(literal(value=False))
_DUE_ISSUE = _due(
    exists().where(
        open_pages.c.reader_id == readers.c.id, open_pages.c.date == bindparam("day"), open_pages.c.front
    )
)


async def due(
    session: Session, campaign_id: int, day: date | None, now: datetime, limit: int
) -> list[Candidate]:
    """Return up to `limit` pending rows that are due at `now`, by rank and then by due time, with their
    readers as they are now.

    Rows and readers are locked until the end of the transaction (SELECT … FOR UPDATE SKIP LOCKED): what a
    reader changes meanwhile waits for the claim, or is seen by it. Rows that others have locked are passed
    over. `day`: the date of the issue, whose readers may have opened it already (`has_it`); None: no issue.
    """
    given = {"campaign": campaign_id, "day": day, "now": now, "most": limit}
    rows = await session.execute(_DUE if day is None else _DUE_ISSUE, given)
    return [Candidate(reader_of(row), row.due_at, row.has_it) for row in rows]
