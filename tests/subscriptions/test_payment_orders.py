"""Whatever order payments, refunds and states come in, the same follows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.db.readers import grants, readers
from bot.db.subscriptions import star_subscriptions
from bot.domain.readers.grants import full_until
from bot.domain.subscriptions.charges import (
    Charge,
    Heard,
    Payment,
    charge_of,
    subscription_of,
    with_first,
)
from bot.domain.subscriptions.star_subscription import CancelledBy, State
from bot.services.subscriptions.charges import Charges
from tests.databases import on_sqlite
from tests.extent import ALL
from tests.subscriptions.payments import ANA, MONTH, monthly, once, untold
from tests.world import MONDAY

DAY = timedelta(days=1)
END = MONDAY + 400 * DAY
MONTHS = st.lists(st.integers(1, 12), unique=True, min_size=1)
HEARD = st.builds(
    Heard,
    st.sampled_from(State),
    st.integers(0, 400).map(lambda days: MONDAY + days * DAY),
    st.sampled_from([None, *CancelledBy]),
)
PAYLOAD = monthly().payload


def charged(payments: Sequence[Payment]) -> list[Charge]:
    return [charge_of(payment, END) for payment in payments]


@given(MONTHS, st.randoms(), st.booleans())
def test_each_renewal_names_the_first_payment_in_any_order(
    numbers: list[int], random: Random, told: bool
) -> None:
    payments = [monthly(number) if told else untold(monthly(number)) for number in range(1, max(numbers) + 1)]
    random.shuffle(payments)
    assert {charge.first_charge_id for charge in with_first(charged(payments))} == {monthly(1).charge_id}


@given(MONTHS, st.lists(HEARD, max_size=4), st.randoms())
def test_a_subscription_follows_from_the_set_of_what_is_known(
    numbers: list[int], heard: list[Heard], random: Random
) -> None:
    payments = charged([monthly(number) for number in numbers])
    assert folded(payments, heard) == folded(*(_shuffled(part, random) for part in (payments, heard)))


def _shuffled(part: Sequence[object], random: Random) -> list[object]:
    return random.sample(list(part), len(part))


def folded(payments: Sequence[object], heard: Sequence[object]) -> object:
    """Return the subscription after all this was heard, one after the other."""
    latest: Heard | None = None
    for state in heard:
        assert isinstance(state, Heard)
        latest = state if state.holds_over(latest) else latest
    return subscription_of(PAYLOAD, [pay for pay in payments if isinstance(pay, Charge)], latest, ANA)


@given(MONTHS, st.sets(st.integers(1, 12)), st.integers(0, 400))
def test_no_star_and_no_day_is_lost(numbers: list[int], refunded: set[int], after: int) -> None:
    """Every payment that was not refunded gives its 30 days, none overlapping another."""
    at = MONDAY + after * DAY
    held = [
        grant
        for number in numbers
        if number not in refunded
        and (grant := charge_of(once(str(number), days=30, paid_at=at), END).grant())
    ]
    until = full_until(held, at)
    assert until == (at + len(held) * MONTH if held else None)


EVENTS = {
    "first": lambda charges: charges.record(monthly(1)),
    "first again": lambda charges: charges.record(untold(monthly(1))),
    "second": lambda charges: charges.record(monthly(2)),
    "once": lambda charges: charges.record(once(paid_at=MONDAY + 3 * DAY)),
    "refund": lambda charges: charges.refund(monthly(1).charge_id, MONDAY + 10 * DAY),
    "another refund": lambda charges: charges.refund("once", MONDAY + 4 * DAY, by=7),
}
ORDERS = list(permutations(EVENTS))


@on_sqlite
@pytest.mark.parametrize("part", range(4))
async def test_through_the_database_every_order_gives_the_same(database_url: str, part: int) -> None:
    """All 720 orders with `--all`, else some of them."""
    database = Database(database_url)
    chosen = ORDERS[part :: 4 if ALL else 72]
    results = [await lived(database, order) for order in chosen]
    await database.close()
    assert results == [results[0]] * len(chosen)
    assert results[0][0] == MONDAY + 2 * MONTH + 2 * DAY  # the second month, and the grace after it


async def lived(database: Database, order: Sequence[str]) -> tuple[datetime | None, object, object]:
    """Return what the database says after these events; it is empty again afterwards."""
    clock = StoppedClock(MONDAY + 35 * DAY)
    for event in order:
        await EVENTS[event](Charges(database, clock))
    async with database.write() as session:
        reader, held = await readers.find(session, ANA), await grants.of(session, ANA)
        renewed = await star_subscriptions.of(session, ANA)
        for table in ("charges", "star_subscriptions", "grants", "readers"):
            await session.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # our own names
    assert reader is not None
    return reader.full_until, held, renewed
