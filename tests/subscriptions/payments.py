"""Payments and readers for tests of charges."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.subscriptions.charges import Payment
from bot.domain.subscriptions.payload import Payload
from tests.world import MONDAY

KEY = b"key"
ANA = 5_000_000_001
MONTH = timedelta(days=30)


def payload(*, renews: bool = False, days: int = 30, nonce: str = "00000001", stars: int = 250) -> str:
    """Return the signed payload of a link that ANA got on MONDAY."""
    made = Payload(ANA, stars, days, renews=renews, made_at=MONDAY, nonce=nonce)
    return made.signed(KEY)


def once(charge_id: str = "once", *, days: int = 90, paid_at: datetime = MONDAY) -> Payment:
    """Return a payment by ANA that nothing renews."""
    return Payment(charge_id, ANA, payload(days=days), 250, paid_at)


def monthly(number: int = 1, *, starts: datetime = MONDAY, nonce: str = "00000002") -> Payment:
    """Return the payment of the `number`th month of a subscription of ANA's."""
    paid_at = starts + (number - 1) * MONTH
    return Payment(
        f"month {number} of {nonce}",
        ANA,
        payload(renews=True, nonce=nonce),
        250,
        paid_at,
        is_first=number == 1,
        expires_at=paid_at + MONTH,
    )


def untold(payment: Payment) -> Payment:
    """Return a payment as the list of transactions tells it: neither its place nor its end."""
    return replace(payment, is_first=None, expires_at=None)
