"""`./run bench [--quick]`: measures, and prints a table for docs/performance.md."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import commands, starts, thousand
from tests.bench.figures import Figure, machine, table
from tests.bench.processes import ROOT


@dataclass(frozen=True, slots=True)
class Sizes:
    """How often and how much is measured. Quick figures show that all runs, and nothing else."""

    rounds: int = 9
    count: int = 200  # commands of a round
    starts: int = 7
    issues: int = 1_000
    while_loading: int = 300  # commands


QUICK = Sizes(rounds=1, count=10, starts=1, issues=12, while_loading=10)


async def figures(folder: Path, sizes: Sizes) -> AsyncIterator[list[Figure]]:
    """Measure one thing after the other, each in a folder of its own."""
    content = ROOT / "content"
    for name in ("commands", "starts", "thousand"):
        (folder / name).mkdir()
    yield await commands.measure(folder / "commands", content, rounds=sizes.rounds, count=sizes.count)
    yield await starts.measure(folder / "starts", content, rounds=sizes.starts)
    yield await thousand.measure(folder / "thousand", content, issues=sizes.issues, count=sizes.while_loading)


async def main(sizes: Sizes) -> None:
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="briefing-bench-") as folder:
        async for some in figures(Path(folder), sizes):
            found += some
    sys.stdout.write(f"{machine()}, medians of {sizes.rounds} interleaved rounds\n\n{table(found)}\n")


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--quick"]):
        sys.exit("Write: ./run bench, or ./run bench --quick")
    asyncio.run(main(QUICK if sys.argv[1:] else Sizes()))
