"""The kill loop: a program killed in campaigns, each audited.

Run as `./run soak kill [--times N] [--database URL] [--readers R] [--rate N] [--window N] [--seed N]
[--latency SECONDS]`. Exit code 1 when anyone got nothing or two copies, or one death left more open than the
window holds. With `--latency` all deaths are at random while it sends, and must leave no more unknown than
was under way; nine of ten of these have arrived. As `./run soak stop …` the program is told to end (SIGTERM)
each time, and nothing may be left open.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tools.soak.kill_figures import Plan
from tools.soak.loop import Loop, deaths

LATENCY = 0.05


async def run(given: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory(prefix="briefing-soak-") as name:
        folder = Path(name)
        plan = Plan(
            database=given.database or f"sqlite+aiosqlite:///{folder / 'bot.db'}",
            readers=given.readers,
            rate=given.rate,
            window=given.window,
            politely=given.how == "stop",
            latency=given.latency or LATENCY,
            sending=bool(given.latency),
            hasty=bool(given.latency),
        )
        chance = random.Random(given.seed)  # noqa: S311  # chance, not secrecy
        async with Loop(plan, folder, deaths(given.times, chance, plan), chance) as loop:
            while loop.figures.kills < given.times:
                await loop.campaign()
                sys.stdout.write(f"{loop.figures.line()}\n")
                sys.stdout.flush()
            sys.stdout.write(loop.figures.report())
            return loop.figures.sound


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--database", default="")
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("how", choices=["kill", "stop"])
    for name, default in (("readers", 600), ("rate", 200), ("window", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    if not asyncio.run(run(parser.parse_args())):
        sys.exit(1)


if __name__ == "__main__":
    main()
