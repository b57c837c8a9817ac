"""The database: its engine, its transactions, and whether its tables are up to date."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.db.migrations import HEAD

Session: TypeAlias = AsyncConnection
"""A transaction; services take one and hand it to the query modules."""

BUSY_MILLISECONDS = 5_000
CONNECTIONS = 3

__all__ = ["Database", "DatabaseError", "Session", "UnusableError"]


class UnusableError(Exception):
    """The database cannot be used; the text says why and what to do."""


class Database:
    def __init__(self, url: str) -> None:
        """Prepare the database at `url` (SQLAlchemy's form); nothing is opened yet."""
        self.url = make_url(url)
        self.folder = Path(self.url.database or "").parent
        """Where the database lies, and what belongs beside it."""
        self._engine = _engine(url)
        # SQLite has one writer: waiting here is fair, waiting in SQLite is by polling.
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """For queries that only read, each consistent by itself."""
        async with self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Session]:
        """One transaction that writes: committed at the end, rolled back on an error."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self._engine.connect())
            await connection.execution_options(immediate=True)
            await stack.enter_async_context(connection.begin())
            yield connection

    async def is_at_head(self) -> bool:
        async with self.read() as session:
            try:
                found = await session.execute(text("SELECT version_num FROM alembic_version"))
            except DBAPIError:
                return False
            return found.scalar() == HEAD

    async def migrate(self) -> None:
        """Bring the tables up to date; does nothing, and imports nothing, when they are. UnusableError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not await self.is_at_head():
                await self._upgrade()
        except (OSError, DBAPIError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else type(error).__name__
            raise UnusableError(
                f"The database {self.url.database} cannot be used: {reason}. "
                "Look at its folder's rights and space, or set DATABASE_URL to another file."
            ) from None

    async def _upgrade(self) -> None:
        """All in one transaction, so that a crash leaves the old tables and a second program waits."""
        from bot.db.migrations.upgrade import upgrade  # noqa: PLC0415  # 0.2 s that a second start saves

        async with self.write() as session:
            await session.run_sync(upgrade)

    async def close(self) -> None:
        await self._engine.dispose()


def _engine(url: str) -> AsyncEngine:
    # Each connection is a thread: more than a few only fight for Python's lock, and opening costs most.
    engine = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        hide_parameters=True,  # errors are logged: what a reader sent is not
    )
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _configure(connection: Any, _record: Any) -> None:
    """Make SQLite keep what it was told to keep (the settings' reasons: docs/adr/0002)."""
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor: sqlite3.Cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("immediate", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
