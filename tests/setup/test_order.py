"""Long tests are dealt to all processes and begin early; none is lost, whatever is selected."""

import pytest

from tests.plugins.order import BETWEEN, dealt

LONG = [f"long {number}" for number in range(10)]
SHORT = [f"short {number}" for number in range(190)]


def parts(tests: list[str], processes: int) -> list[list[str]]:
    """Return what each process is handed first, in equal parts."""
    size = len(tests) // processes
    return [tests[number * size : (number + 1) * size] for number in range(processes)]


def test_each_process_gets_its_share_of_the_long_ones_begins_with_one_and_ends_with_short_ones() -> None:
    for part in parts(dealt(LONG, SHORT, 5), 5):
        places = [place for place, test in enumerate(part) if test in LONG]
        assert places == [0, BETWEEN + 1]


def test_short_ones_stay_in_their_order_so_that_those_of_a_file_share_what_it_makes() -> None:
    assert [test for test in dealt(LONG, SHORT, 4) if test in SHORT] == SHORT


@pytest.mark.parametrize("processes", [1, 2, 5, 8])
@pytest.mark.parametrize(("long", "short"), [(10, 190), (5, 0), (0, 3), (3, 1), (0, 0)])
def test_none_is_lost_and_none_comes_twice(long: int, short: int, processes: int) -> None:
    tests = dealt(LONG[:long], SHORT[:short], processes)
    assert sorted(tests) == sorted(LONG[:long] + SHORT[:short])
