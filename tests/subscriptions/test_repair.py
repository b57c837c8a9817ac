"""What no update told, Telegram's list tells: within the hour, once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.db.operations import counters, notices
from bot.domain.subscriptions.charges import Charge, Payment
from bot.domain.subscriptions.transactions import INVOICE, Direction, Transaction
from bot.services.subscriptions.charges import Charges
from bot.services.subscriptions.repair import Repair, TransactionsError
from telegram_simulator import Person
from telegram_simulator.network.faults import Status
from tests.conversations.stars import MONTHLY, ONCE, link, offered, pays, rich, sell
from tests.subscriptions.payments import ANA, KEY, MONTH, monthly, once
from tests.world import MONDAY, TOKEN, World, last

DAY = timedelta(days=1)
LATER = MONDAY + 40 * DAY


@pytest.fixture
def content(content: Path) -> Path:
    return sell(content)


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    """Two programs' ways into one database."""
    patient = f"{database_url}?timeout=60"
    opened = [Database(patient if "sqlite" in database_url else database_url) for _ in range(2)]
    yield opened
    for database in opened:
        await database.close()


@pytest.fixture
def database(databases: list[Database]) -> Database:
    return databases[0]


class Listed:
    """Telegram's list, in pages of three."""

    def __init__(self, *entries: Transaction, grows: Sequence[Transaction] = ()) -> None:
        """`grows`: what is added while the list is read, one with each page."""
        self.entries = list(entries)
        self.offsets: list[int] = []
        self.is_silent = False
        self._grows = list(grows)

    async def page(self, offset: int) -> list[Transaction]:
        if self.is_silent:
            raise TransactionsError("Telegram is away")
        self.offsets.append(offset)
        page = self.entries[offset : offset + 3]
        self.entries += self._grows[:1]
        del self._grows[:1]
        return page


def entry(payment: Payment, direction: Direction = Direction.IN, kind: str = INVOICE) -> Transaction:
    return Transaction(
        payment.charge_id,
        direction,
        payment.stars,
        payment.paid_at if direction is Direction.IN else payment.paid_at + DAY,
        kind,
        payment.reader_id,
        payment.payload,
    )


def repair(database: Database, listed: Listed, key: bytes = KEY, *, after: timedelta = timedelta()) -> Repair:
    clock = StoppedClock(LATER + after)
    return Repair(database, clock, key, listed.page, Charges(database, clock))


async def paid(database: Database) -> list[Charge]:
    return list(await Charges(database, StoppedClock(LATER)).of(ANA))


async def told(database: Database) -> list[tuple[str, dict[str, int]]]:
    async with database.read() as session:
        return [(notice.kind, dict(notice.details)) for notice in await notices.untold(session)]


async def test_a_payment_that_no_update_told_is_recorded_as_if_it_had(database: Database) -> None:
    mended = await repair(database, Listed(entry(once()))).run()
    assert mended is not None
    assert (mended.payments, mended.paid_stars) == (1, 250)
    (charge,) = await paid(database)
    assert (charge.days, charge.paid_at) == (90, MONDAY)
    assert await told(database) == [("mended", {"payments": 1, "paid": 250, "refunds": 0, "refunded": 0})]


async def test_a_renewal_is_deduced_from_its_gap_and_ends_after_thirty_days(database: Database) -> None:
    lapsed = monthly(4)
    await repair(database, Listed(*map(entry, (monthly(1), monthly(2), lapsed)))).run()
    months = await paid(database)
    first = monthly(1).charge_id
    assert [charge.first_charge_id for charge in months][:2] == [first, first]
    assert [charge.paid_until() for charge in months][:2] == [MONDAY + MONTH, MONDAY + 2 * MONTH]


async def test_where_nothing_is_missing_nobody_is_told(database: Database) -> None:
    listed = Listed(entry(once()))
    await Charges(database, StoppedClock(LATER)).record(once())
    mended = await repair(database, listed).run()
    assert mended is not None
    assert mended.is_silent
    assert await told(database) == []


@pytest.mark.parametrize("kind", [INVOICE, "paid_media_payment", "other"])
async def test_a_refund_in_the_list_ends_its_payment_whatever_it_is_called(
    database: Database, kind: str
) -> None:
    back = entry(once(), Direction.OUT, kind)
    await repair(database, Listed(entry(once()), back)).run()
    (charge,) = await paid(database)
    assert charge.refunded_at == MONDAY + DAY


