"""The next state of an issue's row in `releases`."""

from dataclasses import replace
from datetime import datetime

from bot.db.publishing.releases import Release
from bot.domain.publishing.release import ASKED_AGAIN, How, Plan, ReleaseAnswer
from bot.services.content.issues.issue_summary import FolderState


def is_over(row: Release, now: datetime) -> bool:
    """Tell whether nothing is to be decided about an issue any more.

    A clock that was ahead may have released it, or taken it for an older one: then it is decided anew.
    """
    if row.released_at is None:
        return False
    return row.released_at <= now or (row.hour <= now and row.how is not How.OLDER)


def unreleased(row: Release, hour: datetime) -> Release:
    """Return the row of an issue to come, without a release that a clock that was ahead has written."""
    return replace(row, hour=hour, released_at=None, how=None, old=(), missing=())


def not_ahead(row: Release, now: datetime) -> Release:
    """Return the row with no moment later than `now`: a clock that was set back makes no wait longer."""
    return replace(
        row,
        found_at=row.found_at and min(row.found_at, now),
        broken_since=row.broken_since and min(row.broken_since, now),
        asked_at=row.asked_at and min(row.asked_at, now),
        answered_at=row.answered_at and min(row.answered_at, now),
    )


def withdrawn(row: Release) -> Release:
    """Return the row of an issue whose folder was taken away: all begins anew when it comes back.

    Question and round go on counting, so that old buttons stay old.
    """
    return Release(row.day, row.hour, row.changed_at, question=row.question, round=row.round)


def decided(
    known: Release, state: FolderState, chosen: Plan, now: datetime, *, is_overtaken: bool
) -> Release:
    """Return the row with the decision: released, asked about, or neither.

    `is_overtaken`: a newer issue goes first. Then nobody is asked, since this one is not pushed.
    """
    known = replace(known, due_at=chosen.due_at)
    if chosen.goes(now):
        return replace(known, released_at=now, how=chosen.how, old=state.old, missing=state.missing)
    if (
        known.answer is ReleaseAnswer.SEND_NOW and chosen.how is How.RULE
    ):  # what was to be sent is no longer there
        known = replace(known, answer=None, answered_by=None, answered_at=None, asked_at=None)
    if not chosen.asks or (is_overtaken and known.asked_at is None):
        return replace(known, asked_at=None)
    if known.asked_at is not None and not _is_asked_again(known, now):
        return known
    return replace(known, asked_at=now, question=known.question + 1, round=known.round + 1)


def _is_asked_again(known: Release, now: datetime) -> bool:
    """Tell whether an hour has passed since an admin chose to wait: then the admins are asked again."""
    if known.answered_at is None or known.asked_at is None:
        return False
    return known.asked_at <= known.answered_at and now >= known.answered_at + ASKED_AGAIN
