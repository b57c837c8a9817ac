"""Tables are made whole or not at all, once, and what stands in the way is said in a sentence."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.db.session import Database, UnusableError


def at(folder: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{folder / 'bot.db'}")


def tables(folder: Path) -> set[str]:
    engine = create_engine(f"sqlite:///{folder / 'bot.db'}")
    with engine.connect() as connection:
        found = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
    engine.dispose()
    return found


async def test_two_programs_that_start_at_once_make_the_tables_once(tmp_path: Path) -> None:
    programs = [at(tmp_path) for _ in range(4)]
    await asyncio.gather(*(program.migrate() for program in programs))
    assert [await program.is_at_head() for program in programs] == [True] * 4
    for program in programs:
        await program.close()


async def test_a_migration_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    database = at(tmp_path)
    async with database.write() as session:
        await session.exec_driver_sql("CREATE TABLE open_pages (made_by_somebody_else INTEGER)")
    with pytest.raises(UnusableError, match="open_pages already exists"):
        await database.migrate()
    await database.close()
    assert tables(tmp_path) == {"open_pages"}


async def test_a_database_of_a_newer_version_is_refused_with_what_to_do(data_folder: Path) -> None:
    database = at(data_folder)
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


async def test_an_error_shows_nothing_of_what_a_reader_sent(data_folder: Path) -> None:
    database = at(data_folder)
    with pytest.raises(Exception, match="no such table") as raised:
        async with database.write() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "CANARY"})
    await database.close()
    assert "CANARY" not in str(raised.value)