async def test_a_bare_refund_is_known_by_its_id_alone(database: Database) -> None:
    await Charges(database, StoppedClock(LATER)).record(once())
    bare = Transaction("once", Direction.OUT, 250, MONDAY + DAY, "paid_media_payment")
    mended = await repair(database, Listed(bare)).run()
    assert mended is not None
    assert mended.refunds == 1
    assert (await paid(database))[0].refunded_at == MONDAY + DAY


async def test_other_kinds_are_counted_and_left_alone(database: Database) -> None:
    others = [
        Transaction("w1", Direction.OUT, 900, MONDAY, "fragment"),
        Transaction("a1", Direction.OUT, 5, MONDAY, "telegram_api"),
        Transaction("g1", Direction.IN, 15, MONDAY, "gift_purchase", user_id=9),
    ]
    mended = await repair(database, Listed(*others)).run()
    assert mended is not None
    assert dict(mended.others) == {"fragment": 1, "telegram_api": 1, "gift_purchase": 1}
    assert mended.is_silent


async def test_payments_of_others_are_told_once(database: Database) -> None:
    foreign = Transaction("x1", Direction.IN, 5, MONDAY, INVOICE, 9, "invoice-17")
    listed = Listed(foreign)
    for hours in (0, 1, 25):  # the next day the whole list is read again
        await repair(database, listed, after=timedelta(hours=hours)).run()
    assert await told(database) == [("foreign payments", {"count": 1})]
    listed.entries.append(Transaction("x2", Direction.IN, 5, MONDAY, INVOICE, 9, "invoice-18"))
    await repair(database, listed, after=timedelta(hours=50)).run()
    assert await told(database) == [("foreign payments", {"count": 1})] * 2  # the second alone is new
    assert await paid(database) == []


async def test_a_payload_signed_with_another_key_is_none_of_ours(database: Database) -> None:
    mended = await repair(database, Listed(entry(once())), key=b"another").run()
    assert mended is not None
    assert (mended.payments, mended.foreign) == (0, 1)


async def test_a_renewal_is_known_by_its_payload_after_the_key_was_lost(database: Database) -> None:
    await Charges(database, StoppedClock(LATER)).record(monthly(1))
    mended = await repair(database, Listed(entry(monthly(1)), entry(monthly(2))), key=b"another").run()
    assert mended is not None
    assert mended.payments == 1


async def test_a_second_run_goes_on_where_the_first_ended(database: Database) -> None:
    payments = [once(f"charge {number}", days=1) for number in range(8)]
    listed = Listed(*map(entry, payments[:7]))
    await repair(database, listed).run()
    listed.offsets.clear()
    listed.entries.append(entry(payments[7]))
    mended = await repair(database, listed).run()
    assert mended is not None
    assert (mended.seen, mended.payments) == (1, 1)
    assert listed.offsets[0] == 7


async def test_a_list_that_grows_while_it_is_read_loses_nothing(database: Database) -> None:
    payments = [once(f"charge {number}", days=1) for number in range(8)]
    listed = Listed(*map(entry, payments[:4]), grows=[entry(payment) for payment in payments[4:]])
    await repair(database, listed).run()
    assert len(await paid(database)) == 8


async def test_what_is_too_young_is_left_to_its_update(database: Database) -> None:
    young = once(paid_at=LATER - timedelta(minutes=4))
    listed = Listed(entry(once("old")), entry(young))
    mended = await repair(database, listed).run()
    assert mended is not None
    assert mended.payments == 1
    async with database.read() as session:
        assert await counters.find(session, counters.TRANSACTIONS) == 1


async def test_a_telegram_that_does_not_answer_is_asked_again_from_there(database: Database) -> None:
    payments = [once(f"charge {number}", days=1) for number in range(4)]
    listed = Listed(*map(entry, payments))
    listed.is_silent = True
    assert await repair(database, listed).run() is None
    listed.is_silent = False
    mended = await repair(database, listed).run()
    assert mended is not None
    assert mended.payments == 4


async def test_two_programs_that_repair_at_once_have_one_effect(databases: list[Database]) -> None:
    payments = [once(f"charge {number}", days=1) for number in range(20)]
    entries = [*map(entry, payments), *(entry(payment, Direction.OUT) for payment in payments[:5])]
    runs = [repair(database, Listed(*entries)) for database in databases]
    both = await asyncio.gather(*(run.run() for run in runs))
    assert sum(mended.payments for mended in both if mended) == 20
    assert sum(mended.refunds for mended in both if mended) == 5
    details = [details for _, details in await told(databases[0])]
    assert sum(numbers["payments"] for numbers in details) == 20
    assert len(await paid(databases[0])) == 20


