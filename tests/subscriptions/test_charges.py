"""A payment gives its days once, whatever comes twice, late, at once, or refunded first."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.db.readers import grants, readers
from bot.db.subscriptions import star_subscriptions
from bot.domain.readers.grants import GRACE, Source
from bot.domain.subscriptions.star_subscription import CancelledBy, State
from bot.services.subscriptions.access import reasons_of
from bot.services.subscriptions.charges import Charges
from bot.services.subscriptions.star_subscriptions import StarSubscriptions
from tests.subscriptions.payments import ANA, MONTH, monthly, once, untold
from tests.world import MONDAY

DAY = timedelta(days=1)


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    """Two programs' ways into one database."""
    patient = f"{database_url}?timeout=60"  # a file's lock is given to nobody in turn
    opened = [Database(patient if "sqlite" in database_url else database_url) for _ in range(2)]
    yield opened
    for database in opened:
        await database.close()


@pytest.fixture
def database(databases: list[Database]) -> Database:
    return databases[0]


def charges(database: Database, after: timedelta = timedelta()) -> Charges:
    return Charges(database, StoppedClock(MONDAY + after))


async def grace(database: Database) -> list[datetime]:
    """Return the end of the paid period after which a renewal is awaited."""
    async with database.read() as session:
        held = await reasons_of(session, ANA)
    return [reason.until - GRACE for reason in held if reason.source == Source.GRACE and reason.until]


async def test_a_payment_gives_its_days_to_a_reader_nobody_knew(database: Database) -> None:
    recorded = await charges(database).record(once(days=90))
    assert recorded.is_new
    assert recorded.until == MONDAY + 90 * DAY
    async with database.read() as session:
        reader = await readers.find(session, ANA)
    assert reader is not None
    assert reader.full_until == MONDAY + 90 * DAY


async def test_a_payment_that_comes_twice_has_one_effect(database: Database) -> None:
    await charges(database).record(once(days=90))
    again = await charges(database, DAY).record(once(days=90))
    assert not again.is_new
    assert again.until == MONDAY + 90 * DAY
    assert [charge.charge_id for charge in await charges(database).of(ANA)] == ["once"]


async def test_a_payment_recorded_two_hundred_times_at_once_gives_one_grant(
    databases: list[Database],
) -> None:
    doors = [charges(database) for database in databases]
    answers = await asyncio.gather(*(door.record(monthly()) for door in doors for _ in range(100)))
    assert sum(answer.is_new for answer in answers) == 1
    assert {answer.until for answer in answers} == {MONDAY + MONTH}
    async with databases[0].read() as session:
        assert len(await grants.of(session, ANA)) == 1
        assert len(await star_subscriptions.of(session, ANA)) == 1


async def test_payments_and_refunds_at_once_leave_every_refund_taken_back(databases: list[Database]) -> None:
    doors = [charges(database) for database in databases]
    payments = [once(f"charge {number}") for number in range(50)]
    await asyncio.gather(
        *(doors[0].record(payment) for payment in payments),
        *(doors[1].refund(payment.charge_id, MONDAY) for payment in payments),
        *(doors[1].record(payment) for payment in payments),
    )
    async with databases[0].read() as session:
        given = await grants.of(session, ANA)
        reader = await readers.find(session, ANA)
    assert len(given) == 50
    assert all(grant.revoked_at == MONDAY for grant in given)
    assert reader is not None
    assert reader.full_until is None


async def test_a_refund_takes_back_exactly_its_own_days(database: Database) -> None:
    await charges(database).record(once("first", days=90))
    await charges(database).record(once("second", days=365))
    refunded = await charges(database, 10 * DAY).refund("first", MONDAY + 10 * DAY, by=7)
    assert refunded.is_new
    assert refunded.until == MONDAY + (10 + 365) * DAY


async def test_a_refund_that_comes_first_takes_the_payment_back(database: Database) -> None:
    refunded = await charges(database, DAY).refund("once", MONDAY + DAY, stars=250)
    assert refunded.until is None
    recorded = await charges(database, 2 * DAY).record(once())
    assert recorded.is_new
    assert recorded.until is None
    assert recorded.charge.refunded_at == MONDAY + DAY


async def test_a_refund_that_comes_twice_counts_from_its_first_time(database: Database) -> None:
    await charges(database).record(once())
    first = await charges(database, DAY).refund("once", MONDAY + DAY)
    second = await charges(database, 5 * DAY).refund("once", MONDAY + 5 * DAY)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.charge.refunded_at == MONDAY + DAY


async def test_renewals_name_the_payment_that_began_the_subscription(database: Database) -> None:
    for number in (3, 1, 2):
        await charges(database, 100 * DAY).record(monthly(number))
    paid = await charges(database).of(ANA)
    assert {charge.first_charge_id for charge in paid} == {monthly(1).charge_id}


async def test_where_telegram_does_not_say_the_gap_tells_what_began_a_subscription(
    database: Database,
) -> None:
    lapsed = untold(monthly(5))
    for payment in (untold(monthly(2)), lapsed, untold(monthly(1))):
        await charges(database, 200 * DAY).record(payment)
    paid = await charges(database).of(ANA)
    first = monthly(1).charge_id
    assert [charge.first_charge_id for charge in paid] == [first, first, lapsed.charge_id]


