"""Transactions in one trip: what they leave where they fail, are cancelled, or wait for something else."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.db.engine.session import Database, Session

INSERT = text("INSERT INTO timestamps (name, at) VALUES ('a', '2026-11-30 00:00:00.000000')")
COUNT = text("SELECT count(*) FROM timestamps WHERE name = 'a'")


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'some.db'}")
    await made.migrate()
    return made


async def insert(session: Session) -> None:
    await session.execute(INSERT)


async def count(session: Session) -> int:
    return int((await session.execute(COUNT)).scalar_one())


async def test_what_was_written_is_there_for_everyone_afterwards(database: Database) -> None:
    await database.transact(insert)
    async with database.read() as session:
        assert await count(session) == 1
    assert await database.query(count) == 1
    await database.close()


async def test_nothing_is_left_where_a_later_statement_fails_and_the_next_one_can_write(
    database: Database,
) -> None:
    async def fails(session: Session) -> None:
        await insert(session)
        await session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(OperationalError, match="no such table"):
        await database.transact(fails)
    assert await database.query(count) == 0
    await database.transact(insert)
    async with database.write() as session:
        assert await count(session) == 1
    await database.close()


async def test_a_transaction_that_waits_for_something_else_is_refused_and_undone(database: Database) -> None:
    async def waits(session: Session) -> None:
        await insert(session)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waits for something else"):
        await database.transact(waits)
    assert await database.query(count) == 0
    await database.transact(insert)
    await database.close()


async def test_whoever_is_cancelled_again_and_again_leaves_a_whole_transaction_behind(
    database: Database,
) -> None:
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(database.transact(insert))
    for _ in range(3):  # each time it is still waiting for the file
        await asyncio.wait([writing], timeout=0.1)
        writing.cancel()
    other.rollback()
    with pytest.raises(asyncio.CancelledError):
        await writing
    other.close()
    assert await database.query(count) == 1
    await database.transact(lambda session: session.execute(text("DELETE FROM timestamps WHERE name = 'a'")))
    assert await database.query(count) == 0
    await database.close()


async def test_two_that_read_at_once_do_not_share_a_connection(database: Database) -> None:
    assert await asyncio.gather(*(database.query(count) for _ in range(20))) == [0] * 20
    await database.close()