# --- With the local Telegram ---


async def repaired(world: World) -> None:
    await world.program.parts.star_repair.look()
    await world.wait_until_idle()


async def buys_unheard(world: World, person: Person, price: str) -> None:
    """Let a person pay while all updates of payments are lost."""
    world.telegram.disruptions(TOKEN).lose("successful_payment", None)
    await person.pays(link(await offered(world, person, price)))
    await world.wait_until_idle()


async def test_all_updates_lost_for_a_week_are_back_within_the_hour(world: World) -> None:
    people = [rich(world, "en", ANA), rich(world, "es", ANA + 1), rich(world, "en", ANA + 2)]
    await world.ask(world.admin(), "/start")
    for person, price in zip(people, (ONCE, MONTHLY, ONCE), strict=True):
        await buys_unheard(world, person, price)
    world.telegram.disruptions(TOKEN).lose("refunded_payment", None)
    stars = world.telegram.stars(TOKEN)
    stars.refunds(stars.charges[2].charge_id)
    assert [(await world.reader(person)).full_until for person in people] == [None] * 3
    world.later(days=7)
    await repaired(world)
    ends = [(await world.reader(person)).full_until for person in people]
    assert [end and end.date() for end in ends] == [
        (MONDAY + 90 * DAY).date(),
        (MONDAY + 32 * DAY).date(),
        None,
    ]
    assert "Your payment of 400 ⭐, made on December 22, 2025, reached me late" in last(people[0]).text
    assert last(people[1]).text.startswith("Tu pago de 250 ⭐ del 22 de diciembre de 2025 me llegó tarde")
    assert "was refunded" in last(people[2]).text


async def test_a_late_payment_is_told_once_though_its_update_comes_after_all(world: World) -> None:
    ana = rich(world)
    disruptions = world.telegram.disruptions(TOKEN)
    disruptions.hold("successful_payment")
    await ana.pays(link(await offered(world, ana, ONCE)))
    world.later(minutes=6)
    await repaired(world)
    before = len(ana.sees)
    world.telegram.release(TOKEN)
    await world.wait_until_idle()
    assert "reached me late" in last(ana).text
    assert len(ana.sees) == before


async def test_who_cannot_be_told_now_is_told_later(world: World) -> None:
    ana = rich(world)
    await buys_unheard(world, ana, ONCE)
    world.later(minutes=6)
    world.telegram.faults.add(method="sendMessage", times=None, kind=Status(429, "Too Many Requests"))
    await repaired(world)
    assert "reached me late" not in last(ana).text
    world.telegram.faults.clear()
    world.wait_out(3_600)
    world.later(hours=1)
    await repaired(world)
    assert "reached me late" in last(ana).text


async def test_admins_hear_what_was_mended_and_nothing_where_nothing_was(lively: World) -> None:
    ana, admin = rich(lively), lively.admin()
    await lively.ask(admin, "/start")
    await pays(lively, ana, ONCE)
    await buys_unheard(lively, ana, ONCE)
    lively.later(minutes=6)
    await repaired(lively)
    await lively.telegram.until(lambda: "never been told" in last(admin).text)
    assert last(admin).text == (
        "Telegram’s list of transactions held what I had never been told:\n"
        "• 1 payment, 400 ⭐: its days are given, and the reader is told."
    )
    seen = len(admin.sees)
    lively.later(hours=1)
    await repaired(lively)
    assert len(admin.sees) == seen


async def test_a_list_of_many_pages_is_read_to_its_end(world: World) -> None:
    ana, stars = rich(world), world.telegram.stars(TOKEN)
    await world.ask(ana, "/start")
    for _ in range(230):
        stars.adds("telegram_api", -1)
    await buys_unheard(world, ana, ONCE)
    world.later(minutes=6)
    await repaired(world)
    assert (await world.reader(ana)).full_until is not None
    asked = world.telegram.ledger.of(method="getStarTransactions")
    assert len(asked) == 4  # three pages, and one that is empty


async def test_a_failing_telegram_is_asked_again_minutes_later(world: World) -> None:
    ana = rich(world)
    await buys_unheard(world, ana, ONCE)
    world.later(minutes=6)
    world.telegram.faults.add(method="getStarTransactions", times=1, kind=Status(502))
    await repaired(world)
    assert (await world.reader(ana)).full_until is None
    world.later(minutes=6)
    await repaired(world)
    assert (await world.reader(ana)).full_until is not None
