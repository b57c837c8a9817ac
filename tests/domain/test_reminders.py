"""Which reminders are due, by grants, subscriptions and the time."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.readers.grants import Grant, Source
from bot.domain.subscriptions.reminders import (
    Cause,
    Ending,
    Reminder,
    due_days,
    ending,
    is_due,
    is_past,
)
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State

ZONE = ZoneInfo("America/Asuncion")
START = datetime(2025, 12, 22, 12, tzinfo=UTC)
DAY, MONTH = timedelta(days=1), timedelta(days=30)
TRIAL = Grant(Source.TRIAL, "ana", START, days=7)
OFFER = Grant(Source.OFFER, "lantern", START, days=30)
PAID = Grant(Source.STARS, "charge", START, days=30)


def monthly(state: State, heard_at: datetime = START) -> StarSubscription:
    by = CancelledBy.READER if state is State.CANCELLED else None
    return StarSubscription("link", 1, 250, 30, "charge", START + MONTH, state, by, heard_at, "charge")


def end(*reasons: Grant, held: tuple[StarSubscription, ...] = (), after: timedelta = DAY) -> Ending | None:
    return ending(reasons, held, START + after)


def told(end_of: Ending | None, reminder: Reminder, before: timedelta) -> bool:
    """Tell whether a reader is told it so long before the end."""
    assert end_of is not None
    return is_due(reminder, end_of, end_of.at - before, ZONE)


def test_each_end_has_a_day_for_each_reminder_and_further_ones_for_what_is_learned_late() -> None:
    looked = [START + number * timedelta(hours=1) for number in range(24 * 12)]
    days = [
        (reminder, day, now)
        for since, now in pairwise(looked)
        for reminder, day in due_days(since, now, ZONE)
        if day == date(2025, 12, 28)
    ]
    assert [(reminder, now.astimezone(ZONE).strftime("%d %H")) for reminder, _, now in days] == [
        (Reminder.THREE_DAYS, "25 10"),
        (Reminder.ONE_DAY, "27 10"),
        (Reminder.ONE_DAY, "27 18"),
        (Reminder.ENDED, "29 10"),
        (Reminder.ENDED, "30 10"),
        (Reminder.ENDED, "31 10"),
    ]


def test_a_look_after_a_look_finds_nothing_twice() -> None:
    ten = datetime(2025, 12, 25, 10, tzinfo=ZONE).astimezone(UTC)
    assert due_days(ten - DAY / 24, ten, ZONE)
    assert due_days(ten, ten + DAY / 24, ZONE) == ()


def test_a_trial_of_seven_days_is_told_the_day_before_alone() -> None:
    trial = end(TRIAL)
    assert trial == Ending(START + 7 * DAY, Cause.TRIAL, 7 * DAY, START)
    assert told(trial, Reminder.ONE_DAY, DAY)
    assert not told(trial, Reminder.THREE_DAYS, 3 * DAY)


def test_thirty_days_of_an_offer_are_told_three_days_before_and_one() -> None:
    offer = end(OFFER)
    assert offer is not None
    assert offer.cause is Cause.OFFER
    assert told(offer, Reminder.THREE_DAYS, 3 * DAY)
    assert told(offer, Reminder.ONE_DAY, DAY)
    assert not told(offer, Reminder.ENDED, DAY)
    assert told(offer, Reminder.ENDED, -DAY)
    assert not told(offer, Reminder.ONE_DAY, timedelta(0))


def test_the_last_grant_of_a_row_says_how_long_ahead() -> None:
    last = end(OFFER, Grant(Source.GIFT, "three", START + DAY, days=3))
    assert last is not None
    assert not told(last, Reminder.THREE_DAYS, 3 * DAY)
    assert told(last, Reminder.ONE_DAY, DAY)


def test_nobody_is_reminded_in_the_first_day_of_a_grant() -> None:
    brief = end(Grant(Source.GIFT, "two", START, days=2), after=DAY / 2)
    assert not told(brief, Reminder.ONE_DAY, 1.1 * DAY)
    assert told(brief, Reminder.ONE_DAY, DAY)


def test_what_renews_does_not_end() -> None:
    active = monthly(State.ACTIVE)
    awaited = active.grace()
    assert awaited is not None
    assert end(PAID, awaited, held=(active,), after=27 * DAY) is None
    assert end(PAID, awaited, held=(active,), after=31 * DAY) is None  # in its grace
    over = end(PAID, awaited, held=(active,), after=33 * DAY)
    assert over is not None
    assert (over.at, over.cause) == (START + 32 * DAY, Cause.UNPAID)


def test_a_cancelled_subscription_ends_and_is_told_not_sooner_than_a_day_after() -> None:
    cancelled = end(PAID, held=(monthly(State.CANCELLED, START + 28.5 * DAY),), after=29 * DAY)
    assert cancelled is not None
    assert cancelled.cause is Cause.SUBSCRIPTION
    assert not told(cancelled, Reminder.ONE_DAY, DAY)
    early = end(PAID, held=(monthly(State.CANCELLED, START + 10 * DAY),), after=29 * DAY)
    assert told(early, Reminder.ONE_DAY, DAY)


def test_a_renewal_that_failed_is_told_after_the_end_and_says_so() -> None:
    failed = end(PAID, held=(monthly(State.FAILED, START + MONTH),), after=31 * DAY)
    assert failed is not None
    assert (failed.at, failed.cause) == (START + MONTH, Cause.UNPAID)


@pytest.mark.parametrize(
    "reason",
    [
        Grant(Source.COMPLIMENTARY, "for ever", START),
        Grant(Source.OFFER, "taken back", START, days=30, revoked_at=START + DAY),
    ],
)
def test_what_never_ends_or_was_taken_back_is_not_told(reason: Grant) -> None:
    assert end(reason, after=2 * DAY) is None


def test_what_waits_after_the_trial_puts_the_end_off() -> None:
    both = end(TRIAL, Grant(Source.OFFER, "lantern", START + DAY, days=30), after=6 * DAY)
    assert both is not None
    assert both.at == START + 37 * DAY


def test_a_reminder_that_was_kept_back_too_long_is_past() -> None:
    ends = START + 10 * DAY
    assert not is_past(Reminder.THREE_DAYS, ends, ends - 2 * DAY, ZONE)
    assert is_past(Reminder.THREE_DAYS, ends, ends - DAY, ZONE)
    assert not is_past(Reminder.ONE_DAY, ends, ends - DAY / 24, ZONE)
    assert is_past(Reminder.ONE_DAY, ends, ends, ZONE)
    assert not is_past(Reminder.ENDED, ends, ends + 3 * DAY, ZONE)
    assert is_past(Reminder.ENDED, ends, ends + 4 * DAY, ZONE)
