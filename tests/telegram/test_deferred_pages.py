"""Open pages that are written together with the mark of their update (on SQLite)."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.db.engine.session import Database
from bot.db.readers import open_pages, readers
from bot.db.readers.open_pages import OpenPage
from bot.db.updates import completion, inbox
from bot.domain.pages.page import Place
from bot.domain.readers.reader import Reader, Rendering
from tests.telegram.inboxes import ANA, PATIENCE, update, update_inbox
from tests.waiting import until

TOO_LARGE = 2**70


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    await made.migrate()
    async with made.write() as session:
        await readers.add(session, Reader(ANA, "en"), SystemClock().now())
    return made


def page(number: int) -> OpenPage:
    return OpenPage(ANA, number, Place(date(2026, 11, 30)), "en", Rendering.CLASSIC, "r", protected=False)


class NumberedPages:
    """Shows a page for each update, and notes which was open before."""

    def __init__(self, database: Database, number: Callable[[int], int] = lambda number: number) -> None:
        self._database = database
        self._number = number
        self.before: list[int | None] = []

    async def handle(self, raw: dict[str, Any], *, last: bool) -> str | None:  # noqa: ARG002  # not asked here
        async with self._database.read() as session:
            newest = await open_pages.newest(session, ANA)
        self.before.append(newest.message_id if newest else None)
        assert completion.leave(page(self._number(raw["update_id"])))
        return None


async def test_the_next_update_of_a_reader_finds_the_page_that_the_last_one_opened(
    database: Database,
) -> None:
    page_sender = NumberedPages(database)
    taking = update_inbox(database, page_sender.handle)
    await taking.take([update(1), update(2), update(3)])
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    assert page_sender.before == [None, 1, 2]
    async with database.read() as session:
        assert await open_pages.find(session, ANA, 3) == page(3)
    await database.close()


class Slow:
    """Shows a page, then goes on until it is let go."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def handle(self, raw: dict[str, Any], *, last: bool) -> str | None:  # noqa: ARG002  # not asked here
        assert completion.leave(page(raw["update_id"]))
        await self.go_on.wait()
        return None


async def test_a_page_is_on_disk_though_its_update_goes_on(database: Database) -> None:
    """A push asks meanwhile who has opened the issue."""
    slow = Slow()
    taking = update_inbox(database, slow.handle)
    await taking.take([update(1)])

    async def is_on_disk() -> bool:
        async with database.read() as session:
            return await open_pages.find(session, ANA, 1) == page(1)

    await until(is_on_disk, PATIENCE)
    slow.go_on.set()
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    await database.close()


async def test_a_page_is_on_disk_though_a_stop_cuts_its_update_off(database: Database) -> None:
    taking = update_inbox(database, Slow().handle, stop_seconds=0.0)
    await taking.resume()
    await taking.take([update(1)])
    await until(lambda: taking.queues.is_busy, PATIENCE)
    await taking.stop()
    async with database.read() as session:
        assert await open_pages.find(session, ANA, 1) == page(1)
        assert [
            received.update_id for received in await inbox.waiting(session, ANA, 9, SystemClock().now())
        ] == [1]
    await database.close()


async def test_a_page_that_can_never_be_written_holds_up_no_other(database: Database) -> None:
    page_sender = NumberedPages(database, lambda number: TOO_LARGE if number == 1 else number)
    taking = update_inbox(database, page_sender.handle)
    await taking.take([update(1)])
    await taking.take([update(2)])
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    async with database.read() as session:
        assert await open_pages.newest(session, ANA) == page(2)
    await database.close()
