"""briefing doctor names each difference, mends access alone, and writes nothing unasked."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.db.readers import readers
from bot.db.tables import charges as charge_table
from bot.db.tables import grants as grant_table
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.transactions import INVOICE, Direction, Transaction
from bot.services.operations.doctor import Doctor
from bot.services.subscriptions.charges import Charges
from tests.forked import forked as briefing
from tests.subscriptions.payments import ANA, monthly, once
from tests.world import MONDAY

DAY = timedelta(days=1)
NOW = MONDAY + DAY


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    charges = Charges(opened, StoppedClock(NOW))
    await charges.record(once())
    await charges.record(monthly())
    yield opened
    await opened.close()


def doctor(database: Database, told: list[str]) -> Doctor:
    return Doctor(database, StoppedClock(NOW), told.append)


async def change(database: Database, **values: object) -> None:
    async with database.write() as session:
        await readers.change(session, ANA, **values)


def entry(charge_id: str, direction: Direction = Direction.IN, stars: int = 250) -> Transaction:
    return Transaction(charge_id, direction, stars, MONDAY, INVOICE, ANA, once().payload)


async def compared(database: Database, *entries: Transaction) -> list[str]:
    """Compare the charges with this list; return what is told."""
    told: list[str] = []

    async def page(offset: int) -> list[Transaction]:
        return list(entries[offset : offset + 2])

    assert await doctor(database, told).ledger(page) == len(entries)
    return told


async def test_where_all_agrees_nothing_is_told(database: Database) -> None:
    told: list[str] = []
    examined = doctor(database, told)
    assert await examined.readers() == 1
    assert await examined.charges() == 2
    assert told == []
    assert await compared(database, entry("once"), entry(monthly().charge_id)) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("full_until", NOW + 700 * DAY), ("full_until", None), ("trial_at", MONDAY), ("full_since", NOW)],
)
async def test_a_readers_difference_is_told_and_mended_when_asked(
    database: Database, column: str, value: object
) -> None:
    await change(database, **{column: value})
    for mend, differences in ((False, 1), (True, 1), (False, 0)):
        told: list[str] = []
        await doctor(database, told).readers(mend=mend)
        assert len(told) == differences
        assert all(line.startswith(f"Reader {ANA}: {column} is ") for line in told)


async def test_access_that_has_ended_is_no_difference(database: Database) -> None:
    told: list[str] = []
    much_later = StoppedClock(NOW + 900 * DAY)
    await Doctor(database, much_later, told.append).readers()
    assert told == []


async def test_days_never_given_and_days_that_still_count_are_told(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(charge_table).values(refunded_at=NOW))
        taken = grant_table.c.source_id == "once"
        await session.execute(update(grant_table).where(taken).values(source_id="another"))
    told: list[str] = []
    await doctor(database, told).charges()
    assert sorted(told) == [
        f"Charge {monthly().charge_id}: it was refunded, and its days still count.",
        "Charge once: its 90 days were never given.",
    ]


async def test_every_difference_from_telegrams_list_is_told(database: Database) -> None:
    unknown, refund = entry("unknown"), entry("once", Direction.OUT)
    told = await compared(database, entry("once", stars=7), refund, unknown)
    assert sorted(told) == [
        f"Charge {monthly().charge_id}: it is stored, and Telegram does not list it.",
        "Charge once: 250 Stars are stored, 7 by Telegram.",
        "Charge once: Telegram lists a refund that is not stored.",
        "Charge unknown: Telegram lists a payment of 250 Stars that is not stored.",
    ]


async def test_what_is_none_of_ours_is_left_out(database: Database) -> None:
    foreign = Transaction("x", Direction.OUT, 900, MONDAY, "fragment")
    assert await compared(database, entry("once"), entry(monthly().charge_id), foreign) == []


async def test_more_readers_than_are_read_at_a_time_are_all_compared(database: Database) -> None:
    async with database.write() as session:
        for number in range(2_000):
            await readers.add(session, Reader(number + 1, "en"), MONDAY)
    told: list[str] = []
    assert await doctor(database, told).readers() == 2_001
    assert told == []


async def test_the_verb_says_all_counts_and_ends_with_1_where_something_differs(
    tmp_path: Path, database: Database, database_url: str, content: Path
) -> None:
    settings = {"DATABASE_URL": database_url, "CONTENT_DIR": str(content)}
    assert briefing(tmp_path, "doctor", **settings).returncode == 0
    await change(database, full_since=None)
    answer = briefing(tmp_path, "doctor", **settings)
    assert answer.returncode == 1, answer.stderr
    assert f"Reader {ANA}: full_since is empty, and 2025-12-22 12:00:00 UTC by her grants.\n" in answer.stdout
    assert answer.stdout.endswith(
        "Readers compared with their grants: 1.\n"
        "Charges compared with what they bought: 2.\n"
        "BOT_TOKEN is not set, so the charges were not compared with Telegram's list.\n"
        "Differences: 1.\n"
    )
    assert briefing(tmp_path, "doctor", "--mend", **settings).returncode == 1
    answer = briefing(tmp_path, "doctor", **settings)
    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (0, "Differences: 0.")
