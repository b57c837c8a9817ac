"""`./run soak money`: does any order cost a day or a Star?"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.databases import Scratch, migrate
from tools.soak.money.databases import judge_database
from tools.soak.money.judging import Tally, judge_many

PART = 5_000
"""Cases that a process judges in one go."""

ORDERS = 2
"""Orders of each case: the second must lead to what the first has led to."""


def judge_pure(orders: int, seed: int, processes: int) -> Tally:
    """Judge so many orders by the pure rules, in some processes."""
    tally, cases = Tally(), -(-orders // ORDERS)
    parts = [min(PART, cases - begun) for begun in range(0, cases, PART)]
    with ProcessPoolExecutor(processes) as pool:
        for part in pool.map(judge_many, range(seed, seed + len(parts)), parts):
            tally.add(part)
            sys.stdout.write(f"  {tally.orders:,} orders\r")
            sys.stdout.flush()
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run soak money")
    for name, default in (("orders", 1_000_000), ("lives", 5_000), ("seed", 1), ("processes", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    tallies = [_timed("pure rules", lambda: judge_pure(given.orders, given.seed, given.processes))]
    if given.lives:
        tallies += _through_databases(given.seed, given.lives)
    for tally in tallies:
        sys.stdout.write(tally.example)
    if not all(tally.is_right for tally in tallies):
        sys.exit(1)


def _through_databases(seed: int, lives: int) -> list[Tally]:
    with tempfile.TemporaryDirectory(prefix="briefing-soak-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bot.db'}"
        asyncio.run(migrate(url))
        tallies = [_timed("SQLite", lambda: asyncio.run(judge_database(url, seed, lives)))]
    scratch = Scratch(f"money_{os.getpid()}")
    try:
        tallies.append(_timed("PostgreSQL", lambda: asyncio.run(judge_database(scratch.url, seed, lives))))
    finally:
        scratch.drop()
    return tallies


def _timed(name: str, run: Callable[[], Tally]) -> Tally:
    began = time.monotonic()
    tally = run()
    sys.stdout.write(tally.line(name, time.monotonic() - began))
    sys.stdout.flush()
    return tally


if __name__ == "__main__":
    main()
