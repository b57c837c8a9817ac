"""SQLite's driver: what comes back with a statement, and what a transaction that was begun leaves."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.db.engine.driver import AT_ONCE
from bot.db.engine.session import Database

MANY = 3 * AT_ONCE + 7
NUMBERS = text(
    f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) SELECT i FROM n"  # noqa: S608  # a number
)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{tmp_path / 'some.db'}")


async def test_more_rows_than_come_at_once_are_all_read(database: Database) -> None:
    await database.migrate()
    async with database.read() as session:
        assert list((await session.execute(NUMBERS)).scalars()) == list(range(1, MANY + 1))
        assert (await session.execute(NUMBERS)).scalars().first() == 1
    await database.close()


async def test_rows_are_streamed_to_the_last_one(database: Database) -> None:
    await database.migrate()
    async with database.read() as session:
        result = await session.stream(NUMBERS.execution_options(yield_per=300))
        assert [number async for number in result.scalars()] == list(range(1, MANY + 1))
    await database.close()


async def test_a_transaction_without_a_statement_leaves_the_file_to_others(database: Database) -> None:
    await database.migrate()
    async with database.write():
        pass
    async with database.write() as session:
        await session.execute(text("CREATE TABLE other (i INTEGER)"))
    await database.close()


async def test_a_transaction_is_undone_whole_when_a_statement_of_it_fails(database: Database) -> None:
    await database.migrate()

    async def breaks_off() -> None:
        async with database.write() as session:
            await session.execute(text("CREATE TABLE other (i INTEGER)"))
            await session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(OperationalError):
        await breaks_off()
    async with database.read() as session:
        with pytest.raises(OperationalError, match="no such table"):
            await session.execute(text("SELECT * FROM other"))
    await database.close()


async def test_what_only_reads_in_a_transaction_keeps_others_from_writing(database: Database) -> None:
    await database.migrate()
    other = Database(f"{database.url.render_as_string(hide_password=False)}?timeout=0.1")

    async def reads() -> None:
        async with other.write() as session:
            await session.execute(text("SELECT 1"))

    async with database.write() as session:
        await session.execute(text("SELECT 1"))
        with pytest.raises(OperationalError, match="locked"):
            await reads()
    await reads()
    await database.close()
    await other.close()
