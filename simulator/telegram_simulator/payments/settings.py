"""How payments go; tests change it."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

CHECKOUT_SECONDS = 10.0
STARTING_BALANCE = 500


@dataclass(slots=True)
class PaymentSettings:
    """What tests may change. Nobody outside of Telegram knows the truth of those marked (open).

    `starting_balance`: the Stars of a new person. `checkout_seconds`: how long a bot may take to answer a
    pre-checkout query, in seconds of this machine. `payment_seconds`: how long Telegram takes from the bot's
    yes to the payment. `declines`: so many payments fail after the bot's yes; the bot hears no more of them.
    `renewals_ask`: a renewal asks by pre-checkout, too (open). `renews_when_blocked`: a subscription renews
    although its payer has blocked the bot (open). `payment_opens_chat`: the bot may write to a payer who has
    never started it (open). `late_renewals_are_lost`: a renewal that was due more than 24 hours ago when the
    clock was moved brings no update, as to a bot that was away. `failure_delay_seconds`: how long after the
    end a failed renewal is told, by the clock (open). `refunds_look_like_paid_media`: refunds of
    single payments stand in the transactions without their product, as TDLib then shows them.
    `test_environment`: subscriptions last 60 or 300 seconds, and no 30 days, as on Telegram's test servers.
    """

    starting_balance: int = STARTING_BALANCE
    checkout_seconds: float = CHECKOUT_SECONDS
    payment_seconds: float = 0.0
    declines: int = 0
    renewals_ask: bool = False
    renews_when_blocked: bool = True
    payment_opens_chat: bool = True
    late_renewals_are_lost: bool = False
    failure_delay_seconds: float = 0.0
    refunds_look_like_paid_media: bool = False
    test_environment: bool = False

    @property
    def failure_delay(self) -> timedelta:
        return timedelta(seconds=self.failure_delay_seconds)

    def change(self, /, **values: Any) -> None:
        """Change some; ValueError says which there are, or of what kind a value must be."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"There is no setting {name}; there are {', '.join(known)}.")
            if not _fits(known[name], value):
                raise ValueError(f"Give {name} as {_words(known[name])}.")
        for name, value in values.items():
            setattr(self, name, float(value) if isinstance(known[name], float) else value)

    def as_json(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


LARGEST = 10**9


def _fits(before: Any, value: Any) -> bool:
    if isinstance(before, bool) or isinstance(value, bool):
        return isinstance(before, bool) and isinstance(value, bool)
    kinds = (int, float) if isinstance(before, float) else (int,)
    return isinstance(value, kinds) and 0 <= value <= LARGEST


def _words(before: Any) -> str:
    if isinstance(before, bool):
        return "true or false"
    return f"a {'number' if isinstance(before, float) else 'whole number'} from 0 to {LARGEST}"
