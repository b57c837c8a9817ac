"""The one rule: when an issue goes out by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

QUIET = timedelta(seconds=60)
"""How long nothing in an issue's folder may have changed before it goes."""

PATIENCE = timedelta(minutes=15)
"""How long an issue waits for a broken edition, from its hour or from when it was first seen broken."""

ASKED_AGAIN = timedelta(hours=1)
"""How long after an admin's Wait the admins are asked anew."""


class Reason(StrEnum):
    """Why an issue did not go out at its hour."""

    LATE = "late"  # found after its hour: saved then, or met by a start
    CHANGED = "changed"  # something of it changed in the last minute before its hour, or after it
    BROKEN = "broken"  # an edition on disk does not load
    DRAFT = "draft"  # an edition on disk is marked as a draft
    WEEKDAY = "weekday"  # its date is no push day
    SKIPPED = "skipped"  # its date is one on which nothing is to come out


class ReleaseAnswer(StrEnum):
    """What an admin may answer when an issue waits."""

    SEND_NOW = "send now"
    WAIT = "wait"
    NOT_THIS_ONE = "not this one"


class How(StrEnum):
    """How an issue came to be released."""

    RULE = "rule"  # by itself
    SENT = "sent"  # an admin pressed Send now
    DECLINED = "declined"  # an admin pressed Not this one: readers find it, no push
    OLDER = "older"  # its date is older than the newest that is out: no push
    FOUND = "found"  # the very first start found it past its hour: no push

    @property
    def pushes(self) -> bool:
        return self in {How.RULE, How.SENT}


@dataclass(frozen=True, slots=True)
class UpcomingIssue:
    """What is known of an issue that is not released.

    Moments are when a process saw something, by the injected clock; times of files are not used.
    """

    day: date
    hour: datetime
    is_push_day: bool
    changed_at: datetime  # when the last change in its folder, or in publication.toml of it, was seen
    found_at: datetime | None = None  # when it was found, where that was after its hour
    broken_since: datetime | None = None  # since when an edition on disk has not loaded
    drafts: tuple[str, ...] = ()  # languages whose edition on disk is a draft
    has_words: bool = True  # there is something that could go
    is_skipped: bool = False  # its date is named as one on which nothing is to come out
    is_older: bool = False  # than the newest issue that is out
    answer: ReleaseAnswer | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision about an issue that is not released."""

    due_at: datetime | None  # when it goes by itself; None: not before something changes or somebody presses
    how: How
    reasons: tuple[Reason, ...] = ()
    asks: bool = False  # the admins are to be asked now

    def goes(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now


def plan(issue: UpcomingIssue, now: datetime) -> Plan:
    """Decide about an issue; the first case that fits counts.

    1. An admin declined it: out at its hour, without a push.
    2. It is older than the newest that is out: the same.
    3. An admin pressed Send now, and something of it can go: out at its hour, or now.
    4. Else it goes by itself once it has been quiet for `QUIET`, from its hour on; a broken edition holds it
       back for `PATIENCE`. A draft, another day than the push day, a skipped day, an admin's Wait, or
       nothing that can go holds it back until that changes.

    From its hour on the admins are asked, as long as it has not gone.
    """
    hour = issue.hour
    if issue.answer is ReleaseAnswer.NOT_THIS_ONE:
        return Plan(hour, How.DECLINED)
    if issue.is_older:
        return Plan(hour, How.OLDER)
    if issue.answer is ReleaseAnswer.SEND_NOW and issue.has_words:
        return Plan(hour, How.SENT)
    due = _due(issue)
    reasons = tuple(_reasons(issue))
    asks = now >= hour and (due is None or due > now)
    return Plan(due, How.RULE, reasons, asks)


def _due(issue: UpcomingIssue) -> datetime | None:
    asks_first = not issue.is_push_day or issue.is_skipped
    if not issue.has_words or issue.drafts or asks_first or issue.answer is ReleaseAnswer.WAIT:
        return None
    due = max(issue.hour, issue.changed_at + QUIET)
    if issue.broken_since is None:
        return due
    return max(due, max(issue.hour, issue.broken_since) + PATIENCE)


def _reasons(issue: UpcomingIssue) -> Collection[Reason]:
    holds = {
        Reason.LATE: issue.found_at is not None,
        Reason.CHANGED: issue.found_at is None and issue.changed_at > issue.hour - QUIET,
        Reason.BROKEN: issue.broken_since is not None,
        Reason.DRAFT: bool(issue.drafts),
        Reason.WEEKDAY: not issue.is_push_day,
        Reason.SKIPPED: issue.is_skipped,
    }
    return [reason for reason, does in holds.items() if does]
