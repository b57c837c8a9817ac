"""The database keeps what it was told to keep."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from bot.db.delivery import uploads
from bot.db.engine.session import Database
from bot.db.readers import grants, open_pages, readers
from bot.db.readers.open_pages import OpenPage
from bot.domain.pages.page import Place
from bot.domain.readers.grants import Grant
from bot.domain.readers.reader import QuietHours, Reader, Rendering
from tests.databases import on_sqlite

NOW = datetime(2025, 12, 22, 12, tzinfo=UTC)
BIG = 2**40 + 7
"""Telegram's ids do not fit into 32 bits."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
@on_sqlite
async def test_sqlite_is_set_up_to_lose_nothing(database: Database, pragma: str, value: object) -> None:
    async with database.read() as session:
        assert (await session.execute(text(f"PRAGMA {pragma}"))).scalar() == value


async def test_a_hundred_increments_at_once_all_count(database: Database, database_url: str) -> None:
    async with database.write() as session:
        await readers.add(session, Reader(BIG, "es"), NOW)

    async def add_a_second(own: Database) -> None:
        async with own.write() as session:
            await readers.lock_for_update(session, BIG)
            reader = await readers.find(session, BIG)
            assert reader is not None
            later = (reader.full_until or NOW) + timedelta(seconds=1)
            await readers.change(session, BIG, full_until=later)

    other = Database(database_url)
    await asyncio.gather(*(add_a_second(own) for own in (database, other) for _ in range(50)))
    await other.close()
    async with database.read() as session:
        reader = await readers.find(session, BIG)
    assert reader is not None
    assert reader.full_until == NOW + timedelta(seconds=100)


async def test_a_write_that_fails_leaves_nothing_behind(database: Database) -> None:
    async def add_and_fail() -> None:
        async with database.write() as session:
            await readers.add(session, Reader(BIG, "es"), NOW)
            raise RuntimeError("the work broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        await add_and_fail()
    async with database.read() as session:
        assert await readers.find(session, BIG) is None


async def test_a_reader_is_kept_whole_and_added_once(database: Database) -> None:
    reader = Reader(BIG, "es", Rendering.RICH, push=False, quiet=None)
    async with database.write() as session:
        await readers.add(session, reader, NOW)
        await readers.add(session, Reader(BIG, "en"), NOW)
        assert await readers.find(session, BIG) == replace(reader, active_at=NOW)
        await readers.change(session, BIG, quiet=QuietHours(0, 9), zone="Asia/Kolkata", full_until=NOW)
        stored = await readers.find(session, BIG)
    assert stored == replace(
        reader, active_at=NOW, quiet=QuietHours(0, 9), zone="Asia/Kolkata", full_until=NOW
    )


async def test_times_come_back_aware_and_in_utc_whatever_zone_they_had(database: Database) -> None:
    abroad = NOW.astimezone(timezone(timedelta(hours=-3)))
    async with database.write() as session:
        await readers.add(session, Reader(BIG, "es"), NOW)
        await readers.change(session, BIG, full_until=abroad)
        reader = await readers.find(session, BIG)
    assert reader is not None
    assert reader.full_until is not None
    assert reader.full_until.tzinfo is UTC
    assert reader.full_until == NOW


async def test_a_grant_of_the_same_source_and_number_is_given_once(database: Database) -> None:
    grant = Grant("trial", "someone", NOW, days=7)
    async with database.write() as session:
        await readers.add(session, Reader(BIG, "es"), NOW)
        assert await grants.add(session, BIG, grant)
        assert not await grants.add(session, BIG, grant)
        assert await grants.of(session, BIG) == (grant,)


async def test_turning_a_page_replaces_what_was_open(database: Database) -> None:
    first = OpenPage(BIG, 2**33, Place(NOW.date()), "es", Rendering.CLASSIC, "r1", protected=False)
    turned = OpenPage(
        BIG, 2**33, Place(NOW.date(), "politics", 2), "es", Rendering.RICH, "r2", protected=True
    )
    async with database.write() as session:
        await readers.add(session, Reader(BIG, "es"), NOW)
        await open_pages.remember(session, [first], NOW)
        await open_pages.remember(session, [turned], NOW)
        assert await open_pages.find(session, BIG, 2**33) == turned
        await open_pages.forget(session, NOW + timedelta(days=1))
        assert await open_pages.find(session, BIG, 2**33) is None


async def test_a_file_id_is_replaced_and_forgotten(database: Database) -> None:
    async with database.write() as session:
        await uploads.remember(session, "digest", "old")
        await uploads.remember(session, "digest", "new")
        assert await uploads.find(session, "digest") == "new"
        await uploads.forget(session, "digest")
        assert await uploads.find(session, "digest") is None


@on_sqlite
async def test_a_task_that_is_cancelled_inside_of_a_transaction_leaves_no_lock(
    database: Database, database_url: str
) -> None:
    async def change() -> None:
        async with database.write() as session:
            put = text("INSERT INTO timestamps VALUES ('x', '2025-12-22 12:00') RETURNING name")
            assert (await session.execute(put)).first()

    other, cancelled = Database(database_url), []
    for number in range(150):  # each a little later, so that every step of it is broken off once
        task = asyncio.create_task(change())
        await asyncio.sleep(number * 0.00005)
        task.cancel()
        cancelled.append(task)  # what it was at stays alive with it, as in a program that gathers its tasks
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(2.0), other.write() as session:
            await session.execute(text("DELETE FROM timestamps"))
    await other.close()
