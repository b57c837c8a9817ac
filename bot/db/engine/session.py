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
from bot.db.engine.errors import DatabaseError, SilentError, UnusableError
from bot.db.engine.outage import Outage
from bot.db.engine.thread_transactions import Result, ThreadTransactions, Work
from bot.db.migrations import HEAD

log = structlog.get_logger(__name__)

Session: TypeAlias = AsyncConnection
"""A transaction; services take one and hand it to the query modules."""


class Database:
    def __init__(self, url: str) -> None:
        """Prepare the database at `url` (SQLAlchemy's form); nothing is opened yet."""
        self.url = make_url(url)
        self.is_shared = self.url.get_backend_name() == "postgresql"
        """Whether other programs, on other machines too, may work on it."""
        self.folder = Path("data") if self.is_shared else Path(self.url.database or "").parent
        """What belongs beside the database lies here; a shared one has it with the program."""
        self._kind = postgresql if self.is_shared else sqlite
        self._engine = self._kind.engine(self.url)
        # SQLite has one writer: waiting here is fair, waiting in SQLite is by polling.
        self._writer: AbstractAsyncContextManager[object] = (
            nullcontext() if self.is_shared else asyncio.Lock()
        )
        self._trips = None if self.is_shared else ThreadTransactions(self._engine)
        self._line = postgresql.Line()
        self.outage = Outage()
        self._closing: list[Callable[[], Awaitable[None]]] = []

    @property
    def missing(self) -> str | None:
        """Say that there is no database yet, where to connect would make an empty one; None otherwise."""
        if self.is_shared or Path(self.url.database or "").exists():
            return None
        return f"There is no database at {self.url.database} yet. See DATABASE_URL."

    @property
    def lock_file(self) -> Path | None:
        """The file whose lock says that a sender is alive; None where the database is not a file."""
        return None if self.is_shared else Path(f"{self.url.database}.sender")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """Open a session for queries that only read, each consistent by itself. DatabaseError."""
        with self.outage.watch():
            async with AsyncExitStack() as stack:
                yield await self._connect(stack)

    @asynccontextmanager
    async def write(
        self, *, fenced: bool = True, lock_seconds: float | None = None
    ) -> AsyncIterator[Session]:
        """Open one transaction that writes: committed at the end, rolled back on an error. DatabaseError.

        While an update is being handled, TakenOverError where another process may do so by now, unless what
        is written is true whoever handles it (`fenced=False`). On PostgreSQL no lock is waited for longer
        than `lock_seconds`, if given: an error for which `errors.is_locked` is true.
        """
        with self.outage.watch(writes=True, brief=lock_seconds is not None):
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(self._writer)
                session = await _begin(await self._connect(stack), stack)
                if lock_seconds is not None and self.is_shared:
                    await postgresql.limit_waits(session, lock_seconds)
                if fenced and self.is_shared:
                    await update_lock.insist(session)
                yield session

    async def transact(
        self, work: Work[Result], *, fenced: bool = True, lock_seconds: float | None = None
    ) -> Result:
        """Run `work` in one transaction like that of `write`; return what it returned, once committed.

        On SQLite the whole transaction runs in the connection's thread, in one trip, so that `work` may await
        nothing but its session (RuntimeError).
        """
        if self._trips is None:
            async with self.write(fenced=fenced, lock_seconds=lock_seconds) as session:
                return await work(session)
        with self.outage.watch(writes=True):
            async with self._writer:
                return await self._trips.run(work, writes=True)

    async def query(self, work: Work[Result]) -> Result:
        """Return what `work` returns. Its queries only read. Fewer trips than `read` (see `transact`)."""
        if self._trips is None:
            async with self.read() as session:
                return await work(session)
        with self.outage.watch():
            return await self._trips.run(work, writes=False)

    async def is_at_head(self) -> bool:
        """Return whether the tables are up to date; DatabaseError when the server does not answer."""
        async with self.read() as session:
            try:
                version = await session.execute(text("SELECT version_num FROM alembic_version"))
            except DBAPIError:
                return False
            return version.scalar() == HEAD

    async def migrate(self) -> None:
        """Bring the tables up to date; does nothing, and imports nothing, when they are. UnusableError."""
        try:
            if self.is_shared:
                postgresql.hush(asyncio.get_running_loop())
            else:
                self._make_file()
            if not await self.is_at_head():
                await self._upgrade()
        except (OSError, DatabaseError) as error:
            raise self.unusable(error) from None

    def unusable(self, error: OSError | DatabaseError) -> UnusableError:
        """Say what an error of this database means to whoever runs it."""
        return UnusableError(self._kind.complaint(self.url, _reason(error)))

    def _make_file(self) -> None:
        """Make the file and its folder where they are missing; what readers chose is for the owner alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(str(self.url.database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

    async def _upgrade(self) -> None:
        """All in one transaction, so that a crash leaves the old tables and a second program waits."""
        from bot.db.migrations.upgrade import upgrade  # noqa: PLC0415  # 0.2 s that a second start saves

        async with self._patient() as engine, AsyncExitStack() as stack:
            await stack.enter_async_context(self._writer)
            session = await _begin(await stack.enter_async_context(engine.connect()), stack)
            if self.is_shared:
                await session.run_sync(postgresql.wait_for_other_migrations)
            else:
                await session.execute(text("SELECT 1"))  # with the first statement the file is locked
            await session.run_sync(upgrade)

    @asynccontextmanager
    async def _patient(self) -> AsyncIterator[AsyncEngine]:
        """Hand out an engine whose commands may take as long as a migration does."""
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
        await stack.enter_async_context(self._line.turn())
        try:
            return await stack.enter_async_context(self._engine.connect())
        except (OSError, TimeoutError) as error:
            raise SilentError(error) from error

    async def end_sleepers(self, idle_seconds: float = postgresql.IDLE_SECONDS) -> None:
        """Where others share the database: let no program that sleeps for so long keep them waiting."""
        if not self.is_shared:
            return
        async with self.read() as session:
            count = await postgresql.end_sleepers(session, idle_seconds)
        if count:
            log.warning("ended transactions of programs that sleep", count=count)

    def on_close(self, close: Callable[[], Awaitable[None]]) -> None:
        """Call this at the end too: it closes a connection of its own."""
        self._closing.append(close)

    async def close(self) -> None:
        for close in self._closing:
            await close()
        if self._trips:
            await self._trips.close()
        await self._engine.dispose()


async def _begin(connection: Session, stack: AsyncExitStack) -> Session:
    await connection.execution_options(immediate=True)
    await stack.enter_async_context(connection.begin())
    return connection


def _reason(error: OSError | DatabaseError) -> object:
    if isinstance(error, DBAPIError):
        return error.orig
    return type(error).__name__ if isinstance(error, OSError) else error
