"""The ledger of deliveries: the durable queue of every campaign.

A row is one reader's copy of one campaign. Its states:

- `pending`: to be sent at `due_at`, or later.
- `sending`: claimed by the sender of `epoch`, in its claim number `claim`. A claim is committed before
  anything is handed to Telegram.
- `sent`, `failed`, `skipped`: final.
- `unknown`: handed to Telegram, and its answer was lost. Final, unless the answer is learnt after all, the
  reader turns out to have the issue, or an admin has these rows sent once more.

`filling` adds the rows, `due_deliveries` finds those that are due, `delivery_claims` is the sender's side,
`reports` counts. What concerns a campaign as a whole is here.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    delete,
    exists,
    func,
    literal,
    literal_column,
    select,
    union_all,
    update,
)

from bot.db.engine.session import Session
from bot.db.tables import deliveries, delivery_totals, open_pages, readers
from bot.domain.delivery.campaign import Rank, Skip, State

GONE = "gone: "
"""How the reason of a failed row begins where the reader could not be reached."""

ABANDONED = "the sender ended before the answer came"
"""The reason of an unknown row whose sender died. Any other reason says how the answer was lost."""

UNCONFIRMED = deliveries.c.state.in_([literal_column("'sending'"), literal_column("'unknown'")])
"""Spelt as in the partial index of these rows, because SQLite uses that index for no other spelling."""


async def cancel(session: Session, campaign_id: int) -> int:
    """Make every pending row of a campaign skipped, with the reason `cancelled`; return how many.

    Rows that are claimed stay: what is on its way is on its way.
    """
    return await _skip(session, campaign_id, Skip.CANCELLED)


async def skip_unowned(session: Session, campaign_id: int) -> int:
    """Make pending rows skipped whose reader is no longer in the table of readers; return how many."""
    return await _skip(
        session, campaign_id, Skip.LEFT, ~exists().where(readers.c.id == deliveries.c.reader_id)
    )


async def _skip(session: Session, campaign_id: int, why: Skip, *only: ColumnElement[bool]) -> int:
    statement = (
        update(deliveries)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.PENDING, *only)
        .values(state=State.SKIPPED, reason=why)
    )
    return int((await session.execute(statement)).rowcount)


async def mark_received(session: Session, campaign_id: int, day: date) -> int:
    """Make unknown rows skipped whose readers have opened the front page of the issue of this `day`: they
    have it. Return how many.
    """
    has_it = exists().where(
        open_pages.c.reader_id == deliveries.c.reader_id, open_pages.c.date == day, open_pages.c.front
    )
    statement = (
        update(deliveries)
        .where(UNCONFIRMED, deliveries.c.campaign_id == campaign_id)
        .where(deliveries.c.state == State.UNKNOWN, has_it)
        .values(state=State.SKIPPED, reason=Skip.HAS_IT)
    )
    return int((await session.execute(statement)).rowcount)


async def resend_unknown(session: Session, campaign_id: int, now: datetime) -> int:
    """Return a campaign's unknown rows to pending, due at `now`; return how many.

    Who has the message already gets it again, so call it only where an admin asked for it.
    """
    statement = (
        update(deliveries)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.UNKNOWN)
        .values(state=State.PENDING, due_at=now, reason=None)
    )
    return int((await session.execute(statement)).rowcount)


async def counts(session: Session, campaign_id: int) -> dict[State, int]:
    """Count a campaign's deliveries by state, rows and totals together; states without any are missing."""
    rows = (
        select(deliveries.c.state, func.count().label("count"))
        .where(deliveries.c.campaign_id == campaign_id)
        .group_by(deliveries.c.state)
    )
    totals = select(delivery_totals.c.state, delivery_totals.c.count).where(
        delivery_totals.c.campaign_id == campaign_id
    )
    both: Counter[State] = Counter()
    for state, count in await session.execute(union_all(rows, totals)):  # one query: rows become totals
        both[State(state)] += count
    return dict(both)


async def remove_final(
    session: Session, campaign_id: int, states: Collection[State], limit: int
) -> Counter[tuple[str, str | None]]:
    """Delete up to `limit` rows of a campaign that are in one of these states.

    Returns how many were deleted, by state and reason; nothing where there are none left. The caller adds
    them to the totals in the same transaction.
    """
    such = (deliveries.c.campaign_id == campaign_id, deliveries.c.state.in_(states))
    some = select(deliveries.c.reader_id).where(*such).order_by(deliveries.c.reader_id).limit(limit)
    statement = (
        delete(deliveries)
        .where(*such, deliveries.c.reader_id.in_(some))
        .returning(deliveries.c.state, deliveries.c.reason)
    )
    return Counter((row.state, row.reason) for row in await session.execute(statement))


async def oldest_pending(session: Session, campaign_id: int) -> datetime | None:
    """Return the earliest due time of a campaign's pending rows; None where it has none."""
    pending = (deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.PENDING)
    first = [
        select(func.min(deliveries.c.due_at)).where(*pending, deliveries.c.rank == rank) for rank in Rank
    ]
    earliest = (await session.execute(select(*(query.scalar_subquery() for query in first)))).one()
    return min((moment for moment in earliest if moment is not None), default=None)


async def awaited(session: Session, campaign_id: int, day: date, reader_id: int) -> datetime | None:
    """Return when a reader's pending row of a campaign is due.

    None where she has no such row, or has opened the front page of the issue of this `day` herself.
    """
    query = select(deliveries.c.due_at).where(
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.reader_id == reader_id,
        deliveries.c.state == State.PENDING,
        ~exists().where(open_pages.c.reader_id == reader_id, open_pages.c.date == day, open_pages.c.front),
    )
    return (await session.execute(query)).scalar_one_or_none()


async def has_claimed(session: Session, campaign_id: int) -> bool:
    """Tell whether any row of a campaign is claimed, under whatever epoch."""
    query = select(literal(1)).where(
        UNCONFIRMED, deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.SENDING
    )
    return (await session.execute(query.limit(1))).first() is not None


async def has_claims_of(session: Session, epoch: int) -> bool:
    """Tell whether the sender of this epoch has claimed any row, of whatever campaign."""
    mine = (UNCONFIRMED, deliveries.c.state == State.SENDING, deliveries.c.epoch == epoch)
    return (await session.execute(select(literal(1)).where(*mine).limit(1))).first() is not None


async def mark_gone(session: Session, campaign_id: int, opened_at: datetime, now: datetime) -> None:
    """Set `gone_at` to `now` for the readers whom a campaign could not reach (see GONE).

    Not for those who wrote or tapped since it was opened (`opened_at`): they are back. A reader with
    `gone_at` is in no audience. Nothing else sets it.
    """
    failed = select(deliveries.c.reader_id).where(
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.state == State.FAILED,
        deliveries.c.reason.startswith(GONE),
    )
    since = (readers.c.active_at.is_(None)) | (readers.c.active_at < opened_at)
    statement = (
        update(readers)
        .where(readers.c.id.in_(failed), readers.c.gone_at.is_(None), since)
        .values(gone_at=now)
    )
    await session.execute(statement)
