"""The process that sends is stopped by SIGSTOP: another takes over soon, and the one stopped does no harm."""

import asyncio
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.db.engine.session import Database
from telegram_simulator import Simulator
from tests.databases import on_postgresql
from tests.delivery.crowds import TOKEN, enrolled, telegram_of, two_processes
from tests.waiting import until
from tools.forking import ForkedProcess
from tools.soak import issues
from tools.soak.processes import kill, stop

pytestmark = pytest.mark.apart

READERS, WINDOW, LEASE = 100, 4, 5
TAKEOVER = 45.0


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with enrolled(database_url, READERS) as database:
        yield database


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    async with telegram_of(READERS) as simulator:
        yield simulator


@pytest.fixture
async def processes(
    telegram: Simulator, database: Database, tmp_path: Path
) -> AsyncIterator[list[ForkedProcess]]:
    begun = await two_processes(telegram, database, tmp_path, rate=50, window=WINDOW, lease=LEASE)
    yield list(begun)
    for one in begun:
        await kill(one)


async def states(database: Database) -> Counter[str]:
    async with database.read() as session:
        found = await session.execute(text("SELECT state, count(*) AS rows FROM deliveries GROUP BY state"))
        return Counter({row.state: row.rows for row in found})


async def put_to_sleep(process: ForkedProcess, database: Database) -> None:
    """Stop a process: on PostgreSQL between two messages of one command, which the server does not take for
    idle; on SQLite not inside of a transaction, because nobody can end that for it.
    """
    async with asyncio.timeout(TAKEOVER):
        process.send_signal(signal.SIGSTOP)
        while not await is_as_wanted(database):
            process.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.003)
            process.send_signal(signal.SIGSTOP)


async def is_as_wanted(database: Database) -> bool:
    if not database.is_shared:
        return await asyncio.to_thread(is_free, str(database.url.database))
    await asyncio.sleep(0.02)  # what the server had in hand when the process was stopped
    async with database.read() as session:
        return (await session.execute(_ASLEEP)).first() is not None


_ASLEEP = text(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
    "AND wait_event = 'ClientRead' AND pid <> pg_backend_pid()"
)


def is_free(file: str) -> bool:
    """Tell whether others may write."""
    with closing(sqlite3.connect(file, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True


async def test_another_takes_over_and_the_one_that_wakes_repeats_nobody(
    telegram: Simulator, database: Database, processes: list[ForkedProcess]
) -> None:
    def sends() -> int:
        return len(telegram.ledger.of(method="sendMessage"))

    async def over() -> bool:
        found = await states(database)
        return bool(found) and found["pending"] + found["sending"] == 0

    await until(lambda: sends() >= 10, 30.0)
    await put_to_sleep(processes[0], database)
    began, tried = asyncio.get_running_loop().time(), sends() + WINDOW
    await until(lambda: sends() > tried, TAKEOVER)
    assert asyncio.get_running_loop().time() - began < TAKEOVER
    processes[0].send_signal(signal.SIGCONT)
    await until(over, 30.0)
    for process in processes[::-1]:
        await stop(process)
    found = await states(database)
    copies = [_copies(telegram, number + 1) for number in range(READERS)]
    assert max(copies) == 1
    assert copies.count(0) <= found["unknown"] <= WINDOW
    assert found.total() == READERS


@on_postgresql
async def test_the_server_ends_a_transaction_in_which_a_program_sleeps(database: Database) -> None:
    """The lease's row may be locked in it: nobody could take over."""
    async with database.write() as session:
        seconds = await session.execute(text("SHOW idle_in_transaction_session_timeout"))
    assert seconds.scalar_one() == "10s"


def _copies(telegram: Simulator, person: int) -> int:
    seen = [one for one in telegram.seen(person, token=TOKEN) if one.kind == "new"]
    return sum(issues.marker(1) in one.words for one in seen)
