"""A database that is away while an update is handled costs a pause; an apology only if it stays away."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.db.engine.session import Database
from bot.db.errors import DatabaseError, SilentError, is_transient
from bot.db.updates import inbox
from tests.databases import make_impatient, on_postgresql, on_sqlite
from tests.telegram.inboxes import PATIENCE, Counting, update, update_inbox
from tests.waiting import until
from tests.world import World, since


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


class Away:
    """Handles no update of person 1 for so many tries, because the database is away."""

    def __init__(self, tries: int) -> None:
        self.tries = tries
        self.counting = Counting()
        self.lasts: list[bool] = []

    async def handle(self, update: dict[str, Any], *, last: bool) -> str | None:
        if update["message"]["from"]["id"] == 1:
            self.lasts.append(last)
            if len(self.lasts) <= self.tries:
                raise SilentError(TimeoutError())
        return await self.counting.handle(update, last=last)


async def failures(database: Database) -> list[int]:
    async with database.read() as session:
        return [one.update_id for one in await inbox.failures(session)]


async def test_an_update_waits_for_the_database_before_the_next_of_its_sender(database: Database) -> None:
    away = Away(tries=2)
    taking = update_inbox(database, away.handle, pauses=(0.01, 0.02, 0.04))
    await taking.take([update(1, person=1), update(2, person=1)])
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    assert away.counting.seen == [1, 2]
    assert away.lasts == [False, False, False, False]
    assert await failures(database) == []


async def test_others_do_not_wait_for_it(database: Database) -> None:
    away = Away(tries=1)
    taking = update_inbox(database, away.handle, pauses=(3_600.0,), stop_seconds=5.0)
    await taking.take([update(number, person=1) for number in range(300)])
    await taking.take([update(1_000, person=2)])
    await until(lambda: away.counting.seen == [1_000])
    await asyncio.wait_for(taking.stop(), 2.0)  # a stop waits for no pause
    async with database.read() as session:
        assert len(await inbox.waiting(session, 1, 1_000, SystemClock().now())) == 300


async def test_it_is_given_up_once_the_last_try_has_failed(database: Database) -> None:
    away = Away(tries=9)
    taking = update_inbox(database, away.handle, pauses=(0.01, 0.02))
    await taking.take([update(1, person=1)])
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    assert away.lasts == [False, False, True]
    assert await failures(database) == [1]


async def failing(database: Database, statement: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as raised:
        async with database.write() as session:
            await session.exec_driver_sql(statement)
    return raised.value


async def test_what_is_wrong_with_a_query_does_not_pass(database: Database) -> None:
    assert not is_transient(await failing(database, "SELECT * FROM nowhere"))
    assert not is_transient(await failing(database, "INSERT INTO timestamps VALUES (NULL, NULL)"))
    assert not is_transient(ValueError())


@on_sqlite
async def test_a_lock_passes(database: Database, data_folder: Path) -> None:
    other = sqlite3.connect(data_folder / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with database.read() as session:
        await session.exec_driver_sql("PRAGMA busy_timeout = 10")  # of the one connection that is open
    assert is_transient(await failing(database, "DELETE FROM timestamps"))
    other.close()


@on_postgresql
async def test_a_connection_that_was_cut_passes(database: Database) -> None:
    cut = await failing(database, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert is_transient(cut)


@pytest.fixture
def impatient(data_folder: Path) -> None:
    make_impatient(data_folder, 1.0)


@on_postgresql
@pytest.mark.usefixtures("impatient")
async def test_a_reader_gets_her_answer_and_no_apology_when_the_database_is_back(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        await session.exec_driver_sql("LOCK TABLE readers IN ACCESS EXCLUSIVE MODE")
        asked = ana.writes("/latest")
        await until(lambda: _has_been_turned_away(world), 20.0)
    await world.wait_until_idle()
    (answer,) = since(ana, asked.message_id)
    assert "Title of 2025-12-22" in answer.text


def _has_been_turned_away(world: World) -> bool:
    """Tell whether an update waits for another try: it is in hand, and nobody is at it."""
    queues = world.program.parts.update_inbox.queues
    return len(queues) > 0 and not queues.is_busy and not queues.closed
