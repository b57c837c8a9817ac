"""A program that is killed in every stage of its campaigns loses nobody and repeats nobody."""

import random
from pathlib import Path
from typing import Any

import pytest

from tools.soak.crash_points import CRASH_POINTS
from tools.soak.kill_figures import AT_RANDOM, Plan
from tools.soak.loop import Loop

pytestmark = pytest.mark.apart

READERS = 80
PACE: dict[str, Any] = {"rate": 100, "window": 10, "longest_life": 2.0}
SEED = 3
HASTY: dict[str, Any] = {"hasty": True, "sending": True}


async def test_a_kill_at_any_stage_loses_nobody_and_repeats_nobody(tmp_path: Path, database_url: str) -> None:
    plan = Plan(database_url, readers=READERS, **PACE, hasty=True)
    async with Loop(plan, tmp_path, [*CRASH_POINTS, AT_RANDOM, AT_RANDOM], random.Random(SEED)) as loop:  # noqa: S311
        while loop.figures.kills < len(CRASH_POINTS) + 2:
            await loop.campaign()
    figures = loop.figures
    assert set(figures.deaths) == {*CRASH_POINTS, AT_RANDOM}
    assert (figures.lost, figures.twice) == (0, 0)
    assert figures.most_open <= plan.window
    assert figures.copies + figures.unknown - figures.arrived == READERS * figures.campaigns


async def test_what_a_death_at_a_random_moment_leaves_unknown_was_under_way(
    tmp_path: Path, database_url: str
) -> None:
    """At the pace of a bot that does not pay: a row is claimed when it can leave, so most have arrived."""
    plan = Plan(database_url, readers=70, rate=25, window=8, latency=0.15, longest_life=0.8, **HASTY)
    async with Loop(plan, tmp_path, [AT_RANDOM] * 2, random.Random(SEED)) as loop:  # noqa: S311
        while loop.figures.kills < 2:
            await loop.campaign()
    figures = loop.figures
    assert (figures.lost, figures.twice) == (0, 0)
    # A busy machine answers later than the latency says: what was under way by the server's own list counts.
    assert [kill for kill in figures.too_many if kill.claimed > kill.under_way + 1] == []
    assert sum(kill.arrived for kill in figures.at_random) >= figures.unknown - 1 > 0


async def test_a_program_that_is_told_to_end_leaves_nothing_unknown(
    tmp_path: Path, database_url: str
) -> None:
    plan = Plan(database_url, readers=READERS, **PACE, politely=True)
    async with Loop(plan, tmp_path, [AT_RANDOM], random.Random(SEED)) as loop:  # noqa: S311
        while loop.figures.kills < 1:
            await loop.campaign()
    assert (loop.figures.lost, loop.figures.twice, loop.figures.unknown) == (0, 0, 0)
    assert loop.figures.copies == READERS * loop.figures.campaigns
