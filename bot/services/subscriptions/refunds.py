"""Refunds: which charge an admin means, and her confirmation, used once."""

import secrets

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.operations import audit, counters
from bot.db.readers import grants
from bot.db.subscriptions import charges, star_subscriptions
from bot.domain.operations.audit_entries import refunded
from bot.domain.readers.grants import Source
from bot.domain.subscriptions.charges import Charge
from bot.domain.subscriptions.star_subscription import StarSubscription

NONCE_BITS = 40


class Refunds:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def paid_for(self, grant_id: int) -> Charge | None:
        """Return the charge that bought this grant; None where nothing was paid for it."""
        async with self._database.read() as session:
            row = await grants.by_id(session, grant_id)
            if row is None or row.grant.source != Source.STARS:
                return None
            return await charges.find(session, row.grant.source_id)

    async def marked(self, reader_id: int, mark: str) -> Charge | None:
        """Return a reader's charge by its mark."""
        async with self._database.read() as session:
            paid = await charges.of(session, reader_id)
        return next((charge for charge in paid if charge.mark == mark), None)

    async def renewing(self, charge: Charge) -> StarSubscription | None:
        """Return the subscription whose newest charge this is, if it still renews."""
        async with self._database.read() as session:
            subscription = await star_subscriptions.by_payload(session, charge.payload or "")
        if subscription is None or subscription.last_charge_id != charge.charge_id:
            return None
        return subscription if subscription.renews(self._clock.now()) else None

    async def ask(self, admin_id: int) -> int:
        """Return the nonce of a question to an admin. Her earlier questions cannot be answered any more."""
        nonce = secrets.randbits(NONCE_BITS)
        async with self._database.write() as session:
            await counters.put(session, _asked(admin_id), nonce)
        return nonce

    async def use(self, admin_id: int, nonce: int) -> bool:
        """Use the nonce of an admin's question; False where it was used, or a newer question was asked."""
        async with self._database.write() as session:
            return await counters.use(session, _asked(admin_id), nonce)

    async def note_unknown(self, charge: Charge, by: int) -> None:
        """Store in the audit that an admin asked for a refund, and nobody knows yet whether it was made."""
        async with self._database.write() as session:
            about = refunded(charge.reader_id, charge.stars)
            await audit.add(session, by, "refund unknown", about, self._clock.now())


def _asked(admin_id: int) -> str:
    return f"refund asked by {admin_id}"
