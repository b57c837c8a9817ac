"""Whole transactions in one trip to a SQLite connection's thread."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.db.engine.driver import OneTripConnection

Result = TypeVar("Result")
Work: TypeAlias = Callable[[AsyncConnection], Coroutine[Any, Any, Result]]
"""The statements of a transaction. They await nothing but the connection that they are given."""


class ThreadTransactions:
    """Runs all statements of a transaction in the thread of its connection, which stays open for the next
    one: the event loop waits once, where `Database.write` waits for each statement, and nothing is taken
    from a pool and put back.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # By whether they write: SQLAlchemy keeps with the connection how it begins.
        self._idle: dict[bool, AsyncConnection] = {}

    async def run(self, work: Work[Result], *, writes: bool) -> Result:
        """Return what `work` returned, once it is committed; rolled back on an error, which comes through.

        RuntimeError where `work` awaits anything but its connection. Where the caller is cancelled, the
        transaction ends as it would have before the cancellation goes on.
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
