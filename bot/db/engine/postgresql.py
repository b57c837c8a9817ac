"""PostgreSQL: a server that many programs share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, Connection, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.db.errors import SilentError, spoken

CONNECTIONS = 10
"""The most that are open at once, to one program."""

# SQLAlchemy takes two seconds more to close a broken connection: so an error comes within ten.
CONNECT_SECONDS = 3.0
COMMAND_SECONDS = 5.0
"""How long to wait for a connection, and for a statement; unless the address says `?timeout=SECONDS`."""

IDLE_SECONDS = 10.0
"""How long a program may be idle in a transaction: its locks keep everyone waiting."""

MIGRATION_SECONDS = 3_600.0
"""How long a statement of a migration may take."""

MIGRATION_LOCK = 7_201_969_112_701
"""Names our migrations among a database's advisory locks; any number would do."""

ENDED = ("57P01", "57P02", "57P03", "57P05", "25P03")
"""SQLSTATEs of a server that ends a connection: an operator ended it, a restart, an idle transaction."""

CURES = {
    "28P01": "Set the right user and password in DATABASE_URL.",
    "28000": "Set the right user in DATABASE_URL, or let it in (pg_hba.conf).",
    "3D000": "Make the database (createdb), or set its name in DATABASE_URL.",
    "42501": "Give the user of DATABASE_URL the right to make tables there.",
}
"""What to do, by PostgreSQL's SQLSTATE."""


class ConnectionQueue:
    """Where tasks wait for one of CONNECTIONS connections: first come, first served."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._silent_at = 0.0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait until a connection is free, and have it for this block.

        Raises SilentError where the server fell silent while this task waited: nobody waits in vain twice.
        """
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
    """Return an engine for the server at `url`. Its errors never show the values of a statement.

    `command_seconds`, `connect_seconds`: how long a statement and a connection may take, instead of what the
    address says. A server that does not answer is a SilentError.
    """
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
    event.listen(made.sync_engine, "connect", _limit_idle_transactions)
    return made


def silence_ended_connections(loop: asyncio.AbstractEventLoop) -> None:
    """Keep the loop from logging what asyncpg's own futures learn about a connection that has ended.

    Nobody waits for these futures after a statement was broken off: its caller has got an error already.
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
    """Take the lock of migrations, until the end of the transaction; wait while another program has it."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})


async def limit_waits(connection: AsyncConnection, seconds: float) -> None:
    """Let this transaction wait no longer than `seconds` for any lock."""
    await connection.execute(text(f"SET LOCAL lock_timeout = {round(seconds * 1_000)}"))


_TERMINATE_IDLE = text("""
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
    AND state = 'active' AND wait_event = 'ClientRead' AND query NOT ILIKE 'copy%'
    AND state_change < now() - make_interval(secs => :seconds)
""")


async def terminate_idle(connection: AsyncConnection, idle_seconds: float) -> int:
    """End transactions whose program was stopped in the middle of sending a statement, `idle_seconds` ago or
    earlier; return how many.

    Such a transaction is not idle for the server, and none of its limits ends it: that for statements does
    not count while the server reads, and one for transactions exists only since PostgreSQL 17.
    """
    count = await connection.execute(_TERMINATE_IDLE, {"seconds": idle_seconds})
    return int(count.scalar_one())


def explanation(url: URL, reason: object) -> str:
    """Return sentences that say why the server cannot be used and what to do; never the password."""
    cure = CURES.get(
        str(getattr(reason, "sqlstate", "")), "Look whether the server runs, and at DATABASE_URL."
    )
    said = spoken(reason)
    place = f"{url.host or 'this machine'}:{url.port or 5432}"
    return f"The database {url.database} at {place} cannot be used: {said or reason}. {cure}"


def _limit_idle_transactions(connection: Any, _record: Any) -> None:
    """Let the server end a transaction whose program is stopped between two statements."""
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {round(IDLE_SECONDS * 1_000)}")
    cursor.close()
    connection.commit()


def _name_silence(context: ExceptionContext) -> SilentError | None:
    """Turn an error of the network, which asyncpg passes on as it is, into a DatabaseError."""
    error = context.original_exception
    return SilentError(error) if isinstance(error, OSError | TimeoutError) else None
