"""Whole transactions in one trip to a SQLite connection's thread."""

import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeAlias, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.db.engine.driver import BEGIN, OneTripConnection

Result = TypeVar("Result")
Work: TypeAlias = Callable[[AsyncConnection], Coroutine[Any, Any, Result]]
"""Runs the statements of a transaction, and awaits nothing but the connection that it is given."""


class ThreadSession(AsyncConnection):
    """A session whose statements run where it is used: in the thread of its connection.

    `execute` and its like go through SQLAlchemy, as everywhere. `send` goes to SQLite at once: see
    `direct_statement`.
    """

    driver: OneTripConnection

    def send(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run a statement; return its rows as they come from SQLite. Raises DatabaseError."""
        try:
            return self.driver.raw.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _translated(sql, error) from error

    async def end(self) -> None:
        """Commit. Raises DatabaseError."""
        if self.driver.raw.in_transaction:
            self.send("COMMIT")
        if self.in_transaction():  # by SQLAlchemy's own count, where a statement went through it
            await self.commit()


class ThreadTransactions:
    """Runs all statements of a transaction in the thread of its connection.

    The event loop waits once for a transaction, where `Database.write` waits for each statement. The
    connection stays open for the next transaction, and is not put back into the pool.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._idle: dict[bool, ThreadSession] = {}  # by whether they write

    async def run(self, work: Work[Result], *, writes: bool) -> Result:
        """Run `work` in one transaction; return what it returned, once that is committed.

        1. On any error it is rolled back, and the error is raised here. Raises DatabaseError.
        2. Where `work` awaits anything but its connection, that is a RuntimeError.
        3. Where the caller is cancelled, the transaction runs to its end first: it may be committed.

        `writes`: take SQLite's write lock at the beginning.
        """
        session = self._idle.pop(writes, None) or await self._connect()
        try:
            result = await session.driver.run(_transaction(session, work, writes=writes))
        except BaseException:
            await session.close()  # which rolls back
            raise
        if self._idle.setdefault(writes, session) is not session:
            await session.close()
        return result

    async def close(self) -> None:
        """Close the connections that stayed open."""
        while self._idle:
            await self._idle.popitem()[1].close()

    async def _connect(self) -> ThreadSession:
        session = ThreadSession(self._engine)
        await session.start()
        driver = (await session.get_raw_connection()).driver_connection
        assert isinstance(driver, OneTripConnection)
        session.driver = driver
        return session


async def _transaction(session: ThreadSession, work: Work[Result], *, writes: bool) -> Result:
    if writes:
        session.send(BEGIN)
    result = await work(session)
    await session.end()
    return result


def _translated(sql: str, error: sqlite3.Error) -> Exception:
    """Return an error of SQLite as SQLAlchemy's, without the values of the statement."""
    return DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True)
