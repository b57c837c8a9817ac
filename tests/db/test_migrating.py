"""Tables are made whole or not at all, once, and what stands in the way is said in a sentence."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from bot.db.engine.session import Database
from bot.db.errors import DatabaseError, UnusableError
from bot.db.migrations.upgrade import configuration
from bot.db.operations import notices
from bot.db.operations.notices import Notice
from bot.db.readers import grants, readers
from bot.domain.readers.grants import Grant, Source
from bot.services.subscriptions.access import update_access
from tests.world import MONDAY


def at(folder: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{folder / 'bot.db'}")


def tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


async def test_programs_that_start_at_once_make_the_tables_once(bare_database: str) -> None:
    programs = [Database(bare_database) for _ in range(4)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(program.migrate() for program in programs))
    assert [await program.is_at_head() for program in programs] == [True] * 4
    for program in programs:
        await program.close()


async def test_a_migration_that_breaks_off_leaves_nothing_behind(bare_database: str) -> None:
    database = Database(bare_database)
    async with database.write() as session:
        await session.exec_driver_sql("CREATE TABLE open_pages (made_by_somebody_else INTEGER)")
    with pytest.raises(UnusableError, match=r"open_pages\"? already exists"):
        await database.migrate()
    async with database.read() as session:
        assert await session.run_sync(tables) == ["open_pages"]
    await database.close()


async def test_a_database_of_a_newer_version_is_refused_with_what_to_do(database_url: str) -> None:
    database = Database(database_url)
    async with database.write() as session:
        await session.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UnusableError, match="newer version"):
        await database.migrate()
    await database.close()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    database = at(tmp_path / "file" / "data")
    with pytest.raises(UnusableError, match="/file/data"):
        await database.migrate()
    await database.close()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"This is no database. " * 100)
    database = at(tmp_path)
    with pytest.raises(UnusableError, match="not a database"):
        await database.migrate()
    await database.close()


async def test_an_error_shows_nothing_of_what_a_reader_sent(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(DatabaseError, match=r"no such table|does not exist") as raised:
        async with database.write() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "CANARY"})
    await database.close()
    assert "CANARY" not in str(raised.value)


def up_to_totals(connection: Connection) -> None:
    command.upgrade(configuration(connection), "0016")


async def test_a_notice_of_the_old_kind_is_told_under_its_new_one(bare_database: str) -> None:
    database = Database(bare_database)
    async with database.write() as session:
        await session.run_sync(up_to_totals)
        await session.execute(
            text(
                "INSERT INTO notices (key, kind, details, noted_at) VALUES"
                " ('halt:2025-12-22T12:00', 'halt', '{}', '2025-12-22 12:00:00+00'),"
                " ('full:2025-12-22T12:00', 'full', '{}', '2025-12-22 12:01:00+00')"
            )
        )
    await database.migrate()
    async with database.read() as session:
        assert await notices.untold(session) == [
            Notice("cooldown:2025-12-22T12:00", "cooldown", {}),
            Notice("full:2025-12-22T12:00", "full", {}),
        ]
    await database.close()


def up_to_feedback(connection: Connection) -> None:
    command.upgrade(configuration(connection), "0012")


async def test_what_readers_had_is_taken_over_from_the_grants_they_have(bare_database: str) -> None:
    database, days = Database(bare_database), [MONDAY + timedelta(days=number) for number in range(4)]
    trial = Grant(Source.TRIAL, "1", days[1], days=7)
    held: dict[int, tuple[Grant, ...]] = {
        1: (),
        2: (trial,),
        3: (Grant(Source.COMPLIMENTARY, "3", days[0], days=1), Grant(Source.TRIAL, "3", days[2], days=7)),
        4: (Grant(Source.COMPLIMENTARY, "4", days[0], until=days[2]),),
        5: (Grant(Source.TRIAL, "5", days[0], days=7),),
        6: (Grant("gift", "6", days[0], until=days[0]), Grant("gift", "6b", days[3])),
    }
    async with database.write() as session:
        await session.run_sync(up_to_feedback)
        for reader_id, given in held.items():
            await session.execute(
                text(
                    "INSERT INTO readers (id, language, rendering, push, started_at, news)"
                    " VALUES (:id, 'en', 'classic', true, '2025-11-01 10:00:00+00', true)"
                ),
                {"id": reader_id},
            )
            for grant in given:
                await grants.add(session, reader_id, grant)
        await session.execute(
            text("UPDATE grants SET revoked_at = given_at, why = 'at once' WHERE reader_id = 5")
        )
    await database.migrate()
    async with database.read() as session:
        taken_over = await readers.find_all(session, list(held))
    async with database.write() as session:
        for reader_id in held:
            await update_access(session, reader_id, days[3])
        settled = await readers.find_all(session, list(held))
    await database.close()
    had = {one.id: (one.trial_at, one.full_since) for one in taken_over.values()}
    assert had == {one.id: (one.trial_at, one.full_since) for one in settled.values()}
    assert had == {
        1: (None, None),
        2: (days[1], days[1]),
        3: (days[2], days[0]),
        4: (None, days[0]),
        5: (days[0], None),
        6: (None, days[3]),
    }
