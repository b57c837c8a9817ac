"""Weeks of running, pressed into minutes: does the program's memory grow?

Run as `./run soak memory [--minutes M] [--warm-up WEEKS] [--readers R] [--issues N] [--database URL]
[--trace]`.
Each simulated week has a push, a broadcast with its status message, readers who write, search and turn pages,
and the purge of old data. At the end of each, after a collection of garbage, the program's resident memory
is read.

What is kept of a week for ever shows as a slope per simulated week: that is the figure that matters. An hour
of such a run holds hundreds of weeks; the slope per hour of the run is so much harsher than the promise,
whose hour is the 168th part of a week. Both are printed. Exit code 1 when the hour of running breaks it, or a
year of weeks would take more than 10 MB.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.soak.holding import growth
from tools.soak.weeks import Plan, Weeks, Weight

HOURS, WEEKS = 168, 52
LIMIT = 1.0
"""MB that an hour of running may add."""

LIMIT_OF_A_YEAR = 10.0
LEAST = 4
"""A line through fewer weeks says nothing."""

SHOWN = 15


@dataclass(frozen=True, slots=True)
class Slopes:
    """How memory grows, in MB: by the simulated week, and by the hour of the run."""

    week: float
    run_hour: float

    @property
    def hour(self) -> float:
        """By the hour of running, of which a week has 168."""
        return self.week / HOURS

    @property
    def is_flat(self) -> bool:
        return self.hour < LIMIT and self.week * WEEKS < LIMIT_OF_A_YEAR


def slopes(weights: Sequence[Weight]) -> Slopes:
    """Lay a line through what was weighed. ValueError for too few weeks."""
    if len(weights) < LEAST:
        raise ValueError(f"{len(weights)} weeks after the warm-up are too few: {LEAST} at the least.")
    memory = [weight.memory for weight in weights]
    by_week = statistics.linear_regression([weight.week for weight in weights], memory).slope
    by_second = statistics.linear_regression([weight.seconds for weight in weights], memory).slope
    return Slopes(by_week, by_second * 3600)


def report(weights: Sequence[Weight], slope: Slopes, grown: Counter[str], traced: Counter[str]) -> str:
    first, last = weights[0], weights[-1]
    lines = [
        f"{len(weights)} weeks after the warm-up, in {last.seconds - first.seconds:.0f} s.",
        f"{first.memory:.1f} MB at first, {last.memory:.1f} at last, {_most(weights):.1f} at most.",
        f"A simulated week adds {slope.week * 1024:.1f} KB, a year of them {slope.week * WEEKS:.2f} MB,",
        f"and an hour of such a week {slope.hour * 1024:.3f} KB.",
        f"An hour of this run, which holds hundreds of weeks, adds {slope.run_hour:.2f} MB.",
        "What there is more of than after the warm-up:",
        *(f"  {count:>9}  {name}" for name, count in grown.most_common(SHOWN)),
    ]
    if traced:
        lines += ["Bytes more, by the line that asked for them:"]
        lines += [f"  {count:>9}  {name}" for name, count in traced.most_common(SHOWN)]
    return "\n".join(lines) + "\n"


async def run(given: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory(prefix="briefing-soak-") as name:
        folder = Path(name)
        database = given.database or f"sqlite+aiosqlite:///{folder / 'bot.db'}"
        plan = Plan(database, readers=given.readers, issues=given.issues, trace=given.trace)
        async with Weeks(plan, folder, random.Random(given.seed)) as weeks:  # noqa: S311  # chance, not secrecy
            for _ in range(given.warm_up):
                _show(await weeks.week())
            before, traced = await weeks.holds(), await weeks.traced()
            weights: list[Weight] = []
            end = time.monotonic() + given.minutes * 60
            while time.monotonic() < end or len(weights) < LEAST:
                weights.append(await weeks.week())
                _show(weights[-1])
            slope = slopes(weights)
            more = growth(before, await weeks.holds())
            sys.stdout.write(report(weights, slope, more, growth(traced, await weeks.traced())))
            return slope.is_flat


def _most(weights: Sequence[Weight]) -> float:
    return max(weight.memory for weight in weights)


def _show(weight: Weight) -> None:
    sys.stdout.write(f"week {weight.week}: {weight.memory:.2f} MB after {weight.seconds:.0f} s\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run soak memory")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--database", default="")
    for name, default in (("warm-up", 30), ("readers", 400), ("issues", 8), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    if not asyncio.run(run(parser.parse_args())):
        sys.exit(1)


if __name__ == "__main__":
    main()
