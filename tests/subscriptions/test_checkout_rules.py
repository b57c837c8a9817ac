"""Which payment may begin a subscription, and which renews the one that she has."""

from datetime import datetime, timedelta

import pytest

from bot.domain.subscriptions.checkout import Question, in_the_way, is_renewal
from bot.domain.subscriptions.payload import read_payload
from bot.domain.subscriptions.star_subscription import StarSubscription, State
from tests.subscriptions.payments import ANA, KEY, MONTH, payload
from tests.world import MONDAY

HERS, ANOTHER = payload(renews=True, nonce="00000001"), payload(renews=True, nonce="00000002")
END = MONDAY + MONTH


def subscription(state: State = State.ACTIVE) -> StarSubscription:
    """Return ANA's, which is paid until END."""
    return StarSubscription(HERS, ANA, 250, 30, "first", END, state, None, MONDAY, "first")


@pytest.mark.parametrize(
    ("text", "now", "allowed"),
    [
        (HERS, END - timedelta(days=1), True),
        (HERS, END + timedelta(days=1), True),
        (HERS, END - timedelta(days=1, seconds=1), False),
        (HERS, MONDAY, False),
        (ANOTHER, END - timedelta(hours=1), False),
        (ANOTHER, END + timedelta(days=1), False),
        (ANOTHER, END + timedelta(days=2), True),
    ],
)
def test_only_its_own_link_renews_a_subscription_and_only_near_its_end(
    text: str, now: datetime, allowed: bool
) -> None:
    question, read = Question(ANA, "XTR", 250, text), read_payload(text, KEY)
    assert read is not None
    assert (in_the_way(question, read, [subscription()], now) is None) is allowed
    assert is_renewal(question, [subscription()], now) is (allowed and text == HERS)


def test_what_is_paid_once_stands_in_nobodys_way() -> None:
    question, read = Question(ANA, "XTR", 250, payload()), read_payload(payload(), KEY)
    assert read is not None
    assert in_the_way(question, read, [subscription()], MONDAY) is None


@pytest.mark.parametrize(
    ("state", "text", "now", "allowed"),
    [
        (State.CANCELLED, ANOTHER, MONDAY, False),
        (State.CANCELLED, ANOTHER, END - timedelta(seconds=1), False),
        (State.CANCELLED, ANOTHER, END, True),
        (State.CANCELLED, HERS, MONDAY, False),
        (State.CANCELLED, HERS, END, True),
        (State.FAILED, ANOTHER, END - timedelta(hours=1), True),
    ],
)
def test_a_cancelled_subscription_is_in_the_way_until_it_is_over(
    state: State, text: str, now: datetime, allowed: bool
) -> None:
    question, read = Question(ANA, "XTR", 250, text), read_payload(text, KEY)
    assert read is not None
    assert (in_the_way(question, read, [subscription(state)], now) is None) is allowed
