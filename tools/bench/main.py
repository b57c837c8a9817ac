"""`./run bench [PART …] [--quick]`: measures, and prints a table for docs/performance.md."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tools.bench import commands, crowds, sending, starts, thousand
from tools.bench.figures import Figure, machine, table
from tools.bench.processes import ROOT


@dataclass(frozen=True, slots=True)
class Sizes:
    """How often and how much is measured. Quick figures show that all runs, and nothing else."""

    rounds: int = 9
    count: int = 200  # commands of a round
    starts: int = 7
    issues: int = 1_000
    while_loading: int = 300  # commands
    campaigns: int = 3  # rounds of sending
    slowly: int = 240  # messages at 25 and 30 a second
    fast: int = 10_000  # at 1,000 a second; the peers send fewer
    readers: int = 100_000
    asked: int = 60  # commands of a round, while a campaign runs and while none does


QUICK = Sizes(
    rounds=1,
    count=10,
    starts=1,
    issues=12,
    while_loading=10,
    campaigns=1,
    slowly=5,
    fast=100,
    readers=1_000,
    asked=4,
)
Part: TypeAlias = Callable[[Path, Path, Sizes], Awaitable[list[Figure]]]
PARTS: dict[str, Part] = {
    "commands": lambda folder, content, sizes: commands.measure(
        folder, content, rounds=sizes.rounds, count=sizes.count
    ),
    "sending": lambda folder, content, sizes: sending.measure(
        folder, content, rounds=sizes.campaigns, slowly=sizes.slowly, fast=sizes.fast
    ),
    "crowds": lambda folder, content, sizes: crowds.measure(
        folder, content, rounds=sizes.campaigns, readers=sizes.readers, asked=sizes.asked
    ),
    "starts": lambda folder, content, sizes: starts.measure(folder, content, rounds=sizes.starts),
    "thousand": lambda folder, content, sizes: thousand.measure(
        folder, content, issues=sizes.issues, count=sizes.while_loading
    ),
}


async def main(parts: Sequence[str], sizes: Sizes) -> None:
    """Measure one thing after the other, each in a folder of its own."""
    figures: list[Figure] = []
    try:
        with tempfile.TemporaryDirectory(prefix="briefing-bench-") as folder:
            for name in parts:
                (Path(folder) / name).mkdir()
                figures += await PARTS[name](Path(folder) / name, ROOT / "content", sizes)
    finally:  # a part that fails takes nothing from those before it
        sys.stdout.write(f"{machine()}, medians of interleaved rounds\n\n{table(figures)}\n")


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--quick"]
    if not set(words) <= PARTS.keys():
        sys.exit(f"Write: ./run bench [PART ...] [--quick]. The parts are {', '.join(PARTS)}.")
    asyncio.run(main(words or [*PARTS], QUICK if "--quick" in sys.argv else Sizes()))