async def test_what_a_transaction_left_open_is_completed_by_the_message(database: Database) -> None:
    await charges(database, DAY).record(untold(monthly()))
    exact = replace(monthly(), expires_at=MONDAY + MONTH + timedelta(hours=1))
    again = await charges(database, DAY).record(exact)
    assert not again.is_new
    assert again.subscription is not None
    assert again.subscription.expires_at == MONDAY + MONTH + timedelta(hours=1)


async def test_a_payment_older_than_what_was_heard_does_not_wake_a_subscription(database: Database) -> None:
    heard = StarSubscriptions(database, StoppedClock(MONDAY + DAY))
    await heard.hear(ANA, monthly().payload, State.CANCELLED, CancelledBy.READER)
    recorded = await charges(database, 2 * DAY).record(monthly())
    assert recorded.subscription is not None
    assert recorded.subscription.state is State.CANCELLED
    assert await grace(database) == []
    renewed = await charges(database, 40 * DAY).record(monthly(2))
    assert renewed.subscription is not None
    assert renewed.subscription.state is State.ACTIVE
    assert await grace(database) == [MONDAY + 2 * MONTH]


@pytest.mark.parametrize("apart", [timedelta(seconds=-3), timedelta(seconds=3)], ids=["before", "after"])
async def test_a_renewal_is_awaited_where_telegram_s_end_is_not_quite_ours(
    database: Database, apart: timedelta
) -> None:
    ends = MONDAY + MONTH + apart
    await charges(database).record(replace(monthly(), expires_at=ends))
    async with database.read() as session:
        reader = await readers.find(session, ANA)
    assert reader is not None
    assert reader.full_until == ends + GRACE


@pytest.mark.parametrize("fails_first", [True, False])
async def test_a_failure_told_late_is_none_of_the_period_that_was_paid_since(
    database: Database, *, fails_first: bool
) -> None:
    """After twelve hours of outage both wait: her renewal failed, and later she subscribed again."""
    await charges(database).record(monthly())
    back, hours = MONTH + timedelta(hours=12), timedelta(hours=5)
    again = replace(monthly(2), paid_at=MONDAY + MONTH + hours, is_first=True, expires_at=None)
    heard = StarSubscriptions(database, StoppedClock(MONDAY + back))
    if fails_first:
        await heard.hear(ANA, monthly().payload, State.FAILED)
    await charges(database, back).record(again)
    if not fails_first:
        await heard.hear(ANA, monthly().payload, State.FAILED)
    running = await heard.running(ANA)
    assert running is not None
    assert running.state is State.ACTIVE
    assert await grace(database) == [MONDAY + 2 * MONTH + hours]


@pytest.mark.parametrize(
    ("order", "state"),
    [
        (("cancel", "again"), State.ACTIVE),
        (("again", "cancel"), State.CANCELLED),
        (("cancel", "again", "cancel"), State.CANCELLED),
        (("cancel", "again from the list"), State.CANCELLED),
        (("cancel", "again from the list", "again"), State.ACTIVE),
        (("again from the list", "cancel", "again"), State.ACTIVE),
        (("again", "cancel", "again"), State.CANCELLED),
    ],
    ids=lambda asked: ", ".join(asked) if isinstance(asked, tuple) else None,
)
async def test_a_cancel_and_a_payment_that_waited_together_count_in_the_order_they_came(
    database: Database, order: tuple[str, ...], state: State
) -> None:
    """In an outage she cancelled, and after the end subscribed again by the same link; or the other way."""
    await charges(database).record(monthly())
    paid_at, back = MONDAY + MONTH + timedelta(hours=2), MONTH + timedelta(hours=5)
    again = replace(monthly(2), paid_at=paid_at, is_first=True, expires_at=paid_at + MONTH)
    heard = StarSubscriptions(database, StoppedClock(MONDAY + back))
    for event in order:
        if event == "cancel":
            await heard.hear(ANA, monthly().payload, State.CANCELLED, CancelledBy.READER)
        else:
            payment = again if event == "again" else untold(again)
            await charges(database, back).record(payment)
    running = await heard.running(ANA)
    assert running is not None
    assert running.state is state
    assert await grace(database) == ([paid_at + MONTH] if state is State.ACTIVE else [])


async def test_nothing_is_awaited_after_a_refund(database: Database) -> None:
    await charges(database).record(monthly())
    await charges(database, DAY).refund(monthly().charge_id, MONDAY + DAY)
    assert await grace(database) == []


async def test_a_payment_with_a_foreign_payload_is_kept_and_gives_nothing(database: Database) -> None:
    recorded = await charges(database).record(replace(once(), payload="invoice-17"))
    assert recorded.is_new
    assert recorded.until is None
    assert recorded.charge.days == 0


async def test_nothing_is_paid_in_the_future(database: Database) -> None:
    recorded = await charges(database).record(once(days=90, paid_at=MONDAY + timedelta(hours=1)))
    assert recorded.until == MONDAY + 90 * DAY
