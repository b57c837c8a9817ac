"""The way on of a reader is the first that fits what she had."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.content.on_offer import OnOffer
from bot.domain.readers.reader import Reader, Viewer
from bot.domain.readers.ways import Way, anonymous_way

NOW = datetime(2025, 12, 15, 10, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)


@pytest.mark.parametrize(
    ("trial_days", "trial_at", "full_since", "way"),
    [
        (7, None, None, Way.TRIAL),
        (7, None, BEFORE, Way.TRIAL),  # a gift is over, and the trial unused
        (7, BEFORE, BEFORE, Way.LAPSED),
        (7, BEFORE, None, Way.NONE),  # it was taken back in the moment it was given
        (0, None, None, Way.NONE),
        (0, None, BEFORE, Way.LAPSED),
        (0, None, NOW + timedelta(days=1), Way.NONE),  # has yet to begin
    ],
)
def test_the_first_way_that_fits_is_hers(
    trial_days: int, trial_at: datetime | None, full_since: datetime | None, way: Way
) -> None:
    ana = Reader(1, "en", trial_at=trial_at, full_since=full_since)
    assert ana.way(OnOffer(trial_days), NOW) is way
    assert Viewer(ana).way(OnOffer(trial_days), NOW) is way


def test_in_a_group_everyone_is_a_stranger_who_may_try_it() -> None:
    ana = Viewer(Reader(1, "en", trial_at=BEFORE, full_since=BEFORE), private=False)
    assert [ana.way(OnOffer(days), NOW) for days in (7, 0)] == [Way.TRIAL, Way.NONE]
    assert [anonymous_way(OnOffer(days)) for days in (7, 0)] == [Way.TRIAL, Way.NONE]
