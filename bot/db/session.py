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

__all__ = ["Database", "DatabaseError", "Session"]


class Database:
    def __init__(self, url: str) -> None:
        """Prepare the database at `url` (SQLAlchemy's form); nothing is opened yet."""
        self.url = make_url(url)
        self.folder = Path(self.url.database or "").parent
        """Where the database lies, and what belongs beside it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._engine = _engine(url)
        # SQLite has one writer: waiting here is fair, waiting in SQLite is by polling.
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """One transaction that only reads."""
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
        """Bring the tables up to date; does nothing, and imports nothing, when they are."""
        if await self.is_at_head():
            return
        from bot.db.migrations.upgrade import upgrade  # noqa: PLC0415  # 0.2 s that a second start saves

        async with self._engine.connect() as connection:
            await connection.run_sync(upgrade)
            await connection.commit()

    async def close(self) -> None:
        await self._engine.dispose()


def _engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=3, max_overflow=0)
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
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
