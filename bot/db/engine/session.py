"""The database: its engine, its transactions and its migrations."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TypeAlias

import structlog
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.db.engine import postgresql, sqlite, update_lock
from bot.db.engine.outage import Outage
from bot.db.engine.thread_transactions import Result, ThreadTransactions, Work
from bot.db.errors import DatabaseError, SilentError, UnusableError, is_missing_table
from bot.db.migrations import HEAD

log = structlog.get_logger(__name__)

Session: TypeAlias = AsyncConnection
"""An open transaction. Services open one with a Database and hand it to the functions of `bot.db`."""


class Database:
    """The database, SQLite or PostgreSQL: opens transactions, and brings the tables up to date.

    1. `write` and `transact` open a transaction that writes; `read` and `query` one that only reads.
       `transact` and `query` are faster on SQLite, and take a function that awaits nothing but its session.
    2. All raise DatabaseError. `errors.is_transient` tells whether it may succeed later; such an error has
       been logged (`outage`).
    3. At the end: `close`.
    """

    def __init__(self, url: str) -> None:
        """Prepare the database at `url` (SQLAlchemy's form); nothing is opened yet."""
        self.url = make_url(url)
        self.is_shared = self.url.get_backend_name() == "postgresql"
        """Whether other programs, on other machines too, may work on it."""
        self.folder = Path("data") if self.is_shared else Path(self.url.database or "").parent
        """Where files that belong to the database lie: beside a SQLite file, else in `data/`."""
        self._kind = postgresql if self.is_shared else sqlite
        self._engine = self._kind.engine(self.url)
        # SQLite has one writer: waiting here is fair, waiting in SQLite is by polling.
        self._writer: AbstractAsyncContextManager[object] = (
            nullcontext() if self.is_shared else asyncio.Lock()
        )
        self._threads = None if self.is_shared else ThreadTransactions(self._engine)
        self._queue = postgresql.ConnectionQueue()
        self.outage = Outage()
        self._closing: list[Callable[[], Awaitable[None]]] = []

    @property
    def missing(self) -> str | None:
        """Return a sentence where the SQLite file is missing, else None: connecting would make it."""
        if self.is_shared or Path(self.url.database or "").exists():
            return None
        return f"There is no database at {self.url.database} yet. See DATABASE_URL."

    @property
    def lock_file(self) -> Path | None:
        """The file that the process which sends keeps locked; None where the database is not a file."""
        return None if self.is_shared else Path(f"{self.url.database}.sender")

    def process_lock_file(self, process: str) -> Path | None:
        """Return the file that the process with this id keeps locked while it is alive; None where the
        database is not a file.
        """
        return None if self.is_shared else Path(f"{self.url.database}.{process}.lock")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """Open a session for queries that only read, each consistent by itself. Raises DatabaseError."""
        with self.outage.watch():
            async with AsyncExitStack() as stack:
                yield await self._connect(stack)

    @asynccontextmanager
    async def write(
        self, *, fenced: bool = True, lock_seconds: float | None = None
    ) -> AsyncIterator[Session]:
        """Open one transaction that writes: committed at the end of the block, rolled back on an error.

        1. Raises DatabaseError.
        2. While an update is handled (`update_lock.fenced_by`), raises TakenOverError where another process
           handles its user by now. `fenced=False`: do not check that; for what is true whoever writes it.
        3. `lock_seconds`: on PostgreSQL wait no longer for any lock. Raises a DatabaseError for which
           `errors.is_locked` is true.
        """
        with self.outage.watch(writes=True, brief=lock_seconds is not None):
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(self._writer)
                session = await _begin(await self._connect(stack), stack)
                if lock_seconds is not None and self.is_shared:
                    await postgresql.limit_waits(session, lock_seconds)
                if fenced and self.is_shared:
                    await update_lock.check(session)
                yield session

    async def transact(
        self, work: Work[Result], *, fenced: bool = True, lock_seconds: float | None = None
    ) -> Result:
        """Run `work` in one transaction like that of `write`; return what it returned, once committed.

        On SQLite the whole transaction runs in the connection's thread, in one trip. So `work` may await
        nothing but its session; anything else is a RuntimeError.
        """
        if self._threads is None:
            async with self.write(fenced=fenced, lock_seconds=lock_seconds) as session:
                return await work(session)
        with self.outage.watch(writes=True):
            async with self._writer:
                return await self._threads.run(work, writes=True)

    async def query(self, work: Work[Result]) -> Result:
        """Run `work`, whose queries only read; return what it returned. One trip, as in `transact`."""
        if self._threads is None:
            async with self.read() as session:
                return await work(session)
        with self.outage.watch():
            return await self._threads.run(work, writes=False)

    async def is_at_head(self) -> bool:
        """Tell whether the tables are those of this version. Raises DatabaseError where nobody can tell."""
        async with self.read() as session:
            try:
                version = await session.execute(text("SELECT version_num FROM alembic_version"))
            except DBAPIError as error:
                if is_missing_table(error):
                    return False
                raise  # says nothing of the tables
            return version.scalar() == HEAD

    async def migrate(self) -> None:
        """Bring the tables up to date; does nothing where they are. Call it before anything else.

        1. All migrations are one transaction: after a crash the tables are as they were.
        2. Programs that start at once migrate once: the others wait.
        3. Raises UnusableError where the database cannot be used, is of a newer version, or where a process
           of an older version runs on it. Its text says what to do.
        """
        try:
            if self.is_shared:
                postgresql.silence_ended_connections(asyncio.get_running_loop())
            else:
                self._make_file()
            if not await self.is_at_head():
                await self._upgrade()
        except (OSError, DatabaseError) as error:
            raise self.unusable(error) from None

    def unusable(self, error: OSError | DatabaseError) -> UnusableError:
        """Return an error that tells whoever runs the program what to do; never with the password."""
        return UnusableError(self._kind.explanation(self.url, _reason(error)))

    def _make_file(self) -> None:
        """Make the file and its folder where they are missing. Only their owner may read them."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(str(self.url.database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

    async def _upgrade(self) -> None:
        # Imported here: a start that finds the tables up to date saves the 0.2 s.
        from bot.db.migrations.running_processes import refuse_while_others_run  # noqa: PLC0415
        from bot.db.migrations.upgrade import upgrade  # noqa: PLC0415

        async with self._patient() as engine, AsyncExitStack() as stack:
            await stack.enter_async_context(self._writer)
            session = await _begin(await stack.enter_async_context(engine.connect()), stack)
            if self.is_shared:
                await session.run_sync(postgresql.wait_for_other_migrations)
            else:
                await session.execute(text("SELECT 1"))  # with the first statement the file is locked
            await session.run_sync(refuse_while_others_run, self.process_lock_file)
            await session.run_sync(upgrade)

    @asynccontextmanager
    async def _patient(self) -> AsyncIterator[AsyncEngine]:
        """Yield an engine whose statements may take as long as a migration does."""
        if not self.is_shared:
            yield self._engine
            return
        engine = postgresql.engine(self.url, postgresql.MIGRATION_SECONDS)
        try:
            yield engine
        finally:
            await engine.dispose()

    async def _connect(self, stack: AsyncExitStack) -> Session:
        if not self.is_shared:
            return await stack.enter_async_context(self._engine.connect())
        await stack.enter_async_context(self._queue.place())
        try:
            return await stack.enter_async_context(self._engine.connect())
        except (OSError, TimeoutError) as error:
            raise SilentError(error) from error

    async def terminate_idle(self, idle_seconds: float = postgresql.IDLE_SECONDS) -> None:
        """End transactions of programs that were stopped in the middle of a statement, for so long.

        Their locks keep others waiting. Does nothing on SQLite. Raises DatabaseError.
        """
        if not self.is_shared:
            return
        async with self.read() as session:
            count = await postgresql.terminate_idle(session, idle_seconds)
        if count:
            log.warning("idle transactions terminated", count=count)

    def on_close(self, close: Callable[[], Awaitable[None]]) -> None:
        """Let `close` call this too, which closes a connection of its own."""
        self._closing.append(close)

    async def close(self) -> None:
        """Close all connections. The database may be used again: that opens new ones."""
        for close in self._closing:
            await close()
        if self._threads:
            await self._threads.close()
        await self._engine.dispose()


async def _begin(connection: Session, stack: AsyncExitStack) -> Session:
    await connection.execution_options(immediate=True)
    await stack.enter_async_context(connection.begin())
    return connection


def _reason(error: OSError | DatabaseError) -> object:
    if isinstance(error, DBAPIError):
        return error.orig
    return type(error).__name__ if isinstance(error, OSError) else error
