"""The two databases that tests run on, SQLite and PostgreSQL."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import URL, Engine, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.db.engine import postgresql, sqlite
from bot.db.engine.session import Database
from bot.db.errors import SilentError
from bot.db.migrations import HEAD
from bot.db.tables import metadata

Result = TypeVar("Result")

KINDS = ("sqlite", "postgresql")
ADDRESS = "database_url"
HERE = ("postgresql+asyncpg://root@127.0.0.1/test", "postgresql+asyncpg://postgres@127.0.0.1/test")
NO_SERVER = "no PostgreSQL: set TEST_DATABASE_URL, or start one on 127.0.0.1:5432 (trust, database test)"
COLUMNS = (  # asked between two tests: information_schema takes ten times as long
    "SELECT attrelid::regclass::text AS table_name, attname AS column_name "
    "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
)
RESTART = (
    "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence WHERE seqrelid::regclass::text LIKE '%_seq'"
)
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

on_sqlite = pytest.mark.parametrize("data_folder", ["sqlite"], indirect=True)
"""For tests of what only SQLite has, and of much that hardly asks the database."""

on_postgresql = pytest.mark.parametrize("data_folder", ["postgresql"], indirect=True)


def address(folder: Path) -> str:
    """Return DATABASE_URL of the database that belongs to a `data_folder`."""
    kept = folder / ADDRESS
    return kept.read_text(encoding="utf-8") if kept.exists() else f"sqlite+aiosqlite:///{folder / 'bot.db'}"


def make_impatient(folder: Path, seconds: float) -> None:
    """Let programs wait only so long for the database that belongs to a `data_folder`."""
    (folder / ADDRESS).write_text(f"{address(folder)}?timeout={seconds}", encoding="utf-8")


def connections(database: Database) -> int:
    """Return how many connections a database has for all who ask it at once."""
    return postgresql.CONNECTIONS if database.is_shared else sqlite.CONNECTIONS


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Write down each statement that goes to any database, with its values."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def silent_once(part: str) -> Iterator[list[str]]:
    """Let no database answer the first statement that holds `part`; write down all of these."""
    asked: list[str] = []

    def ask(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if part in statement:
            asked.append(statement)
            if len(asked) == 1:
                raise SilentError(TimeoutError())

    event.listen(Engine, "before_cursor_execute", ask)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", ask)


async def alone(database: Database, statement: str) -> None:
    """Do one thing to a database, in a transaction of its own."""
    async with database.write() as session:
        await session.execute(text(statement))


async def migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()


class Scratch:
    """A database on the PostgreSQL server for this process alone; skips, saying so, without a server."""

    def __init__(self, name: str, *, durable: bool = False) -> None:
        """`durable`: a commit waits for the disk, as it should where no test, but a bench runs."""
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._server = self._find_server()
        self._url = self._server.set(database=f"{self._server.database}_{name}")
        self.url = self._url.render_as_string(hide_password=False)
        # Open from test to test: to connect costs more than all that is asked. Some tests cut it.
        uncached = {"prepared_statement_cache_size": 0, "statement_cache_size": 0}  # tables come and go
        self._engine = create_async_engine(
            self._url, pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=uncached
        )
        self._tell(f"CREATE DATABASE {self._url.database}")
        if not durable:  # no test pulls the plug
            self._tell(f"ALTER DATABASE {self._url.database} SET synchronous_commit = off")
        self._runner.run(migrate(self.url))
        self._made = self._ask(_columns)

    def empty(self) -> None:
        """Leave no row, and the tables as they were made, whatever a test did to them."""
        if not self._ask(lambda connection: _emptied(connection, self._made)):
            self.clear()
            self._runner.run(migrate(self.url))

    def clear(self) -> None:
        """Leave no table."""
        self._ask(_clear)

    def drop(self) -> None:
        self._runner.run(self._engine.dispose())
        self._tell(f"DROP DATABASE {self._url.database} WITH (FORCE)")
        self._runner.close()

    def _find_server(self) -> URL:
        given = os.environ.get("TEST_DATABASE_URL")
        for candidate in map(make_url, [given] if given else HERE):
            try:
                self._runner.run(_tell(candidate, "SELECT 1"))
            except Exception:  # noqa: BLE001, S112  # whatever it is: no server for us
                continue
            return candidate
        self._runner.close()
        pytest.skip(NO_SERVER)

    def _tell(self, *statements: str) -> None:
        self._runner.run(_tell(self._server, *statements))

    def _ask(self, question: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        return self._runner.run(_within(self._engine, question))


async def _tell(url: URL, *statements: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def _within(engine: AsyncEngine, question: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
    async with engine.begin() as connection:
        return await question(connection)


async def _columns(connection: AsyncConnection) -> frozenset[tuple[str, str]]:
    await connection.exec_driver_sql(END_OTHERS)  # a program that a failed test left holds locks
    found = await connection.exec_driver_sql(COLUMNS)
    return frozenset((row.table_name, row.column_name) for row in found)


async def _emptied(connection: AsyncConnection, made: frozenset[tuple[str, str]]) -> bool:
    """Empty the tables that hold something; False where the tables are not as they were made."""
    if await _columns(connection) != made:
        return False
    names = [table.name for table in metadata.sorted_tables]
    looks = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in names)  # noqa: S608  # ours
    full = (await connection.exec_driver_sql(looks)).scalars().all()
    for name in (name for name in reversed(names) if name in full):
        # TRUNCATE makes new files, which takes longer; but from this table a trigger lets nobody delete.
        verb = "TRUNCATE" if name == "audit" else "DELETE FROM"
        await connection.exec_driver_sql(f"{verb} {name}")
    await connection.exec_driver_sql(RESTART)
    await connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    return True


async def _clear(connection: AsyncConnection) -> None:
    await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
    await connection.exec_driver_sql("CREATE SCHEMA public")
