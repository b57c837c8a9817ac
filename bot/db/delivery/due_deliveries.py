"""Deliveries that are due, with their readers, locked for a claim."""

from dataclasses import dataclass
from datetime import datetime
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
from bot.db.tables import deliveries, open_pages, readers, star_subscriptions
from bot.domain.delivery.campaign import Campaign, Kind, Rank, State
from bot.domain.readers.grants import GRACE
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.star_subscription import State as SubscriptionState

_MOST = bindparam("most", type_=Integer)
_NO: ColumnElement[bool] = literal(value=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that is due, with its reader as she is now."""

    reader: Reader
    due_at: datetime
    has_it: bool  # has opened the issue's front page
    renews: bool = False  # asked for reminders alone: has a subscription that is to renew


def _due(has_it: ColumnElement[bool], renews: ColumnElement[bool] = _NO) -> Any:
    """Return the query for due rows, one rank after the other."""
    # Each rank by itself is read from the index in order, without a sort. The second rank gives, and locks,
    # only what the first leaves of the limit.
    first, second = (select(_due_of(rank, has_it, renews).subquery()) for rank in Rank)
    return union_all(first, second).limit(_MOST)


def _due_of(rank: Rank, has_it: ColumnElement[bool], renews: ColumnElement[bool]) -> Any:
    return (
        select(*COLUMNS, deliveries.c.due_at, has_it.label("has_it"), renews.label("renews"))
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


_DUE = _due(_NO)
_DUE_ISSUE = _due(
    exists().where(
        open_pages.c.reader_id == readers.c.id, open_pages.c.date == bindparam("day"), open_pages.c.front
    )
)

_DUE_REMINDER = _due(
    _NO,
    exists().where(
        star_subscriptions.c.reader_id == readers.c.id,
        star_subscriptions.c.state == SubscriptionState.ACTIVE,
        star_subscriptions.c.expires_at > bindparam("expired", type_=Moment),
    ),
)


async def due(session: Session, campaign: Campaign, now: datetime, limit: int) -> list[Candidate]:
    """Return up to `limit` pending rows that are due at `now`, by rank and then by due time, with their
    readers as they are now.

    Rows and readers are locked until the end of the transaction (SELECT … FOR UPDATE SKIP LOCKED): what a
    reader changes meanwhile waits for the claim, or is seen by it. Rows that others have locked are passed
    over. Of an issue's readers `has_it` is asked, of those of reminders `renews`.
    """
    given = {"campaign": campaign.id, "now": now, "most": limit}
    match campaign.kind:
        case Kind.ISSUE:
            rows = await session.execute(_DUE_ISSUE, given | {"day": campaign.day})
        case Kind.REMINDER:
            rows = await session.execute(_DUE_REMINDER, given | {"expired": now - GRACE})
        case _:
            rows = await session.execute(_DUE, given)
    return [Candidate(reader_of(row), row.due_at, row.has_it, row.renews) for row in rows]
