"""The way on: a reader's offer where her access ends."""

from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """How a reader may go on reading where her access ends; the first that fits."""

    TRIAL = "trial"  # the free trial is open to her
    LAPSED = "lapsed"  # she had access once
    NONE = "none"


def way_on(trial_days: int, trial_at: datetime | None, full_since: datetime | None, now: datetime) -> Way:
    """Return the way on of a reader who was given the trial at `trial_at` and whose access first began at
    `full_since`; with no `trial_days` there is no trial.
    """
    if trial_days and trial_at is None:
        return Way.TRIAL
    return Way.LAPSED if full_since is not None and full_since <= now else Way.NONE


def anonymous_way(trial_days: int) -> Way:
    """Return what is offered where nobody knows who reads: in groups, on pages for everyone."""
    return Way.TRIAL if trial_days else Way.NONE
