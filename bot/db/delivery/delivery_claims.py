"""Claiming deliveries, and recording what became of them.

The sender's side of the ledger, in this order:

1. `claim` makes pending rows `sending`, under the sender's epoch and a claim number. Commit it before
   anything is handed to Telegram: a row that was not claimed was never sent.
2. `record` writes the outcomes. It may be called again with the same outcomes.
3. A new sender first calls `abandon`: what a dead one left claimed becomes `unknown`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, null, or_, update

from bot.db.delivery.deliveries import ABANDONED, UNCONFIRMED
from bot.db.engine.prepared_statement import PreparedStatement
from bot.db.engine.session import Session
from bot.db.rows.column_types import Moment
from bot.db.tables import deliveries
from bot.domain.delivery.campaign import State

_MINE = (
    deliveries.c.campaign_id == bindparam("campaign"),
    deliveries.c.reader_id == bindparam("reader"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """The new state of one row.

    `due_at`: when it is due again; it counts only where `state` is `pending`.
    `claim`: the number of the claim whose outcome this is; `record` needs it, `put_off` does not.
    `reason`: why it failed, was skipped, or is unknown.
    `message_id`: Telegram's number of the message; only of a row that was sent.
    """

    campaign_id: int
    reader_id: int
    state: State
    due_at: datetime
    claim: int | None = None
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
    """Reserve pending rows of a campaign: make them `sending`, under `epoch` and the claim number `number`.

    `number` is another for each claim of an epoch. Rows that are not pending any more stay as they are, so
    lock them first (see `due_deliveries.due`). Clears the reason of an earlier try.
    """
    given = {"campaign": campaign_id, "claimed": reader_ids, "new_epoch": epoch, "new_claim": number}
    await session.execute(_CLAIM, given)


async def put_off(session: Session, changes: Sequence[Change], epoch: int) -> None:
    """Make pending rows skipped, or due later, instead of claiming them; other rows stay as they are.

    `epoch` is the sender's, and is written to the rows. At least one change.
    """
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
    """Write the outcomes of rows that the sender of `epoch` claimed.

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
    """Make `unknown` what senders of epochs before `epoch` left claimed, with the reason ABANDONED.

    Nobody can tell whether these were sent. Returns the campaign of each row, as often as it has such rows.
    """
    statement = (
        update(deliveries)
        # Epochs only grow, so a smaller one is nobody's who may still claim. Our own rows may be in flight.
        .where(UNCONFIRMED, deliveries.c.state == State.SENDING, deliveries.c.epoch < epoch)
        .values(state=State.UNKNOWN, reason=ABANDONED)
        .returning(deliveries.c.campaign_id)
    )
    return list((await session.execute(statement)).scalars())


async def release(session: Session, epoch: int) -> None:
    """Return to `pending` all rows that are still claimed under `epoch`.

    Only for a sender that has handed none of them to Telegram, or has recorded what it has.
    """
    mine = (UNCONFIRMED, deliveries.c.state == State.SENDING, deliveries.c.epoch == epoch)
    await session.execute(update(deliveries).where(*mine).values(state=State.PENDING))
