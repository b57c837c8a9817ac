"""A lock that one connection to PostgreSQL holds for a process: it is free the moment the process is dead."""

import secrets
from dataclasses import dataclass

import structlog
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import postgresql
from bot.db.engine.errors import SilentError

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.0
"""What the server may take to let us in, and to answer: a look that is late is made again."""

_TAKE = text("SELECT pg_try_advisory_lock(:key) AS taken, pg_backend_pid() AS pid")

_LOOK = text("""
    SELECT id, lock, pg_backend_pid() AS pid, NOT EXISTS (
        SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32) | objid::bigint = processes.lock
    ) AS gone
    FROM processes
""")
"""A row is written after its lock is taken: of what is read here, a lock that nobody holds was held once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A process's row, and whether the lock that it names is held by nobody."""

    process: str
    lock: int | None
    gone: bool


class PoolerError(Exception):
    """Between us and the server stands a pooler: its connections live on when we are dead."""


class SessionLock:
    def __init__(self, url: URL) -> None:
        self._engine = postgresql.engine(url, PATIENCE_SECONDS, connect_seconds=PATIENCE_SECONDS)
        self._connection: AsyncConnection | None = None
        self._pid = 0

    async def take(self) -> int:
        """Hold a lock that nobody ever held, over a new connection; return its number. One task at a time.

        PoolerError where it would say nothing of this process; DatabaseError.
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

    async def look(self) -> list[Seen] | None:
        """Ask over the connection that holds the lock; None where it is held no more. DatabaseError."""
        if self._connection is None:
            return None
        rows = (await self._connection.execute(_LOOK)).all()
        if any(row.pid != self._pid for row in rows):
            return None
        return [Seen(row.id, row.lock, bool(row.lock is not None and row.gone)) for row in rows]

    async def is_open(self) -> bool:
        """Tell whether the connection that holds the lock is open, as far as this side knows."""
        if self._connection is None or self._connection.invalidated:
            return False
        raw = (await self._connection.get_raw_connection()).driver_connection
        return raw is not None and not raw.is_closed()

    async def release(self) -> None:
        """Let go of the lock: it is free at once, or when the server finds the connection broken."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await _end(connection)

    async def close(self) -> None:
        await self.release()
        await self._engine.dispose()

    async def _connect(self) -> AsyncConnection:
        try:
            made = await self._engine.connect()
        except (OSError, TimeoutError) as error:
            raise SilentError(error) from error
        return await made.execution_options(isolation_level="AUTOCOMMIT")


async def _lock(connection: AsyncConnection, key: int) -> int:
    """Take the lock; return by which number the server knows the connection. PoolerError, DatabaseError."""
    row = (await connection.execute(_TAKE, {"key": key})).one()
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    if row.pid != raw.get_server_pid():  # what the server told us when the connection was made
        raise PoolerError
    return int(row.pid)


async def _end(connection: AsyncConnection) -> None:
    await connection.invalidate()
    await connection.close()
