"""Tables are made whole or not at all, once, and what stands in the way is said in a sentence."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from bot.db.session import Database, DatabaseError, UnusableError


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
