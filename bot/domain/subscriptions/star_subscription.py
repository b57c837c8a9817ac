"""A subscription that Telegram renews, as far as it is known."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.readers.grants import Grant, grace


class State(StrEnum):
    ACTIVE = "active"  # it is to renew
    CANCELLED = "cancelled"  # it ends with the paid period
    FAILED = "failed"  # Telegram could not renew it


class CancelledBy(StrEnum):
    READER = "reader"  # in Telegram; she may renew it there by herself
    BOT = "bot"  # only the bot can allow it again; then she must renew it in Telegram


@dataclass(frozen=True, slots=True)
class StarSubscription:
    """`payload`: of its invoice link. `first_charge_id`: None until its first payment is known. `expires_at`:
    when the paid period ends, by Telegram's count, and `last_charge_id` the payment that it ends with; None
    until a payment is known. `heard_at`: when `state` was learned.
    """

    payload: str
    reader_id: int
    stars: int
    days: int
    first_charge_id: str | None
    expires_at: datetime | None
    state: State
    cancelled_by: CancelledBy | None
    heard_at: datetime
    last_charge_id: str | None = None

    @property
    def mark(self) -> str:
        """A short name for buttons, which cannot hold its payload."""
        return hashlib.sha256(self.payload.encode()).hexdigest()[:12]

    def grace(self) -> Grant | None:
        """Return what gives access while its renewal is awaited; None where none is."""
        if self.state is not State.ACTIVE or self.expires_at is None:
            return None
        return grace(self.payload, self.expires_at)

    def is_running(self, now: datetime) -> bool:
        """Tell whether its paid period, or the grace after it, covers `now`."""
        awaited = self.grace()
        ends = awaited.until if awaited is not None else self.expires_at
        return ends is not None and ends > now

    def is_awaited(self, now: datetime) -> bool:
        """Tell whether its renewal was due and is neither known nor given up."""
        return self.renews(now) and self.expires_at is not None and self.expires_at <= now

    def excludes_another(self, now: datetime) -> bool:
        """Tell whether its reader may begin no other that renews: it is running, and did not fail. She may
        renew a cancelled one again, and then would have two.
        """
        return self.state is not State.FAILED and self.is_running(now)

    def renews(self, now: datetime) -> bool:
        """Tell whether it is running and to renew."""
        return self.state is State.ACTIVE and self.is_running(now)
