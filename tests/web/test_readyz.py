"""Readiness: one answer for proxies, with a word from every check and no secret in any."""

import asyncio
import json
from contextlib import AsyncExitStack

from sqlalchemy import select

from bot.db.engine.session import Database
from bot.db.tables import notices, timestamps
from bot.web.health import SILENCE_SECONDS, Finding, Health
from bot.web.write_check import EVERY_SECONDS, LATE
from telegram_simulator import Status
from tests.databases import alone, connections, on_sqlite
from tests.waiting import until
from tests.world import World


async def ready(world: World) -> tuple[int, dict[str, dict[str, object]]]:
    answer = await world.web("/readyz")
    body = json.loads(answer.text)
    assert body["ready"] is (answer.status == 200)
    return answer.status, body["checks"]


def found(findings: tuple[Finding, ...]) -> dict[str, bool]:
    return {finding.name: finding.good for finding in findings}


async def is_well(health: Health) -> bool:
    return all(finding.good for finding in await health.look())


async def test_a_running_program_is_alive_and_ready(world: World) -> None:
    assert (await world.web("/healthz")).text == '{"alive": true}'
    status, checks = await ready(world)
    assert status == 200
    assert set(checks) == {"program", "database", "tables", "writable", "updates", "clock"}
    assert checks["database"] == {"good": True, "says": "answers"}


async def test_tables_of_another_version_are_not_ready(world: World) -> None:
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    status, checks = await ready(world)
    assert status == 503
    assert checks["database"]["good"]
    assert checks["tables"] == {"good": False, "says": "of another version of this program"}


async def test_a_minute_and_a_half_without_an_answer_of_telegram_is_not_ready(world: World) -> None:
    world.telegram.faults.add(method="getUpdates", times=None, kind=Status(502, "Bad Gateway"))
    ana = world.person()
    ana.writes("/help")  # ends the poll that is under way; the next ones fail
    await world.telegram.until(lambda: _refused(world) > 0, 10)
    world.passes(SILENCE_SECONDS - 1)
    assert (await ready(world))[0] == 200
    world.passes(2)
    status, checks = await ready(world)
    assert (status, checks["updates"]["good"]) == (503, False)
    world.telegram.faults.clear()
    await world.ask(ana, "/latest")
    assert (await ready(world))[0] == 200


def _refused(world: World) -> int:
    return sum(row.error is not None for row in world.telegram.ledger.of(method="getUpdates"))


async def test_who_only_stands_by_polls_not_and_is_ready(world: World) -> None:
    database = world.program.core.database
    standing_by = Health(database, lambda: None, lambda: True)
    assert all(finding.good for finding in await standing_by.look())
    silent = Health(database, lambda: SILENCE_SECONDS, lambda: True)
    assert found(await silent.look())["updates"] is False


async def test_a_program_that_starts_or_ends_is_not_ready(world: World) -> None:
    stopping = Health(world.program.core.database, lambda: None, lambda: False)
    assert found(await stopping.look())["program"] is False
    starting = world.new_program()
    assert found(await starting.health.look())["program"] is False
    await starting.stop()
    ended = world.program.health
    await world.program.stop()
    assert found(await ended.look())["program"] is False
    await world.program.core.database.close()


async def test_a_database_that_does_not_answer_in_time_is_not_ready(world: World) -> None:
    database = world.program.core.database
    health = Health(database, lambda: None, lambda: True, limit=0.1)
    async with AsyncExitStack() as stack:
        for _ in range(connections(database)):  # nobody else gets one
            await stack.enter_async_context(database.read())
        answers = found(await health.look())
    assert answers == {
        "program": True,
        "database": False,
        "tables": False,
        "writable": False,
        "updates": True,
        "clock": True,
    }
    await until(lambda: is_well(health))


@on_sqlite
async def test_it_tries_to_write_once_in_five_seconds_whoever_asks(database_url: str) -> None:
    database, now = Database(database_url), [0.0]
    row = "INSERT INTO notices (key, kind, details, noted_at) VALUES (hex(randomblob(8)), 'tried', '{}', 0)"
    await alone(database, f"CREATE TRIGGER counts AFTER INSERT ON timestamps BEGIN {row}; END")
    health = Health(database, lambda: None, lambda: True, monotonic=lambda: now[0])

    async def trials() -> int:
        async with database.read() as session:
            return len((await session.execute(select(notices.c.key))).all())

    await asyncio.gather(*(health.look() for _ in range(20)))
    assert await trials() == 1
    now[0] += EVERY_SECONDS - 0.1
    await health.look()
    assert await trials() == 1
    now[0] += 0.1
    await asyncio.gather(*(health.look() for _ in range(20)))
    assert await trials() == 2
    await database.close()


@on_sqlite
async def test_a_trial_to_write_that_takes_long_is_not_ready_and_is_not_joined_by_others(
    database_url: str,
) -> None:
    database, now = Database(database_url), [0.0]
    health = Health(database, lambda: None, lambda: True, limit=0.1, monotonic=lambda: now[0])
    before = asyncio.all_tasks()
    async with database.write():
        for _ in range(3):
            [writable] = [finding for finding in await health.look() if not finding.good]
            assert writable == Finding("writable", good=False, says=LATE)
            now[0] += EVERY_SECONDS
        assert len(asyncio.all_tasks() - before) == 1
    await until(lambda: asyncio.all_tasks() == before)
    await until(lambda: is_well(health))
    await database.close()


@on_sqlite
async def test_what_cannot_be_written_is_not_ready_in_the_database_s_words(database_url: str) -> None:
    database, now = Database(database_url), [0.0]
    health = Health(database, lambda: None, lambda: True, monotonic=lambda: now[0])
    assert all(finding.good for finding in await health.look())
    await alone(
        database, "CREATE TRIGGER refuses BEFORE INSERT ON timestamps BEGIN SELECT raise(ABORT, 'no'); END"
    )
    now[0] += EVERY_SECONDS
    [writable] = [finding for finding in await health.look() if not finding.good]
    assert writable == Finding("writable", good=False, says="no")
    await alone(database, "DROP TRIGGER refuses")
    now[0] += EVERY_SECONDS
    assert all(finding.good for finding in await health.look())
    await database.close()


async def test_a_trial_to_write_leaves_nothing(database_url: str) -> None:
    database = Database(database_url)
    assert all(finding.good for finding in await Health(database, lambda: None, lambda: True).look())
    async with database.read() as session:
        assert (await session.execute(select(timestamps.c.name))).all() == []
    await database.close()


async def test_a_server_that_is_not_there_is_not_ready() -> None:
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    assert found(await Health(nowhere, lambda: None, lambda: True).look())["database"] is False
    await nowhere.close()
