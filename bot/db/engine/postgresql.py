"""PostgreSQL: a server that many programs share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, Connection, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.db.engine.errors import SilentError, spoken

CONNECTIONS = 10
# With the two seconds in which SQLAlchemy closes a broken connection politely: an error within ten.
CONNECT_SECONDS = 3.0
COMMAND_SECONDS = 5.0
"""Both, unless the address says `?timeout=SECONDS`."""

IDLE_SECONDS = 10.0
"""How long a program may sleep in a transaction: its locks keep everyone waiting."""

MIGRATION_SECONDS = 3_600.0
MIGRATION_LOCK = 7_201_969_112_701
"""Names our migrations among a database's advisory locks; any number would do."""

ENDED = ("57P01", "57P02", "57P03", "57P05", "25P03")
"""SQLSTATEs of a server that ends a connection: an operator's word, a restart, a program that slept."""

CURES = {
    "28P01": "Set the right user and password in DATABASE_URL.",
    "28000": "Set the right user in DATABASE_URL, or let it in (pg_hba.conf).",
    "3D000": "Make the database (createdb), or set its name in DATABASE_URL.",
    "42501": "Give the user of DATABASE_URL the right to make tables there.",
}
"""What to do, by PostgreSQL's SQLSTATE."""


class Line:
    """Where those wait for whom there is no connection: in turn, for as long as the server answers."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._silent_at = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a connection; SilentError at once when the server fell silent meanwhile."""
        loop = asyncio.get_running_loop()
        came = loop.time()
        async with self._places:
            if self._silent_at > came:
                raise SilentError(TimeoutError())
            try:
                yield
            except SilentError:
                self._silent_at = loop.time()
                raise


def engine(
    url: URL, command_seconds: float | None = None, *, connect_seconds: float | None = None
) -> AsyncEngine:
    patience = float(str(url.query["timeout"])) if "timeout" in url.query else None
    made = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,  # connections that a restart of the server cut are replaced unnoticed
        hide_parameters=True,  # errors are logged: what a reader sent is not
        connect_args={
            "timeout": connect_seconds or patience or CONNECT_SECONDS,
            "command_timeout": command_seconds or patience or COMMAND_SECONDS,
            # A pooler such as pgbouncer gives each transaction another of its connections, which does not
            # know the statements prepared on the last one: so none is kept, and none has a name to clash.
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": str,
        },
    )
    event.listen(made.sync_engine, "handle_error", _name_silence)
    event.listen(made.sync_engine, "connect", _free_what_a_sleeper_holds)
    return made


def hush(loop: asyncio.AbstractEventLoop) -> None:
    """Let the loop say nothing of what asyncpg's own futures learn of a connection that has ended.

    Where a command was broken off, nobody waits for them any more; whoever asked has an error of his own.
    """
    before = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if _is_of_an_ended_connection(context):
            return
        if before is None:
            loop.default_exception_handler(context)
        else:
            before(loop, context)

    loop.set_exception_handler(handle)


def _is_of_an_ended_connection(context: dict[str, Any]) -> bool:
    error = context.get("exception")
    if "never retrieved" not in str(context.get("message")) or context.get("task") is not None:
        return False
    ended = isinstance(error, ConnectionError) and "connection_lost()" in str(error)
    return ended or str(getattr(error, "sqlstate", "")) in ENDED


def wait_for_other_migrations(connection: Connection) -> None:
    """Let one program at a time make tables, until the end of its transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})


async def limit_waits(connection: AsyncConnection, seconds: float) -> None:
    """Wait no longer than that for any lock, until the end of this transaction."""
    await connection.execute(text(f"SET LOCAL lock_timeout = {round(seconds * 1_000)}"))


_END_SLEEPERS = text("""
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
    AND state = 'active' AND wait_event = 'ClientRead' AND query NOT ILIKE 'copy%'
    AND state_change < now() - make_interval(secs => :seconds)
""")


async def end_sleepers(connection: AsyncConnection, idle_seconds: float) -> int:
    """End the transactions of programs that sleep between two messages of one command; return how many.

    The server takes none of them for idle, and no limit of its own ends them: one for commands does not
    count while it reads, and one for transactions came with PostgreSQL 17.
    """
    count = await connection.execute(_END_SLEEPERS, {"seconds": idle_seconds})
    return int(count.scalar_one())


def complaint(url: URL, reason: object) -> str:
    """Say why the server cannot be used, and what to do; never the password."""
    cure = CURES.get(
        str(getattr(reason, "sqlstate", "")), "Look whether the server runs, and at DATABASE_URL."
    )
    said = spoken(reason)
    place = f"{url.host or 'this machine'}:{url.port or 5432}"
    return f"The database {url.database} at {place} cannot be used: {said or reason}. {cure}"


def _free_what_a_sleeper_holds(connection: Any, _record: Any) -> None:
    """Let the server end a transaction whose program sleeps between two commands (see `end_sleepers`)."""
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {round(IDLE_SECONDS * 1_000)}")
    cursor.close()
    connection.commit()


def _name_silence(context: ExceptionContext) -> SilentError | None:
    """Make an error of the database of what asyncpg passes through as it came from the network."""
    error = context.original_exception
    return SilentError(error) if isinstance(error, OSError | TimeoutError) else None
