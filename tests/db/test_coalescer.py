"""What many ask at once is one transaction; what fails together is tried one by one."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.db.engine.coalescer import Coalescer
from bot.db.engine.session import Database
from bot.db.engine.update_lock import FencingToken, TakenOverError, fenced_by
from bot.db.errors import DatabaseError, SilentError
from bot.db.updates.heartbeat import Heartbeat
from bot.db.updates.ownership import take_ownership
from tests.databases import on_postgresql


class Rows:
    """Stands for a table: keeps what each transaction was given, and refuses one row."""

    def __init__(self, refused: str = "") -> None:
        self.transactions: list[list[str]] = []
        self._refused = refused

    async def take(self, rows: Sequence[str]) -> int:
        await asyncio.sleep(0)
        if self._refused in rows:
            raise DatabaseError(self._refused)
        self.transactions.append(list(rows))
        return len(self.transactions)


async def test_rows_that_come_while_a_transaction_runs_share_the_next_one() -> None:
    rows = Rows()
    batch = Coalescer(rows.take)
    results = await asyncio.gather(*(batch.add(name) for name in "abcd"))
    assert rows.transactions in ([["a"], ["b", "c", "d"]], [["a", "b", "c", "d"]])
    assert results == [1, *[len(rows.transactions)] * 3]


async def test_a_lone_row_does_not_wait_for_others() -> None:
    rows = Rows()
    assert await Coalescer(rows.take).add("a") == 1
    assert rows.transactions == [["a"]]


async def test_a_refused_row_takes_no_other_with_it() -> None:
    rows = Rows(refused="c")
    batch = Coalescer(rows.take)
    found = await asyncio.gather(*(batch.add(name) for name in "abcd"), return_exceptions=True)
    assert [isinstance(one, DatabaseError) for one in found] == [False, False, True, False]
    assert sorted(name for one in rows.transactions for name in one) == ["a", "b", "d"]


async def test_a_database_that_is_away_is_away_for_all_at_once() -> None:
    """One after the other they would wait for it, each as long as it takes to know."""
    asked: list[int] = []

    async def run(rows: Sequence[str]) -> None:
        asked.append(len(rows))
        await asyncio.sleep(0)
        raise SilentError(TimeoutError())

    batch = Coalescer(run)
    found = await asyncio.gather(*(batch.add(name) for name in "abcdefgh"), return_exceptions=True)
    assert [type(one) for one in found] == [SilentError] * 8
    assert sum(asked) == 8
    assert len(asked) <= 2


@on_postgresql
async def test_a_row_of_a_sender_who_was_taken_over_takes_no_other_with_it(database_url: str) -> None:
    database = Database(database_url)
    heartbeat = Heartbeat(database, "one")
    kept: list[str] = []

    async def run(rows: Sequence[str]) -> None:
        async with database.write():
            kept.extend(rows)

    async def add(name: str, fencing_token: FencingToken) -> None:
        with fenced_by(fencing_token):
            await batch.add(name)

    async with database.write() as session:
        await take_ownership(session, [1, 2, 3], "one", epoch=5)
        await take_ownership(session, [2], "another", epoch=1)
    batch = Coalescer(run)
    found = await asyncio.gather(
        *(add(name, heartbeat.fencing_token(number, 5)) for number, name in enumerate("abc", 1)),
        return_exceptions=True,
    )
    assert [isinstance(one, TakenOverError) for one in found] == [False, True, False]
    assert sorted(kept) == ["a", "c"]
    await database.close()


@on_postgresql
async def test_a_row_of_a_sender_whom_a_stopped_process_has_locked_keeps_no_other_waiting(
    database_url: str,
) -> None:
    database, stopped = Database(database_url), Database(database_url)
    heartbeat = Heartbeat(database, "one")
    kept: list[str] = []

    async def run(rows: Sequence[str]) -> None:
        async with database.write():
            kept.extend(rows)

    async def add(name: str, number: int) -> None:
        with fenced_by(heartbeat.fencing_token(number, 5)):
            await batch.add(name)

    async with database.write() as session:
        await take_ownership(session, [1, 2, 3, 4], "one", epoch=5)
    batch = Coalescer(run)
    async with stopped.write() as session:
        await session.exec_driver_sql("SELECT FROM update_owners WHERE user_id = 2 FOR UPDATE")
        adding = [asyncio.create_task(add(name, number)) for number, name in enumerate("abcd", 1)]
        await asyncio.wait([*adding[:1], *adding[2:]], timeout=2.0)
        assert sorted(kept) == ["a", "c", "d"]
    await asyncio.gather(*adding)
    assert sorted(kept) == ["a", "b", "c", "d"]
    await database.close()
    await stopped.close()


async def test_a_task_that_is_cancelled_takes_no_other_with_it() -> None:
    rows = Rows()
    batch = Coalescer(rows.take)
    tasks = [asyncio.create_task(batch.add(name)) for name in "abc"]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert {name for one in rows.transactions for name in one} >= {"b", "c"}
