"""What breaks in the inbox or on its way costs one update at most, and never the next one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.db.engine.session import Database
from bot.db.updates import inbox
from tests.telegram.inboxes import ANA, update, update_inbox

PATIENCE = 5.0


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


class Poisoned:
    """Handles updates by writing down their ids; raises for the first."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def handle(self, raw: dict[str, Any], *, last: bool) -> str | None:  # noqa: ARG002  # not asked here
        self.seen.append(raw["update_id"])
        if raw["update_id"] == 1:
            raise ValueError("poison")
        return None


async def test_a_handling_that_raises_costs_that_update_alone(database: Database) -> None:
    poisoned = Poisoned()
    taking = update_inbox(database, poisoned.handle)
    await taking.take([update(1), update(2)])
    await taking.take([update(3)])
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    assert poisoned.seen == [1, 2, 3]
    async with database.read() as session:
        assert [failure.update_id for failure in await inbox.failures(session)] == [1]


async def test_an_error_that_no_database_can_keep_is_kept_all_the_same(database: Database) -> None:
    async def handle(_raw: dict[str, Any], *, last: bool) -> str:
        return "half a letter: \ud800, and \0"

    taking = update_inbox(database, handle)
    await taking.take([update(1)])
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    async with database.read() as session:
        error = (await session.exec_driver_sql("SELECT error FROM inbox")).scalar()
    assert error is not None
    assert error.startswith("half a letter: ")


async def test_marking_goes_on_when_the_database_is_back(database: Database) -> None:
    handled = asyncio.Event()

    async def handle(_raw: dict[str, Any], *, last: bool) -> None:
        async with database.write() as session:
            await session.exec_driver_sql("ALTER TABLE inbox RENAME TO hidden")
        handled.set()

    taking = update_inbox(database, handle)
    await taking.take([update(1)])
    await handled.wait()
    async with database.write() as session:
        await session.exec_driver_sql("ALTER TABLE hidden RENAME TO inbox")
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    async with database.read() as session:
        assert await inbox.waiting(session, ANA, 9, SystemClock().now()) == []


async def test_a_stop_waits_no_longer_than_it_may_and_what_was_cut_off_is_handled_again(
    database: Database,
) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def handle(_raw: dict[str, Any], *, last: bool) -> None:
        begun.set()
        await never.wait()

    taking = update_inbox(database, handle, stop_seconds=0.1)
    await taking.resume()
    await taking.take([update(1), update(2)])
    await begun.wait()
    await asyncio.wait_for(taking.stop(), PATIENCE)
    poisoned = Poisoned()
    again = update_inbox(database, poisoned.handle, "two")
    await again.resume()
    await asyncio.wait_for(again.wait_until_handled(), PATIENCE)
    assert poisoned.seen == [1, 2]
