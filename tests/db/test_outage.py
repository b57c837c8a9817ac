"""A database that is away is one line in the log, and one more when it is back, whoever asks meanwhile."""

import asyncio
import gc
from collections.abc import MutableMapping
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.db.engine.session import Database
from tests.databases import ADDRESS, alone, on_postgresql
from tests.waiting import until
from tests.wires import Wire
from tests.world import World, since

AWAY_SECONDS = 3.0
AWAY, AGAIN = "the database fails: all that writes to it waits", "the database takes what is written again"


def loud(logs: list[MutableMapping[str, Any]]) -> list[str]:
    """Return what is of the database, and whatever is not in order."""
    return [
        entry["event"]
        for entry in logs
        if entry["log_level"] in {"warning", "error"} or entry["event"] == AGAIN
    ]


@on_postgresql
async def test_a_database_that_pauses_is_one_line_and_one_when_it_is_back(
    content: Path, data_folder: Path, postgresql: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Wire(postgresql).open() as wire:
        (data_folder / ADDRESS).write_text(f"{wire.url}?timeout=1", encoding="utf-8")
        async with World(content, data_folder) as world:
            ana = world.person()
            await world.ask(ana, "/start")
            with capture_logs() as logs:
                wire.cut()
                asked = ana.writes("/help").message_id
                await asyncio.sleep(AWAY_SECONDS)
                wire.mend()
                await until(lambda: since(ana, asked), 30.0)
                await until(lambda: any(entry["event"] == AGAIN for entry in logs), 30.0)
            assert loud(logs) == [AWAY, AGAIN]
    gc.collect()
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []


@on_postgresql
async def test_a_connection_that_the_server_ends_leaves_no_error_that_nobody_retrieved(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database, other = Database(database_url), Database(database_url)
    await database.migrate()

    async def work() -> None:
        async with database.write() as session:
            await session.execute(text("SELECT 'at work', pg_sleep(3)"))

    for _ in range(3):
        working = [asyncio.create_task(work()) for _ in range(4)]
        await until(lambda: _at_work(other))
        for outage in working:
            outage.cancel()  # as a stop does, or a limit of time
        ending = Thread(target=asyncio.run, args=(end_them(database_url),))
        ending.start()
        ending.join()  # this process learns of both at once, as one does that slept
        await asyncio.gather(*working, return_exceptions=True)
    await database.close()
    await other.close()
    gc.collect()
    await asyncio.sleep(0)
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []


THEIRS = "FROM pg_stat_activity WHERE query LIKE '%at work%' AND pid <> pg_backend_pid()"
END_THEM = f"SELECT pg_terminate_backend(pid) {THEIRS}"  # ours


async def end_them(url: str) -> None:
    database = Database(url)
    await alone(database, END_THEM)
    await database.close()


async def _at_work(database: Database) -> bool:
    async with database.read() as session:
        result = await session.execute(text(f"SELECT count(*) {THEIRS} AND state = 'active'"))  # ours
        return bool(result.scalar_one() == 4)
