"""Processes of two versions on one database: the tables of one that runs are left alone, and one ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from bot.db.engine.session import Database
from bot.db.errors import DatabaseError, UnusableError
from bot.db.migrations.upgrade import configuration
from bot.db.updates.heartbeat import Heartbeat, OtherVersionError
from tests.databases import alone, on_postgresql
from tests.wires import Wire

RAN_OUT = "UPDATE processes SET until = 0"


@pytest.fixture
async def older(bare_database: str) -> AsyncIterator[Database]:
    """A database whose tables are of an older version."""
    opened = Database(bare_database)
    async with opened.write() as session:
        await session.run_sync(older_tables)
    yield opened
    await opened.close()


def older_tables(connection: Connection) -> None:
    command.upgrade(configuration(connection), "0016")


def to_older_tables(connection: Connection) -> None:
    command.downgrade(configuration(connection), "0016")


async def running(older: Database, name: str) -> Heartbeat:
    """Return a process that runs on the older tables. It enters before they are older: ours would refuse."""
    await older.migrate()
    heartbeat = Heartbeat(older, name)
    await heartbeat.enter()
    async with older.write() as session:
        await session.run_sync(to_older_tables)
    return heartbeat


async def test_tables_of_an_older_version_are_left_alone_while_one_of_its_processes_runs(
    older: Database, bare_database: str
) -> None:
    process = await running(older, "it runs")
    newer = Database(bare_database)
    with pytest.raises(UnusableError, match=r"^A process of an older version .* Stop it first"):
        await newer.migrate()
    async with older.read() as session:  # its tables are as they were
        assert (await session.execute(text("SELECT count(*) FROM talking"))).scalar() == 0
    await process.leave()
    await newer.migrate()
    assert await newer.is_at_head()
    await newer.close()


async def test_a_process_whose_row_ran_out_keeps_nobody_from_migrating(older: Database) -> None:
    await running(older, "it was killed")
    await alone(older, RAN_OUT)
    await older.migrate()
    assert await older.is_at_head()


async def test_a_process_that_enters_once_the_tables_are_of_another_version_ends(older: Database) -> None:
    """It looked at them before it reached Telegram; meanwhile another version has changed them."""
    late = Heartbeat(older, "it was late")
    with pytest.raises(OtherVersionError):
        await late.enter()
    async with older.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM processes"))).scalar() == 0


@pytest.mark.parametrize("has_file", [True, False])
async def test_one_that_was_killed_left_its_file_unlocked_and_keeps_nobody_from_migrating(
    tmp_path: Path, has_file: bool
) -> None:
    killed = Database(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    async with killed.write() as session:
        await session.run_sync(older_tables)
        await session.execute(text("INSERT INTO processes (id, until) VALUES ('killed', 99999999999)"))
    file = killed.process_lock_file("killed")
    assert file is not None
    if has_file:
        file.touch()
    await killed.migrate()
    assert await killed.is_at_head()
    await killed.close()


async def test_new_ones_that_start_at_once_migrate_older_tables_once(
    older: Database, bare_database: str
) -> None:
    programs = [Database(bare_database) for _ in range(4)]

    async def start(number: int) -> None:
        await programs[number].migrate()
        await Heartbeat(programs[number], f"new {number}").enter()  # while others still ask for the tables

    async with asyncio.timeout(60):
        await asyncio.gather(*map(start, range(4)))
    assert await older.is_at_head()
    for program in programs:
        await program.close()


async def test_tables_of_a_newer_version_stop_a_process_that_runs(database_url: str) -> None:
    database = Database(database_url)
    heartbeat = Heartbeat(database, "it slept")
    stopped: list[str] = []
    heartbeat.on_outdated(lambda: stopped.append("stop"))
    await heartbeat.enter()
    assert await heartbeat.renew()
    await alone(database, "UPDATE alembic_version SET version_num = '9999'")
    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(OtherVersionError):
                await heartbeat.renew()
    assert [line["event"] for line in logs] == [
        "the tables are of another version of this program: it stops; start that version"
    ]
    assert (stopped, heartbeat.is_outdated) == (["stop"], True)
    await database.close()


@on_postgresql
async def test_a_server_that_is_away_says_nothing_of_the_tables(database_url: str) -> None:
    async with Wire(database_url).open() as wire:
        database = Database(f"{wire.url}?timeout=1")
        heartbeat = Heartbeat(database, "it is cut off")
        await heartbeat.enter()
        wire.cut()
        with pytest.raises(DatabaseError):
            await heartbeat.renew()
        assert not heartbeat.is_outdated
        wire.mend()
        await database.close()


@on_postgresql
async def test_tables_that_cannot_be_read_just_now_are_not_taken_for_those_of_another_version(
    database_url: str,
) -> None:
    database, other = Database(database_url), Database(database_url)
    await alone(database, "SET lock_timeout = 100")  # milliseconds; its only connection keeps that
    async with other.write() as session:
        await session.exec_driver_sql("LOCK TABLE alembic_version")
        with pytest.raises(DatabaseError, match="lock timeout"):
            await database.is_at_head()
    assert await database.is_at_head()
    for opened in (database, other):
        await opened.close()
