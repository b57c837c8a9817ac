"""Deliveries: the ledger of who got what. A row is claimed, committed, and only then sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    String,
    Table,
    bindparam,
    case,
    column,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
    values,
)

from bot.db.open_pages import open_pages
from bot.db.prepared_statement import PreparedStatement
from bot.db.readers import COLUMNS, reader_of, readers
from bot.db.session import Session
from bot.db.tables import DeliveryRow, Moment
from bot.db.upsert import insert
from bot.domain.campaign import Rank, Skip, State
from bot.domain.reader import QuietHours, Reader

deliveries = cast("Table", DeliveryRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time

GONE = "gone: "
"""What the reason of a failed row begins with when the reader could not be reached."""

ABANDONED = "the sender ended before the answer came"
"""The reason of an unknown row whose sender died or was cut off; any other says how an answer was lost."""

UNSETTLED = deliveries.c.state.in_([literal_column("'sending'"), literal_column("'unknown'")])
"""Spelt as the index of such rows spells it: SQLite finds them among millions by nothing else."""

_BEFORE = re.compile(rf"^({GONE}|\d+: )?(Bad Request: |Forbidden: )?")

_MOST = bindparam("most", type_=Integer)

_MINE = (
    deliveries.c.campaign_id == bindparam("campaign"),
    deliveries.c.reader_id == bindparam("reader"),
)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a due time depends on: the zone that a reader chose, and her quiet hours."""

    zone: str | None
    quiet: QuietHours | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that is due, with its reader as she is now."""

    reader: Reader
    due_at: datetime
    has_it: bool  # has opened the issue's front page


@dataclass(frozen=True, slots=True)
class Change:
    """What a claim, or an outcome, makes of a row."""

    campaign_id: int
    reader_id: int
    state: State
    due_at: datetime
    claim: int | None = None  # whose outcome this is
    reason: str | None = None
    message_id: int | None = None


async def whereabouts(session: Session) -> list[Whereabouts]:
    """Return every combination of zone and quiet hours that a reader has."""
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
    """Add a pending row for every reader of the audience, all at once; return how many. Those who wrote or
    tapped since then (None: all of them) are sent first.

    One who has moved since `due` was asked for gets the earliest; the claim looks at her quiet hours.
    """
    if not due:
        return 0
    whole, due_at = _with_due_times(due)
    rank = _rank(active_since)
    query = select(literal(campaign_id), readers.c.id, literal(str(State.PENDING)), rank, due_at)
    names = ["campaign_id", "reader_id", "state", "rank", "due_at"]
    statement = insert(session, deliveries).from_select(names, query.select_from(whole).where(audience))
    await session.execute(statement)
    # Python's sqlite3 counts no rows of a statement that begins with WITH.
    filled = select(func.count()).where(deliveries.c.campaign_id == campaign_id)
    return int((await session.execute(filled)).scalar_one())


def _rank(active_since: datetime | None) -> ColumnElement[int]:
    if active_since is None:
        return literal(int(Rank.ACTIVE))
    seen = func.coalesce(readers.c.active_at, readers.c.started_at)
    return case((seen >= active_since, int(Rank.ACTIVE)), else_=int(Rank.OTHERS))


def _with_due_times(due: Mapping[Whereabouts, datetime]) -> tuple[FromClause, ColumnElement[datetime]]:
    """Return the readers, and what says when each one's row is due."""
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


def _due(has_it: ColumnElement[bool]) -> Any:
    """Of an index that begins with the class nothing is sorted where each class is asked for by itself; the
    second only gives, and locks, what the first leaves of the limit.
    """
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
    """Return the next rows that are due, by class and then oldest first, with their readers, and lock both
    until the end of the transaction: what a reader says meanwhile waits for the claim, or is seen by it.
    """
    given = {"campaign": campaign_id, "day": day, "now": now, "most": limit}
    rows = await session.execute(_DUE if day is None else _DUE_ISSUE, given)
    return [Candidate(reader_of(row), row.due_at, row.has_it) for row in rows]


_CLAIM = (
    update(deliveries)
    .where(
        deliveries.c.campaign_id == bindparam("campaign"),
        deliveries.c.reader_id.in_(bindparam("claimed", expanding=True)),
        deliveries.c.state == State.PENDING,
    )
    .values(state=State.SENDING, reason=None, epoch=bindparam("new_epoch"), claim=bindparam("new_claim"))
)
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
    """Claim pending rows of a campaign; `number` is another for each claim of an epoch."""
    given = {"campaign": campaign_id, "claimed": reader_ids, "new_epoch": epoch, "new_claim": number}
    await session.execute(_CLAIM, given)


