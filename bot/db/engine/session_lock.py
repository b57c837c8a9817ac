"""A lock that one PostgreSQL connection holds while its process lives."""

import secrets
from dataclasses import dataclass

import structlog
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import postgresql
from bot.db.errors import SilentError

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.0
"""What the server may take to let us in, and to answer. A look that failed is made again soon."""

_TAKE = text("SELECT pg_try_advisory_lock(:key) AS taken, pg_backend_pid() AS pid")

_LOOK = text("""
    SELECT id, lock, pg_backend_pid() AS pid, NOT EXISTS (
        SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32) | objid::bigint = processes.lock
    ) AS is_free
    FROM processes
""")
"""Each process, and whether the lock that its row names is free (`is_free`).

A row is written after its lock is taken, so a lock that is free here was held once.
"""


@dataclass(frozen=True, slots=True)
class SeenProcess:
    """A row of `processes`. `is_free`: it names a lock, and nobody holds that."""

    process: str
    lock: int | None
    is_free: bool


class PoolerError(Exception):
    """A pooler stands between this process and the server: its connections live on when we are dead."""


class SessionLock:
    """An advisory lock of PostgreSQL over a connection of its own. Use it from one task at a time."""

    def __init__(self, url: URL) -> None:
        """Prepare it for the server at `url`; nothing is opened until `take`."""
        self._engine = postgresql.engine(url, PATIENCE_SECONDS, connect_seconds=PATIENCE_SECONDS)
        self._connection: AsyncConnection | None = None
        self._pid = 0

    async def take(self) -> int:
        """Take a lock that nobody ever held, over a new connection, and return its number. A lock that was
        held before is released.

        Raises PoolerError where the lock would not be freed by this process's death, DatabaseError.
        """
        await self.release()
        key = secrets.randbits(63)
        connection = await self._connect()
        try:
            self._pid = await _lock(connection, key)
        except BaseException:
            await _end(connection)
            raise
        self._connection = connection
        return key

    async def look(self) -> list[SeenProcess] | None:
        """Return every process, asked over the connection that holds the lock; None where the lock was lost.

        Raises DatabaseError.
        """
        if self._connection is None:
            return None
        rows = (await self._connection.execute(_LOOK)).all()
        if any(row.pid != self._pid for row in rows):
            return None
        return [SeenProcess(row.id, row.lock, bool(row.lock is not None and row.is_free)) for row in rows]

    async def is_open(self) -> bool:
        """Tell whether the connection that holds the lock is open, as far as this side knows."""
        if self._connection is None or self._connection.invalidated:
            return False
        raw = (await self._connection.get_raw_connection()).driver_connection
        return raw is not None and not raw.is_closed()

    async def release(self) -> None:
        """Free the lock: at once, or as soon as the server finds that the connection is broken."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await _end(connection)

    async def close(self) -> None:
        """Free the lock and close all connections."""
        await self.release()
        await self._engine.dispose()

    async def _connect(self) -> AsyncConnection:
        try:
            made = await self._engine.connect()
        except (OSError, TimeoutError) as error:
            raise SilentError(error) from error
        return await made.execution_options(isolation_level="AUTOCOMMIT")


async def _lock(connection: AsyncConnection, key: int) -> int:
    """Take the lock; return the id of the server's process for this connection. Raises as `take`."""
    row = (await connection.execute(_TAKE, {"key": key})).one()
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    if row.pid != raw.get_server_pid():  # what the server told us when the connection was made
        raise PoolerError
    return int(row.pid)


async def _end(connection: AsyncConnection) -> None:
    await connection.invalidate()
    await connection.close()
