"""The two databases take turns, unless everything is asked.

The ledger, the inbox and all that speaks to the database itself has all its tests on both, always.
"""

import zlib
from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.extent import ALL

TESTS = Path(__file__).parents[1]
SEEN = (
    "conversations/*",
    "delivery/*",
    "leaks/*",
    "releasing/test_careless.py",
    "releasing/test_coming_out.py",
    "services/*",
    "tools/test_flood.py",
    "tools/test_kills.py",
    "telegram/*",
    "web/*",
    "test_cli_*",
    "test_program.py",
)
ASKS_BOTH = (
    "delivery/test_claiming.py",
    "delivery/test_database.py",
    "delivery/test_ledger.py",
    "delivery/test_machine.py",
    "delivery/test_two_programs.py",
    "telegram/test_update_inbox*",
    "telegram/test_many_processes.py",
    "services/test_backups.py",
    "services/test_lease.py",
    "telegram/test_trying_again.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if ALL:
        return
    left = set(_left_out(items))
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


def _left_out(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Leave out one run of each test that would run twice: its name decides which, in every selection."""
    runs: dict[Hashable, list[pytest.Item]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and _is_seen(item.path):
            runs.setdefault(_test(item), []).append(item)
    for test, both in runs.items():
        if len(both) == 2:
            yield both[zlib.crc32(repr(test).encode()) % 2]


@cache
def _is_seen(path: Path) -> bool:
    if not path.is_relative_to(TESTS):
        return False
    inside = path.relative_to(TESTS)
    return any(map(inside.match, SEEN)) and not any(map(inside.match, ASKS_BOTH))


def _test(item: pytest.Function) -> Hashable:
    """Name a test without its database."""
    chosen = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    chosen.pop("data_folder", None)
    return str(item.path.relative_to(TESTS)), item.originalname, repr(chosen)
