"""When a campaign stops by itself: too many failures say that something is wrong with it, not readers."""

from random import Random

import pytest

from bot.domain.delivery.campaign import Why
from bot.domain.delivery.failure_threshold import FailureThreshold, is_sound
from bot.domain.delivery.outcome import Gone, NotSent, Outcome, Rejected, Sent, Unknown

SENT = Sent(1)
GONE = Gone("Forbidden: bot was blocked by the user")
WRONG = Rejected("Bad Request: message is too long")
LOST = Unknown("reset")
WAITS = NotSent("Too Many Requests", 1.0, limited=True)


def after(*outcomes: Outcome) -> Why | None:
    judge, last = FailureThreshold(), None
    for outcome in outcomes:
        last = judge.note(outcome)
    return last


def test_a_fifth_of_the_last_two_hundred_may_fail_and_one_more_may_not() -> None:
    assert after(*[SENT] * 160, *[GONE] * 40) is None
    assert after(*[SENT] * 160, *[GONE] * 41) is Why.FAILURES


@pytest.mark.parametrize("together", [1, 2, 3])
def test_six_in_a_hundred_of_those_who_are_sent_it_last_do_not_pause_it(together: int) -> None:
    """A list of ten thousand, half of them inactive; three hundred of these are gone, several in a row."""
    chance = Random(together)  # noqa: S311  # chance, not secrecy
    starts = set(chance.sample(range(5_000 // together), 300 // together))
    last = [GONE if place // together in starts else SENT for place in range(5_000)]
    judge = FailureThreshold()
    assert not any(judge.note(outcome) for outcome in [*[SENT] * 5_000, *last])


def test_failures_that_are_long_past_count_no_more() -> None:
    assert after(*[GONE] * 40, *[SENT] * 161, GONE) is None
    assert after(*[GONE] * 40, *[SENT] * 199, GONE) is None


def test_where_everyone_fails_it_stops_before_two_hundred_have() -> None:
    assert after(*[GONE] * 40) is None
    assert after(*[GONE] * 41) is Why.FAILURES


def test_twenty_rejected_in_a_row_are_enough() -> None:
    assert after(*[WRONG] * 19) is None
    assert after(*[WRONG] * 20) is Why.REJECTED


@pytest.mark.parametrize("between", [SENT, GONE])
def test_rejected_ones_with_another_answer_between_are_not_in_a_row(between: Outcome) -> None:
    assert after(*[WRONG] * 19, between, *[WRONG] * 19) is None


@pytest.mark.parametrize("between", [LOST, WAITS])
def test_what_says_nothing_of_the_message_does_not_end_the_row(between: Outcome) -> None:
    assert after(*[WRONG] * 19, between, WRONG) is Why.REJECTED


def test_one_401_stops_at_once() -> None:
    assert after(Rejected("Unauthorized", 401)) is Why.TOKEN


def test_lost_and_postponed_ones_are_no_failures() -> None:
    assert after(*[LOST] * 300) is None
    assert after(*[WAITS] * 300) is None


@pytest.mark.parametrize(
    ("failed", "outcomes", "sound"),
    [
        (0, 0, True),
        (1, 1, False),
        (1, 2, True),
        (10, 19, False),
        (4, 20, True),
        (5, 20, False),
        (40, 200, True),
    ],
)
def test_who_failed_is_gone_only_where_few_did(failed: int, outcomes: int, sound: bool) -> None:
    assert is_sound(failed, outcomes) is sound
