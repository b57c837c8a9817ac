"""SQLite: one file, one writer."""

import sqlite3
import time
from contextlib import suppress
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.db.engine.driver import BEGIN, connect

BUSY_SECONDS = 5.0
"""How long to wait for a lock, unless the address says `?timeout=SECONDS`."""

CONNECTIONS = 5
"""The most that are open at once. Two of them stay with `ThreadTransactions`."""

WAL_TRIES, WAL_PAUSE = 20, 0.01


def engine(url: URL) -> AsyncEngine:
    """Return an engine for the file at `url`. Its errors never show the values of a statement."""
    # Each connection is a thread: more than a few only fight for Python's lock, and opening costs most.
    made = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={
            "async_creator_fn": connect,
            **({} if "timeout" in url.query else {"timeout": BUSY_SECONDS}),
        },
        hide_parameters=True,  # errors are logged: what a reader sent is not
    )
    event.listen(made.sync_engine, "connect", _configure)
    event.listen(made.sync_engine, "begin", _begin)
    event.listen(made.sync_engine.pool, "invalidate", _roll_back)
    return made


def explanation(url: URL, reason: object) -> str:
    """Return sentences that say why the file cannot be used and what to do."""
    return (
        f"The database {url.database} cannot be used: {reason}. "
        "Look at its folder's rights and space, or set DATABASE_URL to another file."
    )


def _configure(connection: Any, _record: Any) -> None:
    """Set up a new connection: durable commits, foreign keys (reasons: docs/adr/0002)."""
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor: sqlite3.Cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch on write-ahead logging, with a few tries."""
    # Where two programs make a new file at the same moment, SQLite refuses one of them without waiting.
    for _ in range(WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(WAL_PAUSE)
        else:
            return
    cursor.execute("PRAGMA journal_mode = WAL")


def _roll_back(connection: Any, _record: Any, _error: BaseException | None) -> None:
    """Free the locks of a connection that is given up, as where a task was cancelled in a transaction."""
    # Closing it does not, as long as one of its statements is not finished (one with RETURNING, say).
    with suppress(sqlite3.Error):
        connection.rollback()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("immediate", False):
        connection.exec_driver_sql(BEGIN)
