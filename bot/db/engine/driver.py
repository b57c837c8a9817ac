"""aiosqlite with one trip to its thread for each statement.

A whole transaction takes one trip too (`OneTripConnection.run`).

SQLAlchemy alone makes four trips for a statement (a cursor, the statement, its rows, the end), and each costs
more than most of our statements.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from threading import get_ident
from typing import Any, Self, TypeVar, cast

import aiosqlite
from aiosqlite.context import Result

AT_ONCE = 1_000
"""How many rows come back with their statement; further ones take a trip for as many."""

BEGIN = "BEGIN IMMEDIATE"
"""Begins a transaction that writes. It is sent with the first statement, and so costs no trip."""

Row = Any
Result_ = TypeVar("Result_")


class OneTripCursor(aiosqlite.Cursor):
    """A cursor that fetches up to `AT_ONCE` rows in the trip of its statement.

    Where these are all its rows, it is closed in the same trip.
    """

    _conn: "OneTripConnection"

    def __init__(self, connection: "OneTripConnection", cursor: sqlite3.Cursor) -> None:
        super().__init__(connection, cursor)
        self._rows: list[Row] = []
        self._is_done = True

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Self:
        if sql == BEGIN:
            self._conn.begins = True
        else:
            await self._in_thread("execute", sql, parameters or ())
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        await self._in_thread("executemany", sql, parameters)
        return self

    async def _in_thread(self, *given: Any) -> None:
        await self._execute(self._run, *given)  # type: ignore[no-untyped-call]  # aiosqlite types it not

    def _run(self, execute: str, sql: str, parameters: Iterable[Any]) -> None:
        """Execute, fetch and close, in the thread."""
        # Closed here, not where it is dropped: that waits for the connection, which may wait for a lock.
        connection = self._conn.raw
        self._rows, self._is_done, self._cursor = [], True, connection.cursor()
        try:
            if self._conn.begins:
                connection.execute(BEGIN).close()
                self._conn.begins = False
            getattr(self._cursor, execute)(sql, parameters)
            if self._cursor.description is not None:
                self._rows = self._cursor.fetchmany(AT_ONCE)
                self._is_done = len(self._rows) < AT_ONCE
        finally:
            if self._is_done:
                self._cursor.close()

    async def fetchone(self) -> Row | None:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        size = self.arraysize if size is None else size
        rows, self._rows = self._rows[:size], self._rows[size:]
        if len(rows) < size and not self._is_done:
            rows += await super().fetchmany(size - len(rows))
        return rows

    async def fetchall(self) -> list[Row]:
        rows, self._rows = self._rows, []
        if not self._is_done:
            rows += await super().fetchall()
            self._is_done = True
        return rows

    async def close(self) -> None:
        self._rows = []
        if not self._is_done:
            await super().close()


class OneTripConnection(aiosqlite.Connection):
    """A connection for one task at a time: its cursors are made outside of its thread, which is idle then."""

    begins = False
    """Whether a transaction was begun and `BEGIN` is still to be sent."""

    @property
    def raw(self) -> sqlite3.Connection:
        return self._conn

    async def run(self, work: Coroutine[Any, Any, Result_]) -> Result_:
        """Run a coroutine to its end in this connection's thread, in one trip; return its result.

        1. It may await nothing but this connection: anything else is a RuntimeError.
        2. What it raises is raised here.
        3. Where the caller is cancelled, the coroutine runs to its end before the cancellation goes on.
        """
        turn = asyncio.get_running_loop().create_future()
        # Handed over here: `_execute` is a coroutine, and would need a task of its own to be shielded.
        self._tx.put_nowait((turn, partial(copy_context().run, _to_the_end, work)))
        try:
            return await asyncio.shield(turn)
        except asyncio.CancelledError:
            # The connection is the thread's until then, however often we are cancelled.
            while not turn.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([turn])
            if not turn.cancelled():
                turn.exception()  # nobody is told: the cancellation goes on
            raise

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if get_ident() == self._thread.ident:
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # aiosqlite types it not

    def cursor(self) -> "Result[aiosqlite.Cursor]":
        return Result(OneTripCursor(self, self._conn.cursor()).__aenter__())

    async def commit(self) -> None:
        """Commit; no trip where no statement was sent since the beginning."""
        self.begins = False
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Roll back; no trip where no transaction is open, as when a connection comes back to its pool."""
        self.begins = False
        if self.in_transaction:
            await super().rollback()


def _to_the_end(work: Coroutine[Any, Any, Result_]) -> Result_:
    try:
        work.send(None)
    except StopIteration as end:
        return cast("Result_", end.value)
    work.close()
    raise RuntimeError("A transaction that runs in one turn waits for something else than its connection.")


def connect(database: str, **given: Any) -> OneTripConnection:
    """Return a connection to await. `given` are the arguments of `sqlite3.connect`, among them
    `check_same_thread=False`, which SQLAlchemy gives for every file.
    """
    made = OneTripConnection(lambda: sqlite3.connect(database, **given), iter_chunk_size=AT_ONCE)
    made._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does it: a file that hangs must not keep the process
    return made
