"""The ledger of deliveries: the durable queue of every campaign.

A row is one reader's copy of one campaign. Its states: `pending` (due at `due_at`), `sending` (claimed by the
sender of `epoch`, in its claim number `claim`), and the final ones `sent`, `failed`, `skipped` and `unknown`.
A claim is committed before anything is handed to Telegram; the outcome is written afterwards.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)

from bot.db.engine.prepared_statement import PreparedStatement
from bot.db.engine.session import Session
from bot.db.rows.column_types import Moment
from bot.db.tables import deliveries, delivery_totals, open_pages, readers
from bot.domain.delivery.campaign import Rank, Skip, State

GONE = "gone: "
"""How the reason of a failed row begins where the reader could not be reached."""

ABANDONED = "the sender ended before the answer came"
"""The reason of an unknown row whose sender died. Any other reason says how the answer was lost."""

UNSETTLED = deliveries.c.state.in_([literal_column("'sending'"), literal_column("'unknown'")])
"""Spelt as in the partial index of these rows, because SQLite uses that index for no other spelling."""

_MINE = (
    deliveries.c.campaign_id == bindparam("campaign"),
    deliveries.c.reader_id == bindparam("reader"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """The new state of one row; `due_at` counts where that is `pending`."""

    campaign_id: int
    reader_id: int
    state: State
    due_at: datetime
    claim: int | None = None  # whose outcome this is
    reason: str | None = None
    message_id: int | None = None


_CLAIM = (
    update(deliveries)
    .where(
        deliveries.c.campaign_id == bindparam("campaign"),
        deliveries.c.reader_id.in_(bindparam("claimed", expanding=True)),
        deliveries.c.state == State.PENDING,
    )
    .values(state=State.SENDING, reason=None, epoch=bindparam("new_epoch"), claim=bindparam("new_claim"))
)
# Only what is still pending: on PostgreSQL an admin may have cancelled the row since it was read.
_PUT_OFF = (
    update(deliveries)
    .where(*_MINE, deliveries.c.state == State.PENDING)
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("new_due", type_=Moment),
        reason=bindparam("new_reason"),
        epoch=bindparam("new_epoch"),
    )
)
_CLAIMED = (
    *_MINE,
    deliveries.c.epoch == bindparam("own_epoch"),
    deliveries.c.claim == bindparam("own_claim"),
)
_SENT = PreparedStatement(
    lambda _: (
        update(deliveries)
        .where(*_CLAIMED, or_(deliveries.c.state == State.SENDING, deliveries.c.state == State.UNKNOWN))
        .values(state=State.SENT, reason=null(), message_id=bindparam("new_message"))
    ),
    ("campaign", "reader", "own_claim", "new_message"),
)
_RECORD = (
    update(deliveries)
    .where(
        *_CLAIMED,
        deliveries.c.state.in_((State.SENDING, bindparam("or_state"))),
    )
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("new_due", type_=Moment),
        reason=bindparam("new_reason"),
        message_id=bindparam("new_message"),
    )
)


async def claim(
    session: Session, campaign_id: int, reader_ids: Sequence[int], epoch: int, number: int
) -> None:
    """Make pending rows `sending`, under this epoch and `number`, which is another for each claim of an
    epoch. Rows that are not pending any more stay as they are.
    """
    given = {"campaign": campaign_id, "claimed": reader_ids, "new_epoch": epoch, "new_claim": number}
    await session.execute(_CLAIM, given)


async def put_off(session: Session, changes: Sequence[Change], epoch: int) -> None:
    """Make pending rows skipped, or due later; others stay as they are."""
    rows = [
        {
            "campaign": change.campaign_id,
            "reader": change.reader_id,
            "new_state": change.state,
            "new_due": change.due_at,
            "new_reason": change.reason,
            "new_epoch": epoch,
        }
        for change in changes
    ]
    await session.execute(_PUT_OFF, rows)


async def record(session: Session, changes: Iterable[Change], epoch: int) -> None:
    """Write the outcomes of rows that the sender of this epoch claimed.

    1. Only a row of the same epoch and claim number is changed. So an outcome may be written twice, as when
       the answer to COMMIT was lost: a row that was claimed again meanwhile is left alone.
    2. A `sending` row takes any outcome.
    3. An `unknown` row takes a final outcome: what a sender learns after it was declared dead is still true.
    4. An `unknown` row never becomes pending: its campaign may have ended.
    """
    changes = list(changes)
    sent = [
        (change.campaign_id, change.reader_id, change.claim, change.message_id)
        for change in changes
        if change.state is State.SENT
    ]
    if sent:  # nearly all of them: a statement of its own with fewer values is faster
        await _SENT.execute(session, {"own_epoch": epoch}, sent)
    rows = [
        {
            "campaign": change.campaign_id,
            "reader": change.reader_id,
            "own_epoch": epoch,
            "own_claim": change.claim,
            # See 3 and 4: a row that is `unknown` may become final, and never pending.
            "or_state": State.SENDING if change.state is State.PENDING else State.UNKNOWN,
            "new_state": change.state,
            "new_due": change.due_at,
            "new_reason": change.reason,
            "new_message": change.message_id,
        }
        for change in changes
        if change.state is not State.SENT
    ]
    if rows:
        await session.execute(_RECORD, rows)


async def abandon(session: Session, epoch: int) -> list[int]:
    """Make unknown what senders of earlier epochs left claimed; return the campaign of each row."""
    statement = (
        update(deliveries)
        .where(UNSETTLED, deliveries.c.state == State.SENDING, deliveries.c.epoch < epoch)
        .values(state=State.UNKNOWN, reason=ABANDONED)
        .returning(deliveries.c.campaign_id)
    )
    return list((await session.execute(statement)).scalars())


async def release(session: Session, epoch: int) -> None:
    """Return to pending what this epoch has claimed. Only for rows that were certainly not sent."""
    mine = (UNSETTLED, deliveries.c.state == State.SENDING, deliveries.c.epoch == epoch)
    await session.execute(update(deliveries).where(*mine).values(state=State.PENDING))


async def cancel(session: Session, campaign_id: int) -> int:
    """Skip every pending row of a campaign; return how many."""
    return await _skip(session, campaign_id, Skip.CANCELLED)


async def skip_unowned(session: Session, campaign_id: int) -> int:
    """Skip the pending rows whose reader was deleted; return how many."""
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
    """Make skipped the unknown rows of readers who have the issue: they opened it since. Return how many."""
    has_it = exists().where(
        open_pages.c.reader_id == deliveries.c.reader_id, open_pages.c.date == day, open_pages.c.front
    )
    statement = (
        update(deliveries)
        .where(UNSETTLED, deliveries.c.campaign_id == campaign_id)
        .where(deliveries.c.state == State.UNKNOWN, has_it)
        .values(state=State.SKIPPED, reason=Skip.HAS_IT)
    )
    return int((await session.execute(statement)).rowcount)


async def resend_unknown(session: Session, campaign_id: int, now: datetime) -> int:
    """Return unknown rows to pending, due now; return how many. Only after an admin asked for it."""
    statement = (
        update(deliveries)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.UNKNOWN)
        .values(state=State.PENDING, due_at=now, reason=None)
    )
    return int((await session.execute(statement)).rowcount)


async def counts(session: Session, campaign_id: int) -> dict[State, int]:
    """Count a campaign's rows and totals by state; states without any are missing."""
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
    """Delete up to `limit` rows of a campaign that are in one of these states; return how many there were,
    by state and reason.
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
    """Return when a reader's pending row is due; None where she has none, or has opened the issue."""
    query = select(deliveries.c.due_at).where(
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.reader_id == reader_id,
        deliveries.c.state == State.PENDING,
        ~exists().where(open_pages.c.reader_id == reader_id, open_pages.c.date == day, open_pages.c.front),
    )
    return (await session.execute(query)).scalar_one_or_none()


async def has_claimed(session: Session, campaign_id: int) -> bool:
    """Tell whether any row of a campaign is claimed."""
    query = select(literal(1)).where(
        UNSETTLED, deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.SENDING
    )
    return (await session.execute(query.limit(1))).first() is not None


async def holds(session: Session, epoch: int) -> bool:
    """Tell whether the sender of this epoch has claimed any row, of whatever campaign."""
    mine = (UNSETTLED, deliveries.c.state == State.SENDING, deliveries.c.epoch == epoch)
    return (await session.execute(select(literal(1)).where(*mine).limit(1))).first() is not None


async def mark_gone(session: Session, campaign_id: int, opened_at: datetime, now: datetime) -> None:
    """Set `gone_at` of the readers whom this campaign could not reach, but not of those who have been active
    since it was opened. It is set here alone, and read as "not in any audience".
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