async def put_off(session: Session, changes: Sequence[Change], epoch: int) -> None:
    """Make pending rows skipped, or due later."""
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
    """Write down what became of rows that the sender of this epoch claimed. What it learns after it was
    taken for dead, when its rows are `unknown`, is still true; but none becomes pending again, because its
    campaign may have ended. Of a row that was claimed anew meanwhile an earlier claim says nothing: this
    may be written twice, when the answer to COMMIT is lost.
    """
    changes = list(changes)
    sent = [
        (change.campaign_id, change.reader_id, change.claim, change.message_id)
        for change in changes
        if change.state is State.SENT
    ]
    if sent:  # nearly all: fewer values for each
        await _SENT.execute(session, {"own_epoch": epoch}, sent)
    rows = [
        {
            "campaign": change.campaign_id,
            "reader": change.reader_id,
            "own_epoch": epoch,
            "own_claim": change.claim,
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
    """Make `unknown` what senders before `epoch` left claimed; return each row's campaign."""
    statement = (
        update(deliveries)
        .where(UNSETTLED, deliveries.c.state == State.SENDING, deliveries.c.epoch < epoch)
        .values(state=State.UNKNOWN, reason=ABANDONED)
        .returning(deliveries.c.campaign_id)
    )
    return list((await session.execute(statement)).scalars())


async def release(session: Session, epoch: int) -> None:
    """Make pending again what the sender of this epoch has claimed."""
    mine = (UNSETTLED, deliveries.c.state == State.SENDING, deliveries.c.epoch == epoch)
    await session.execute(update(deliveries).where(*mine).values(state=State.PENDING))


async def cancel(session: Session, campaign_id: int) -> int:
    """Skip what is still pending; return how many rows."""
    return await _skip(session, campaign_id, Skip.CANCELLED)


async def skip_orphans(session: Session, campaign_id: int) -> int:
    """Skip the rows of those who are no readers any more; return how many."""
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


async def heal(session: Session, campaign_id: int, day: date) -> int:
    """Settle what is unknown of readers who have opened the issue since; return how many."""
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
    """Make pending again what is unknown; return how many rows."""
    statement = (
        update(deliveries)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.UNKNOWN)
        .values(state=State.PENDING, due_at=now, reason=None)
    )
    return int((await session.execute(statement)).rowcount)


def words_of(reason: str | None) -> str:
    """Return what Telegram said of a row that failed, without what stands before it."""
    return _BEFORE.sub("", reason or "")


async def counts(session: Session, campaign_id: int) -> dict[State, int]:
    query = (
        select(deliveries.c.state, func.count())
        .where(deliveries.c.campaign_id == campaign_id)
        .group_by(deliveries.c.state)
    )
    return {State(state): count for state, count in await session.execute(query)}


async def oldest_pending(session: Session, campaign_id: int) -> datetime | None:
    """Return the due time of the pending row that is due first."""
    pending = (deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.PENDING)
    first = [
        select(func.min(deliveries.c.due_at)).where(*pending, deliveries.c.rank == rank) for rank in Rank
    ]
    found = (await session.execute(select(*(one.scalar_subquery() for one in first)))).one()
    return min((moment for moment in found if moment is not None), default=None)


async def awaited(session: Session, campaign_id: int, day: date, reader_id: int) -> datetime | None:
    """Return when the pending row of a reader is due, unless she has the issue already."""
    query = select(deliveries.c.due_at).where(
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.reader_id == reader_id,
        deliveries.c.state == State.PENDING,
        ~exists().where(open_pages.c.reader_id == reader_id, open_pages.c.date == day, open_pages.c.front),
    )
    return (await session.execute(query)).scalar_one_or_none()


async def has_claimed(session: Session, campaign_id: int) -> bool:
    query = select(literal(1)).where(
        UNSETTLED, deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.SENDING
    )
    return (await session.execute(query.limit(1))).first() is not None


async def holds(session: Session, epoch: int) -> bool:
    """Tell whether anything stands claimed by the sender of this epoch, in whatever campaign."""
    mine = (UNSETTLED, deliveries.c.state == State.SENDING, deliveries.c.epoch == epoch)
    return (await session.execute(select(literal(1)).where(*mine).limit(1))).first() is not None


async def mark_gone(session: Session, campaign_id: int, opened_at: datetime, now: datetime) -> None:
    """Note of the readers who could not be reached that they are gone, but not of one who came back since."""
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
