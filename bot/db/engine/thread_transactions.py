"""Whole transactions in one trip to a SQLite connection's thread."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.db.engine.driver import OneTripConnection

Result = TypeVar("Result")
Work: TypeAlias = Callable[[AsyncConnection], Coroutine[Any, Any, Result]]
"""Runs the statements of a transaction, and awaits nothing but the connection that it is given."""


class ThreadTransactions:
    """Runs all statements of a transaction in the thread of its connection.

    The event loop waits once for a transaction, where `Database.write` waits for each statement. The
    connection stays open for the next transaction, and is not put back into the pool.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # By whether they write: SQLAlchemy keeps with the connection how it begins.
        self._idle: dict[bool, AsyncConnection] = {}

    async def run(self, work: Work[Result], *, writes: bool) -> Result:
        """Run `work` in one transaction; return what it returned, once that is committed.

        1. On any error it is rolled back, and the error is raised here. Raises DatabaseError.
        2. Where `work` awaits anything but its connection, that is a RuntimeError.
        3. Where the caller is cancelled, the transaction runs to its end first: it may be committed.

        `writes`: take SQLite's write lock at the beginning.
        """
        connection = self._idle.pop(writes, None) or await self._connect(writes=writes)
        try:
            raw = (await connection.get_raw_connection()).driver_connection
            assert isinstance(raw, OneTripConnection)
            result = await raw.run(_transaction(connection, work))
        except BaseException:
            await connection.close()
            raise
        if self._idle.setdefault(writes, connection) is not connection:
            await connection.close()
        return result

    async def close(self) -> None:
        """Close the connections that stayed open."""
        while self._idle:
            await self._idle.popitem()[1].close()

    async def _connect(self, *, writes: bool) -> AsyncConnection:
        connection = await self._engine.connect()
        return await connection.execution_options(immediate=writes)


async def _transaction(connection: AsyncConnection, work: Work[Result]) -> Result:
    async with connection.begin():
        return await work(connection)
