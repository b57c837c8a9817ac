"""What the bot promised not to keep is forgotten, and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.clock import StoppedClock
from bot.db import inbox, open_pages, readers
from bot.db.open_pages import OpenPage
from bot.db.session import Database
from bot.domain.page import Place, Rendering
from bot.domain.reader import Reader
from bot.services.housekeeping import Housekeeping
from tests.world import MONDAY


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


async def _kept(database: Database) -> set[int]:
    async with database.read() as session:
        return set((await session.exec_driver_sql("SELECT update_id FROM inbox")).scalars())


@pytest.mark.parametrize(
    ("age", "kept"),
    [
        (timedelta(days=1, hours=23), {1, 2, 3}),
        (timedelta(days=2, hours=1), {2, 3}),
        (timedelta(days=29), {2, 3}),
        (timedelta(days=31), {3}),
        (timedelta(days=400), {3}),
    ],
    ids=str,
)
async def test_updates_go_after_two_days_failures_after_thirty_and_the_unhandled_never(
    database: Database, age: timedelta, kept: set[int]
) -> None:
    async with database.write() as session:
        await inbox.keep(session, [inbox.Received(number, "{}", number) for number in (1, 2, 3)], MONDAY)
        await inbox.close(session, [(1, None), (2, "it stumbled")], MONDAY)
    await Housekeeping(database, StoppedClock(MONDAY + age)).tidy()
    assert await _kept(database) == kept


@pytest.mark.parametrize(("days", "there"), [(59, True), (61, False)])
async def test_open_pages_go_after_sixty_days(database: Database, days: int, there: bool) -> None:
    page = OpenPage(7, 1, Place(MONDAY.date()), "en", Rendering.CLASSIC, "r", protected=False)
    async with database.write() as session:
        await readers.add(session, Reader(7, "en"), MONDAY)
        await open_pages.remember(session, [page], MONDAY)
    await Housekeeping(database, StoppedClock(MONDAY + timedelta(days=days))).tidy()
    async with database.read() as session:
        assert (await open_pages.find(session, 7, 1) is not None) is there
