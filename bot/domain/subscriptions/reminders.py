"""Reminders: what a reader is told before her access ends, and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.readers.grants import FOREVER, Grant, Period, Source, timeline
from bot.domain.subscriptions.star_subscription import StarSubscription, State

SHORT = timedelta(days=7)
"""Of a grant that is no longer than this, nobody is told three days before it ends."""

NEW = timedelta(hours=24)
"""For so long after she was given access, or has cancelled, a reader is reminded of nothing."""

MORNING, EVENING = time(10), time(18)

MOST_DAYS_AFTER = 3
"""The last day after an end on which it is told: later it is no news."""

LONGEST_LOOK = timedelta(days=2)
"""Slots that passed longer ago are not made up for."""


class Reminder(StrEnum):
    THREE_DAYS = "three_days"
    ONE_DAY = "one_day"
    ENDED = "ended"


class Cause(StrEnum):
    """What ends, as far as a reminder tells it."""

    TRIAL = "trial"
    OFFER = "offer"
    SUBSCRIPTION = "subscription"  # it was cancelled
    UNPAID = "unpaid"  # a subscription whose renewal failed, or was never heard of
    ACCESS = "access"  # whatever else gave it


@dataclass(frozen=True, slots=True)
class Slot:
    """When a reminder may go: so many `days` after the day on which access ends, at this hour."""

    reminder: Reminder
    days: int
    hour: time


SLOTS = (
    Slot(Reminder.ONE_DAY, -1, MORNING),
    Slot(Reminder.ONE_DAY, -1, EVENING),  # for a grant that was too new in the morning
    Slot(Reminder.THREE_DAYS, -3, MORNING),
    # Further days for what was learned late: that a renewal failed, or after a stop of the program.
    *(Slot(Reminder.ENDED, days, MORNING) for days in range(1, MOST_DAYS_AFTER + 1)),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a reader's unbroken access, past or to come.

    `length`: of the grant that it ends with. `known_at`: when the reader was given that, or has cancelled.
    """

    at: datetime
    cause: Cause
    length: timedelta
    known_at: datetime


def due_days(since: datetime, now: datetime, zone: ZoneInfo) -> tuple[tuple[Reminder, date], ...]:
    """Return which reminders have come due after `since` and by `now`, each with the day in `zone` on which
    the access ends that it is about.
    """
    first, last = (moment.astimezone(zone).date() for moment in (since, now))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    due = [
        (slot.reminder, day - timedelta(days=slot.days))
        for slot in SLOTS
        for day in days
        if since < datetime.combine(day, slot.hour, tzinfo=zone).astimezone(UTC) <= now
    ]
    return tuple(dict.fromkeys(due))


def ending(reasons: Sequence[Grant], held: Sequence[StarSubscription], now: datetime) -> Ending | None:
    """Return the end of the unbroken access that runs at `now`, else of the last that ran.

    None where there is none: access goes on while a subscription is to renew, and what was taken back by hand
    is told by that hand. `reasons`: grants and graces, `held`: all of her subscriptions.
    """
    last = _last_period(reasons, now)
    if last is None or last.ends >= FOREVER or last.grant.revoked_at == last.ends:
        return None
    if last.ends > now and any(subscription.renews(now) for subscription in held):
        return None
    subscription = next((known for known in held if known.last_charge_id == last.grant.source_id), None)
    return Ending(
        last.ends, _cause(last.grant, subscription), _length(last.grant), _known(last, subscription)
    )


def is_due(reminder: Reminder, end: Ending, now: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a reader whose access so ends is told it at `now`, the slot having come."""
    if reminder is Reminder.ENDED:
        return end.at <= now
    if end.at <= now or now < end.known_at + NEW:
        return False
    return reminder is Reminder.ONE_DAY or (end.length > SHORT and not is_past(reminder, end.at, now, zone))


def is_past(reminder: Reminder, ends: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a reminder of this end comes too late to be sent."""
    ahead = (ends.astimezone(zone).date() - now.astimezone(zone).date()).days
    match reminder:
        case Reminder.THREE_DAYS:
            return ahead < 2
        case Reminder.ONE_DAY:
            return ends <= now
        case Reminder.ENDED:
            return ahead < -MOST_DAYS_AFTER


def _last_period(reasons: Sequence[Grant], now: datetime) -> Period | None:
    """Return the period with which the unbroken access ends that runs now, or has run last."""
    last: Period | None = None
    for period in timeline(reasons):
        if period.starts > now and (last is None or last.ends < period.starts):
            break
        last = period
    return last


def _cause(grant: Grant, subscription: StarSubscription | None) -> Cause:
    if grant.source == Source.GRACE or (subscription and subscription.state is State.FAILED):
        return Cause.UNPAID
    if subscription:
        return Cause.SUBSCRIPTION
    return {Source.TRIAL: Cause.TRIAL, Source.OFFER: Cause.OFFER}.get(Source(grant.source), Cause.ACCESS)


def _length(grant: Grant) -> timedelta:
    return timedelta(days=grant.days) if grant.days is not None else (grant.until or FOREVER) - grant.given_at


def _known(last: Period, subscription: StarSubscription | None) -> datetime:
    if subscription is None or subscription.state is not State.CANCELLED:
        return last.grant.given_at
    return max(last.grant.given_at, subscription.heard_at)
