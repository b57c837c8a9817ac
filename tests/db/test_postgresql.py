"""PostgreSQL is elsewhere: it may be silent, restart, refuse us, or stand behind a pooler."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, make_url, text

from bot.db.engine.session import Database
from bot.db.errors import DatabaseError, UnusableError
from bot.db.updates.inbox import Closed, Received, mark_handled, store, waiting
from tests.databases import END_OTHERS
from tests.wires import Wire
from tests.world import MONDAY

LONGEST_WAIT = 10.0
SHORT = "?timeout=0.5"
CANARY = "CANARY-password"


@pytest.fixture
async def database(postgresql: str) -> AsyncIterator[Database]:
    opened = Database(postgresql)
    yield opened
    await opened.close()


async def ask(database: Database) -> object:
    async with database.write() as session:
        return (await session.execute(text("SELECT 1"))).scalar()


async def test_a_server_that_falls_silent_is_an_error_for_all_who_wait_and_then_goes_on(
    postgresql: str,
) -> None:
    async with Wire(postgresql).open() as wire:
        database = Database(wire.url + SHORT)
        assert await ask(database) == 1
        wire.cut()
        async with asyncio.timeout(LONGEST_WAIT):
            answers = await asyncio.gather(*(ask(database) for _ in range(40)), return_exceptions=True)
        assert {isinstance(answer, DatabaseError) for answer in answers} == {True}
        wire.mend()
        assert await ask(database) == 1
        await database.close()


async def test_a_server_that_falls_silent_in_the_middle_is_an_error(postgresql: str) -> None:
    async with Wire(postgresql).open() as wire:
        database = Database(wire.url + SHORT)

        async def ask_twice() -> None:
            async with database.write() as session:
                await session.execute(text("SELECT 1"))
                wire.cut()
                await session.execute(text("SELECT 2"))

        with pytest.raises(DatabaseError, match="does not answer"):
            await asyncio.wait_for(ask_twice(), LONGEST_WAIT)
        await database.close()


async def test_the_server_has_five_seconds_unless_the_address_says_otherwise(postgresql: str) -> None:
    given: list[float] = []

    def note(_dialect: object, _record: object, _given: object, named: dict[str, Any]) -> None:
        given.append(named["command_timeout"])

    event.listen(Engine, "do_connect", note)
    for address in (postgresql, f"{postgresql}?timeout=0.5"):
        database = Database(address)
        assert await ask(database) == 1
        await database.close()
    event.remove(Engine, "do_connect", note)
    assert given == [5.0, 0.5]


async def test_a_start_at_a_silent_server_ends_in_a_sentence(postgresql: str) -> None:
    async with Wire(postgresql).open() as wire:
        wire.cut()
        database = Database(wire.url + SHORT)
        with pytest.raises(UnusableError, match="the server does not answer"):
            await asyncio.wait_for(database.migrate(), LONGEST_WAIT)
        await database.close()


async def test_a_restart_of_the_server_goes_unnoticed(database: Database, postgresql: str) -> None:
    assert await asyncio.gather(*(ask(database) for _ in range(5))) == [1] * 5
    other = Database(postgresql)
    async with other.read() as session:
        await session.execute(text(END_OTHERS))
    await other.close()
    assert await asyncio.gather(*(ask(database) for _ in range(5))) == [1] * 5


async def test_more_than_there_are_connections_wait_their_turn(database: Database) -> None:
    assert await asyncio.gather(*(ask(database) for _ in range(300))) == [1] * 300


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"port": 1}, "the server does not answer"),
        ({"host": "nowhere.invalid"}, "the server does not answer"),
        ({"database": "no_such_database"}, r"does not exist\. Make the database"),
        ({"username": "no_such_role"}, r"does not exist\. Set the right user|password"),
    ],
)
async def test_what_stands_in_the_way_is_said_without_the_password(
    postgresql: str, change: dict[str, object], said: str
) -> None:
    url = make_url(postgresql).set(password=CANARY).set(**change)  # type: ignore[arg-type]
    database = Database(url.render_as_string(hide_password=False))
    with pytest.raises(UnusableError, match=said) as raised:
        await database.migrate()
    await database.close()
    assert CANARY not in str(raised.value)
    assert CANARY not in repr(database.url)


async def test_no_statement_stays_prepared_for_a_pooler_to_lose(database: Database) -> None:
    updates = [Received(number, '{"text": "\\u0000 \\ud800"}', 1) for number in range(3)]
    async with database.write() as session:
        assert await store(session, updates, MONDAY) == {0, 1, 2}
        assert await store(session, updates, MONDAY) == set()
        assert await waiting(session, 1, 10, MONDAY) == updates
        await mark_handled(session, [Closed(number, None) for number in range(3)], MONDAY)
        assert await waiting(session, 1, 10, MONDAY) == []
        kept = await session.execute(text("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''"))
        assert kept.scalar() == 0


async def test_a_transaction_whose_program_sleeps_in_the_middle_of_a_command_is_ended(
    database: Database, postgresql: str
) -> None:
    """It has sent one half: the server does not take it for idle, and its locks keep everyone waiting."""
    async with Wire(postgresql).open() as wire:
        asleep = Database(wire.url)

        async def sleep_in_the_middle() -> None:
            async with asleep.write() as session:
                await session.execute(text("LOCK TABLE leases"))
                wire.cut_behind(1)
                await session.execute(text("SELECT 1"))

        sleeping = asyncio.create_task(sleep_in_the_middle())
        await wire.was_cut.wait()
        waiting = asyncio.create_task(_lock(database))
        await database.terminate_idle()
        assert not waiting.done()  # it may be about to go on
        while not waiting.done():
            await database.terminate_idle(0.0)
        await waiting
        wire.mend()
        with pytest.raises(DatabaseError):
            await sleeping
        await asleep.close()


async def test_nobody_is_taken_for_asleep_who_works_idles_or_waits_for_a_lock(
    database: Database, postgresql: str
) -> None:
    other = Database(postgresql)
    async with other.write() as idle:
        await idle.execute(text("LOCK TABLE leases"))
        waiting = asyncio.create_task(_lock(other))
        at_work = asyncio.create_task(_sleep(other))
        while not (waiting.done() or at_work.done()):
            await database.terminate_idle(0.0)
        assert await at_work == 1
        await idle.execute(text("SELECT 1"))
    await waiting
    await other.close()


async def _lock(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("LOCK TABLE leases"))


async def _sleep(database: Database) -> object:
    async with database.read() as session:
        return (await session.execute(text("SELECT 1 FROM pg_sleep(0.5)"))).scalar()
