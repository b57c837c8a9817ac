"""Every order of the same events leads to the same."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.readers.grants import full_until
from tools.soak.money.events import case
from tools.soak.money.judging import moment, shuffled, wrong_end
from tools.soak.money.model import lived
from tools.soak.money.pure import Rules, days_of


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_no_order_of_events_costs_a_day_or_a_star(which: int, order: int) -> None:
    asked = case(random.Random(which), 1)  # noqa: S311  # chance, not secrecy
    right, rules = lived(asked), Rules(1)
    for event in shuffled(random.Random(order), asked.events):  # noqa: S311
        rules.take(event)
    assert days_of(rules.grants) == right.days
    assert rules.stars == right.stars
    assert rules.firsts() == right.firsts
    assert wrong_end(full_until(rules.grants, moment(asked)), asked, right) == 0
