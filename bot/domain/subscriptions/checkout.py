"""The question before a payment: yes, or no and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.subscriptions.payload import Payload
from bot.domain.subscriptions.star_subscription import StarSubscription

CURRENCY = "XTR"
LINK_LIFE = timedelta(hours=24)
"""How long a link may be paid for the first time; who has paid by it may do so for ever."""

RENEWAL_BEFORE = timedelta(days=1)
"""How long before its end a subscription may ask for its renewal."""


class Refusal(StrEnum):
    """Why a payment is not to be."""

    FOREIGN = "foreign"  # no invoice of ours
    OTHERS = "others"  # a link that was made for somebody else
    PRICE = "price"  # not the price that it was made for
    OLD = "old"  # a link that is no longer good
    SUBSCRIBED = "subscribed"  # she has a subscription
    UNSURE = "unsure"  # nobody could look it up in time


@dataclass(frozen=True, slots=True)
class Question:
    """What Telegram asks before it takes `stars` from a payer, by an invoice with this payload."""

    payer_id: int
    currency: str
    stars: int
    payload: str


def refusal_of(question: Question, payload: Payload | None) -> Refusal | None:
    """Return why the payment is not to be, as far as its `payload` tells (None: not signed by us)."""
    if payload is None:
        return Refusal.FOREIGN
    if question.payer_id != payload.reader_id:
        return Refusal.OTHERS
    if (question.currency, question.stars) != (CURRENCY, payload.stars):
        return Refusal.PRICE
    return None


def is_good(payload: Payload, now: datetime, *, paid: bool) -> bool:
    """Tell whether a link may be paid. `paid`: its reader has paid by it before."""
    return paid or now - payload.made_at <= LINK_LIFE


def in_the_way(
    question: Question, payload: Payload, held: Iterable[StarSubscription], now: datetime
) -> StarSubscription | None:
    """Return the subscription because of which she may not pay for another that renews; None for none. A
    cancelled one is until it is over.

    The payload of the one that she has, near its end, is its renewal.
    """
    if not payload.renews:
        return None
    for subscription in held:
        if subscription.excludes_another(now) and not _is_due(subscription, question, now):
            return subscription
    return None


def is_renewal(question: Question, held: Iterable[StarSubscription], now: datetime) -> bool:
    """Tell whether what is asked is the renewal of a subscription that she has, which ends soon."""
    return any(subscription.renews(now) and _is_due(subscription, question, now) for subscription in held)


def _is_due(subscription: StarSubscription, question: Question, now: datetime) -> bool:
    ends = subscription.expires_at
    return subscription.payload == question.payload and ends is not None and now >= ends - RENEWAL_BEFORE
