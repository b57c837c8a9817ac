"""Tests that take long, or mostly wait, begin first."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LONG = (
    "domain/test_pages.py",
    "leaks/*",
    "releasing/test_machine.py",
    "delivery/test_machine.py",
    "setup/*",
    "test_program.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    if item.get_closest_marker("apart"):
        return 0
    return 1 if _is_long(item.path) else 2


def _is_long(path: Path) -> bool:
    return path.is_relative_to(TESTS) and any(map(path.relative_to(TESTS).match, LONG))
