"""The sender's lease: one holder at a time, a dead one's place is free soon, and epochs fence the old out."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.db.engine.session import Database
from bot.db.updates import leases
from bot.services.delivery.sending.lease import Lease
from tests.databases import on_postgresql, on_sqlite
from tests.waiting import until

SHORT = 0.4

LEADS = """
import asyncio, sys, time
from bot.db.engine.session import Database
from bot.services.delivery.sending.lease import Lease
lease = Lease(Database(sys.argv[1]), "dead", 3_600)
asyncio.run(lease.attempt())
print(lease.epoch, file=sys.stderr, flush=True)
time.sleep(60)
"""
"""A process that takes the lease, and says under which epoch."""


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    """Two programs' ways into one database."""
    opened = [Database(database_url) for _ in range(2)]
    yield opened
    for database in opened:
        await database.close()


async def test_of_many_that_ask_at_once_one_gets_it(databases: list[Database]) -> None:
    many = [Lease(databases[number % 2], f"owner {number}") for number in range(10)]
    await asyncio.gather(*(lease.attempt() for lease in many))
    assert [lease.epoch for lease in many if lease.epoch is not None] == [1]
    for lease in many:
        await lease.release()


async def test_whoever_waits_for_the_place_says_so_once(databases: list[Database]) -> None:
    first, second = Lease(databases[0], "first"), Lease(databases[1], "second")

    async def told(lease: Lease) -> list[str]:
        with capture_logs() as logs:
            await lease.attempt()
            await lease.attempt()
        return [line["event"] for line in logs]

    assert await told(first) == ["this process sends campaigns"]
    assert await told(second) == ["standing by: another process sends campaigns"]
    await first.release()
    assert await told(second) == ["this process sends campaigns"]
    await second.release()


async def test_its_holder_keeps_it_and_the_epoch_by_renewing(databases: list[Database]) -> None:
    first, second = Lease(databases[0], "first", SHORT), Lease(databases[1], "second", SHORT)
    keeping = asyncio.create_task(first.keep())
    await until(lambda: first.epoch is not None)
    end = asyncio.get_running_loop().time() + 3 * SHORT
    while asyncio.get_running_loop().time() < end:
        await second.attempt()
        assert second.epoch is None
        await asyncio.sleep(0.05)
    assert first.epoch == 1
    first.stop()
    await keeping
    await first.release()


async def test_given_back_it_is_free_at_once(databases: list[Database]) -> None:
    first, second = Lease(databases[0], "first"), Lease(databases[1], "second")
    await first.attempt()
    await second.attempt()
    assert second.epoch is None
    await first.release()
    assert first.epoch is None
    await second.attempt()
    assert second.epoch == 2
    await second.release()


async def test_one_that_sleeps_loses_it_after_its_seconds_and_learns_so(databases: list[Database]) -> None:
    now = [0.0]
    first = Lease(databases[0], "first", SHORT, monotonic=lambda: now[0])
    second = Lease(databases[1], "second", SHORT)
    await first.attempt()
    assert first.is_safe
    now[0] += SHORT
    assert not first.is_safe
    assert first.epoch is None
    keeping = asyncio.create_task(second.keep())
    await until(lambda: second.epoch == 2)
    now[0] = 0.0  # its own clock stood still while it slept: it believes that all is well
    async with databases[0].write() as session:
        assert not await leases.is_held(session, first.held(1))
        assert await leases.is_held(session, second.held(2))
    await first.attempt()
    assert first.epoch is None
    second.stop()
    await keeping
    await second.release()


async def test_an_epoch_never_comes_twice(databases: list[Database]) -> None:
    epochs = []
    for number in range(5):
        lease = Lease(databases[number % 2], f"owner {number}")
        await lease.attempt()
        epochs.append(lease.epoch)
        await lease.release()
    assert epochs == [1, 2, 3, 4, 5]


@on_sqlite
async def test_on_sqlite_the_place_of_a_dead_owner_is_free_at_once(databases: list[Database]) -> None:
    successor = Lease(databases[1], "successor", 3_600)
    url = databases[0].url.render_as_string(hide_password=False)
    dead = await asyncio.create_subprocess_exec(sys.executable, "-c", LEADS, url, stderr=PIPE, stdout=DEVNULL)
    assert dead.stderr is not None
    assert await dead.stderr.readline() == b"1\n"
    await successor.attempt()
    assert successor.epoch is None
    dead.kill()
    await dead.communicate()
    await successor.attempt()
    assert successor.epoch == 2
    await successor.release()


@on_postgresql
async def test_on_postgresql_the_place_of_a_dead_owner_is_free_after_its_seconds(
    databases: list[Database],
) -> None:
    dead, successor = Lease(databases[0], "dead", SHORT), Lease(databases[1], "successor", SHORT)
    await dead.attempt()
    await successor.attempt()
    assert successor.epoch is None
    keeping = asyncio.create_task(successor.keep())
    await until(lambda: successor.epoch == 2)
    successor.stop()
    await keeping


@on_postgresql
async def test_nobody_takes_it_while_a_claim_of_its_holder_is_being_written(
    databases: list[Database],
) -> None:
    first, second = Lease(databases[0], "first", SHORT), Lease(databases[1], "second", SHORT)
    await first.attempt()
    async with databases[0].write() as session:
        assert await leases.is_held(session, first.held(1))
        await asyncio.sleep(SHORT + 0.1)  # the database's own clock passes
        taking = asyncio.create_task(second.attempt())
        await asyncio.wait([taking], timeout=0.3)
        assert not taking.done()
    await taking
    assert second.epoch == 2


async def test_while_the_database_is_away_the_holder_has_no_more_than_its_seconds(
    databases: list[Database],
) -> None:
    now = [0.0]
    lease = Lease(databases[0], "first", 30.0, monotonic=lambda: now[0])
    await lease.attempt()
    async with databases[1].write() as session:
        await session.exec_driver_sql("ALTER TABLE leases RENAME TO hidden")
    now[0] = 29.0
    await lease.attempt()
    assert lease.epoch == 1
    now[0] = 30.0
    assert lease.epoch is None
    async with databases[1].write() as session:
        await session.exec_driver_sql("ALTER TABLE hidden RENAME TO leases")
    await lease.attempt()
    assert lease.epoch == 1  # nobody else had come
    async with databases[1].write() as session:
        assert await leases.is_held(session, lease.held(1))
    await lease.release()


@on_sqlite
async def test_a_lock_file_out_of_reach_is_asked_for_again(databases: list[Database]) -> None:
    lease, file = Lease(databases[0], "first"), databases[0].lock_file
    assert file is not None
    file.mkdir()
    await lease.attempt()
    assert lease.epoch is None
    file.rmdir()
    await lease.attempt()
    assert lease.epoch == 1
    await lease.release()
