"""The program keeps nothing for ever of a week that is over; and a line through weights is laid right."""

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.databases import on_sqlite
from tools.soak.holding import kept_for_ever, owner
from tools.soak.memory import slopes
from tools.soak.weeks import Plan, Weeks, Weight

pytestmark = pytest.mark.apart

WARM_UP, WEEKS = 4, 4
BOUNDED = frozenset(  # classes whose containers fill up to a limit
    {
        "Reading",  # the last 128 booklets
        "Archive",  # what was last good in the last 60 days
        "ReleasedIssues",  # the last 100
        "Booklets",  # the booklets that were asked for last
        "Sources",  # those of the last 60 days
        "Transport",  # the last 10,000 changes
        "FairQueue",  # the answers of the last minute
        "ConnectionPool",  # as many as the window holds
        "HttpConnections",  # of these
        "Jobs",  # those under way at this moment
    }
)
GROSS = 40.0
"""MB that a few weeks may add: caches fill, but nothing runs away."""


@on_sqlite
async def test_nothing_is_kept_for_ever_of_a_week_that_is_over(tmp_path: Path, database_url: str) -> None:
    plan = Plan(database_url, readers=30, active=6, issues=2)
    async with Weeks(plan, tmp_path, random.Random(5)) as weeks:  # noqa: S311  # chance, not secrecy
        first = [await weeks.week() for _ in range(WARM_UP)][-1]
        before = await weeks.holds()
        last = [await weeks.week() for _ in range(WEEKS)][-1]
        grown = kept_for_ever(before, await weeks.holds(), WEEKS)
    assert {name: count for name, count in grown.items() if kind(name) not in BOUNDED} == {}
    assert last.memory - first.memory < GROSS


def kind(name: str) -> str:
    """Return the class of what a container stands in."""
    return owner(name).rpartition(".")[2]


def test_what_lives_long_and_holds_more_each_week_is_found() -> None:
    before = Counter({"bot.Sender": 1, "bot.Sender.sent": 8, "bot.Issue": 8, "bot.Issue.of": 16})
    after = Counter({"bot.Sender": 1, "bot.Sender.sent": 24, "bot.Issue": 9, "bot.Issue.of": 99})
    assert kept_for_ever(before, after, weeks=2) == {"bot.Sender.sent": 16}
    assert kept_for_ever(before, after, weeks=17) == {}


def test_a_slope_is_told_by_week_and_by_hour() -> None:
    growth = slopes([Weight(week, week * 6.0, 90 + week / 4) for week in range(10)])
    assert (growth.week, growth.run_hour, growth.hour) == pytest.approx((0.25, 150.0, 0.25 / 168))
    assert not growth.is_flat


def test_too_few_weeks_have_no_slope() -> None:
    with pytest.raises(ValueError, match="too few"):
        slopes([Weight(1, 1.0, 90.0)])
