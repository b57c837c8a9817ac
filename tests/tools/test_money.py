"""No order of payments, refunds and grants loses a day or a Star."""

import random

import pytest

from tools.soak.money.databases import judge_database
from tools.soak.money.events import Case, Event
from tools.soak.money.judging import judge_many
from tools.soak.money.model import lived

LIVES = 40


def test_two_thousand_orders_lose_no_day_and_no_star() -> None:
    tally = judge_many(seed=random.randrange(10**6), cases=1_000)  # noqa: S311  # chance, not secrecy
    assert tally.orders == 2_000
    assert tally.is_right, tally.example


async def test_lives_through_a_database_lose_no_day_and_no_star(database_url: str) -> None:
    tally = await judge_database(database_url, random.randrange(10**6), LIVES)  # noqa: S311
    assert tally.orders == LIVES
    assert tally.is_right, tally.example


@pytest.mark.parametrize(
    ("events", "days"),
    [
        ((Event(0, "paid", "a", 3, 100),), {0, 1, 2}),
        ((Event(0, "paid", "a", 3, 100), Event(1, "refunded", "a", stars=100)), {0}),
        ((Event(0, "trial", "t", 2), Event(1, "paid", "a", 2, 100)), {0, 1, 2, 3}),
        ((Event(0, "imported", "i", until=3), Event(1, "paid", "a", 2, 100)), {0, 1, 2, 3, 4}),
        ((Event(0, "month", "m", 30, 250, of="1", first=True),), set(range(32))),  # with the grace
        (
            (Event(0, "month", "m", 30, 250, of="1", first=True), Event(3, "failed", "s", of="1")),
            set(range(30)),
        ),
    ],
)
def test_the_judge_lives_as_a_reader_would_count(events: tuple[Event, ...], days: set[int]) -> None:
    assert lived(Case(1, events, 0)).days == days
