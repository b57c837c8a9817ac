"""Charges: a payment gives its days, a refund takes back exactly these."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.operations import audit
from bot.db.readers import grants, readers
from bot.db.subscriptions import charges, star_subscriptions
from bot.domain.operations.audit_entries import refunded
from bot.domain.readers.grants import Source, full_until
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.charges import (
    Charge,
    Heard,
    Payment,
    charge_of,
    is_begun_again,
    subscription_of,
    with_first,
)
from bot.domain.subscriptions.payload import paid_payload
from bot.domain.subscriptions.star_subscription import StarSubscription
from bot.i18n import language_of
from bot.services.subscriptions.access import update_access


@dataclass(frozen=True, slots=True)
class Recorded:
    """A payment that is stored. `is_new`: it was not before.

    `until`: the end of the payer's unbroken access now, as far as it is paid or given; None: she has none.
    `subscription`: of a payment that Telegram renews.
    """

    charge: Charge
    is_new: bool
    until: datetime | None
    subscription: StarSubscription | None = None


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund that is stored. `is_new`: it was not before. `until`: as in `Recorded`."""

    charge: Charge
    is_new: bool
    until: datetime | None = None


class _OvertakenError(Exception):
    """The payment came while its refund was being stored, and its payer was not locked."""


class Charges:
    """Payments in Stars and their refunds. Each has one effect, however often and in whatever order they
    come: charge, grant, subscription and access change in one transaction.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, payment: Payment) -> Recorded:
        """Store a payment and give its days, from when it was paid. Who is no reader yet becomes one.

        What was refunded before is taken back at once. A payload that is none of ours gives no days.
        """
        now = self._clock.now()
        charge = charge_of(payment, now)
        async with self._database.write() as session:
            known = await charges.find(session, charge.charge_id)
            if known is not None and known.paid_at is not None and known.reader_id is None:
                return Recorded(known, is_new=False, until=None)  # she has deleted her data since
            await readers.add(session, Reader(payment.reader_id, language_of(payment.language)), now)
            await readers.lock_for_update(session, payment.reader_id)  # before any charge: see `refund`
            is_new = await _store(session, charge)
            is_told = known is None or known.is_first is None  # what it is, for the first time
            subscription = await _update_subscription(session, charge, payment.reader_id, is_told=is_told)
            await update_access(session, payment.reader_id, now)
            until = full_until(await grants.of(session, payment.reader_id), now)
            stored = await charges.find(session, charge.charge_id) or charge
        return Recorded(stored, is_new, until, subscription)

    async def refund(
        self, charge_id: str, at: datetime | None = None, by: int | None = None, *, stars: int = 0
    ) -> Refunded:
        """Store that a charge was refunded, and take back exactly what it gave. The first refund counts.

        `at`: when, by Telegram (None: now). `by`: the admin who did it, for the audit. A charge never seen is
        kept, with its `stars`, until its payment comes.
        """
        now = self._clock.now()
        moment = min(at or now, now)
        try:
            return await self._refund(charge_id, moment, now, by=by, stars=stars)
        except _OvertakenError:  # from the beginning: now the payment is there
            return await self._refund(charge_id, moment, now, by=by, stars=stars)

    async def _refund(
        self, charge_id: str, moment: datetime, now: datetime, *, by: int | None, stars: int
    ) -> Refunded:
        async with self._database.write() as session:
            known = await charges.find(session, charge_id)
            payer = known.reader_id if known else None
            if payer is not None:
                await readers.lock_for_update(session, payer)  # before any charge: see `record`
            is_new = await charges.refund(session, charge_id, moment, by=by, stars=stars)
            charge = await charges.find(session, charge_id) or Charge(charge_id, refunded_at=moment)
            if charge.reader_id != payer:
                raise _OvertakenError
            if by is not None and (is_new or await charges.attribute(session, charge_id, by)):
                await audit.add(session, by, "refund", refunded(charge.reader_id, charge.stars), now)
            if payer is None:
                return Refunded(charge, is_new)
            await _take_back(session, charge)
            await update_access(session, payer, now)
            until = full_until(await grants.of(session, payer), now)
        return Refunded(charge, is_new, until)

    async def find(self, charge_id: str) -> Charge | None:
        """Return a charge; None where nothing is known of this id."""
        async with self._database.read() as session:
            return await charges.find(session, charge_id)

    async def of(self, reader_id: int) -> tuple[Charge, ...]:
        """Return what a reader has paid, refunded charges too, in the order of payment."""
        async with self._database.read() as session:
            return await charges.of(session, reader_id)

    async def note_told(self, charge_id: str) -> None:
        """Note that the payer was told of a charge, so that nobody tells her again."""
        async with self._database.write() as session:
            await charges.note_told(session, charge_id, self._clock.now())


async def _store(session: Session, charge: Charge) -> bool:
    """Store a payment and what it gives; False where it was stored before."""
    if not await charges.add(session, charge):
        await charges.complete(session, charge)
        return False
    stored = await charges.find(session, charge.charge_id) or charge
    grant = stored.grant()
    if grant is not None and stored.reader_id is not None:
        await grants.add(session, stored.reader_id, grant)
        await _take_back(session, stored)
    return True


async def _take_back(session: Session, charge: Charge) -> None:
    row = await grants.by_source(session, Source.STARS, charge.charge_id)
    if row is not None and charge.refunded_at is not None:
        await grants.revoke(
            session, [row.id], charge.refunded_at, by=charge.refunded_by, request=f"refund {charge.charge_id}"
        )


async def _update_subscription(
    session: Session, charge: Charge, reader_id: int, *, is_told: bool
) -> StarSubscription | None:
    """Count a subscription's charges anew: an earlier one may have come later."""
    payload = paid_payload(charge.payload or "")
    if payload is None or not payload.renews or charge.payload is None:
        return None
    paid = await charges.of_payload(session, charge.payload)
    before = {known.charge_id: known.first_charge_id for known in paid}
    counted = with_first(paid)
    await charges.set_first(
        session, (known for known in counted if known.first_charge_id != before[known.charge_id])
    )
    stored = await star_subscriptions.by_payload(session, charge.payload)
    heard = Heard(stored.state, stored.heard_at, stored.cancelled_by) if stored else None
    if heard is not None and is_told and is_begun_again(heard, charge, paid):
        heard = None
    subscription = subscription_of(charge.payload, paid, heard, reader_id)
    if subscription is not None:
        await star_subscriptions.put(session, subscription)
    return subscription
