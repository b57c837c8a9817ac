"""A disk that was full is told once, however many processes have noticed it, and the next time again."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.db.operations import notices
from bot.services.operations.outages import Outages
from tests.world import MONDAY


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    """Two programs' ways into one database."""
    opened = [Database(database_url) for _ in range(2)]
    yield opened
    for database in opened:
        await database.close()


async def told(database: Database) -> list[float]:
    async with database.read() as session:
        return [notice.details["seconds"] for notice in await notices.untold(session)]


async def test_of_processes_that_saw_the_same_one_tells_it(databases: list[Database]) -> None:
    clock = StoppedClock(MONDAY + timedelta(seconds=30))
    watching = [Outages(database, clock) for database in databases]
    for watch in watching:
        await watch.note()
    assert await told(databases[0]) == []
    for database, watch in zip(databases, watching, strict=True):
        database.outage.full_seconds = 90.0
        await watch.note()
        await watch.note()
        clock.move_to(clock.now() + timedelta(seconds=45))
    assert await told(databases[0]) == [90.0]
    clock.move_to(clock.now() + timedelta(hours=1))
    for watch in watching:
        await watch.note()
    assert await told(databases[0]) == [90.0]


async def test_the_next_one_is_told_again(databases: list[Database]) -> None:
    clock = StoppedClock(MONDAY)
    for seconds in (90.0, 30.0):
        databases[0].outage.full_seconds = seconds
        await Outages(databases[0], clock).note()
        clock.move_to(clock.now() + timedelta(minutes=5))
    assert await told(databases[0]) == [90.0, 30.0]
