"""What payers are to be told unasked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.readers import grants, readers
from bot.db.subscriptions import charges, star_subscriptions
from bot.domain.readers.grants import full_until
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.charges import Charge
from bot.domain.subscriptions.star_subscription import StarSubscription

OVERDUE = timedelta(minutes=5)
"""A payment of which its payer has not been told for so long is told as a late one."""


@dataclass(frozen=True, slots=True)
class PayerNews:
    """A charge to tell its payer of, paid or refunded. `claimed_at` names the claim. `until`: the end of her
    unbroken access now, as far as it is paid or given; `subscription`: hers, if the charge is of one.
    """

    charge: Charge
    reader: Reader
    claimed_at: datetime
    until: datetime | None
    subscription: StarSubscription | None


class PayerNewsOutbox:
    """Charges that somebody else than their payer brought about: a refund, a payment whose update was lost.

    Each is told once: `claim`, then send, then `undo` where it was certainly not sent.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def owed(self) -> list[str]:
        """Return the ids of the charges of which a payer should have been told by now."""
        async with self._database.read() as session:
            owed = await charges.owed(session, self._clock.now() - OVERDUE)
        return [charge.charge_id for charge in owed]

    async def claim(self, charge_id: str) -> PayerNews | None:
        """Note that the payer is told now, and return what of. None where she was told, or cannot be."""
        now = self._clock.now()
        async with self._database.write() as session:
            charge = await charges.claim_telling(session, charge_id, now)
            reader = await readers.find(session, charge.reader_id) if charge and charge.reader_id else None
            if charge is None or reader is None or reader.gone_at is not None:
                return None
            until = full_until(await grants.of(session, reader.id), now)
            subscription = await star_subscriptions.by_payload(session, charge.payload or "")
        return PayerNews(charge, reader, now, until, subscription)

    async def undo(self, news: PayerNews) -> None:
        """Take a claim back: she is to be told later."""
        async with self._database.write() as session:
            await charges.undo_telling(session, news.charge.charge_id, news.claimed_at)
