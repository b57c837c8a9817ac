"""Tests that take long, or mostly wait, are dealt to all processes, and begin early."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pytest

Item = TypeVar("Item")

ROOT = Path(__file__).parents[2]
LONG = (
    "tests/domain/test_pages.py",
    "tests/leaks/*",
    "tests/releasing/test_machine.py",
    "tests/delivery/test_machine.py",
    "tests/setup/*",
    "tests/test_program.py",
    "simulator/tests/test_clients.py",
    "simulator/tests/test_command.py",
    "simulator/tests/test_examples.py",
)
BETWEEN = 4
"""Short tests between two long ones: while one process waits, the others compute."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    processes = int(getattr(config, "workerinput", {}).get("workercount", 1))
    long: list[pytest.Item] = []
    short: list[pytest.Item] = []
    for item in items:
        (long if _is_long(item) else short).append(item)
    items[:] = dealt(long, short, processes)


def dealt(long: Sequence[Item], short: Sequence[Item], processes: int) -> list[Item]:
    """Return all tests in equal parts, one part a process (as `--dist worksteal` hands them out first).

    Of the long ones every process gets the same number, and begins with one; the short ones stay in their
    order. Those at the end of a part are short: processes that are done take them from the others.
    """
    total = len(long) + len(short)
    rest = iter(short)
    made: list[Item] = []
    for number in range(processes):
        # As pytest-xdist does it: each gets an equal share of what is left.
        size = (total - len(made)) // (processes - number)
        made += _mixed(long[number::processes], rest, size)
    return made


def _mixed(long: Sequence[Item], short: Iterator[Item], size: int) -> list[Item]:
    """Take as many of `short` as fill a part of this size; lay the first of them between the long ones."""
    taken = list(islice(short, max(0, size - len(long))))
    head = [
        item for at, first in enumerate(long) for item in (first, *taken[at * BETWEEN : (at + 1) * BETWEEN])
    ]
    return head + taken[len(long) * BETWEEN :]


def _is_long(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("apart")) or _is_in_long_file(item.path)


@cache
def _is_in_long_file(path: Path) -> bool:
    return path.is_relative_to(ROOT) and any(map(path.relative_to(ROOT).match, LONG))
