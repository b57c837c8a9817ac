"""Backups: one SQLite file that holds every table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Table, delete, insert, select, text, update

from bot.db.engine.session import Database, Session
from bot.db.engine.sqlite import BUSY_SECONDS
from bot.db.operations import timestamps
from bot.db.tables import leases, metadata, processes, update_owners
from bot.db.updates.processes import is_any_alive

ROWS = 1_000
"""How many rows are in memory at once."""

OURS = {"alembic_version", "readers"}
"""Tables that every version of our database has."""

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

tables: tuple[Table, ...] = tuple(metadata.sorted_tables)


class FileError(Exception):
    """A SQLite file cannot be read or written; the text says why."""


class ForeignFileError(FileError):
    """A file is no database of this program."""


def look_at(file: Path) -> None:
    """Raise ForeignFileError where a file is no database of this program, FileError where it is damaged."""
    with _opened(file, "ro") as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not names >= OURS:
            raise ForeignFileError("It holds other tables, or none.")
        _check_integrity(connection)


def copy_file(source: Path, target: Path, patience: float = BUSY_SECONDS) -> None:
    """Copy the SQLite file `source`, as it is at one moment, over `target`: whole, or not at all.

    Others may write to `source` meanwhile. `patience`: how many seconds to wait for a lock on `target`.
    Raises FileError.
    """
    with _opened(source, "rw") as old, _opened(target, "rwc", patience) as new:
        old.backup(new, progress=_give_up_if_busy)


def close_file(file: Path) -> None:
    """Check a SQLite file, and merge into it what SQLite keeps beside it. FileError: it is damaged."""
    with _opened(file, "rw") as connection:
        _check_integrity(connection)
        connection.execute("PRAGMA journal_mode = DELETE")


async def copy_rows(source: Database, target: Session) -> None:
    """Add every row of `source` to the empty tables of `target`, as all of them are at one moment."""
    async with source.read() as session:
        if source.is_shared:
            await session.execution_options(isolation_level="REPEATABLE READ")
        for table in tables:
            result = await session.stream(select(table).execution_options(yield_per=ROWS))
            async for rows in result.mappings().partitions(ROWS):
                await target.execute(insert(table), [dict(row) for row in rows])


async def replace_rows(session: Session, source: Database) -> None:
    """Replace all rows by those of `source`. Only for PostgreSQL: a SQLite file is copied."""
    names = ", ".join(table.name for table in tables)
    await session.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    await copy_rows(source, session)
    for table in tables:
        if table.autoincrement_column is not None:
            await _count_on(session, table.name, table.autoincrement_column.name)


async def is_in_use(session: Session) -> bool:
    """Tell whether a process runs on the database. None can begin to before the transaction ends."""
    if session.dialect.name == "postgresql":
        await session.execute(text("LOCK TABLE processes IN ACCESS EXCLUSIVE MODE"))
    return await is_any_alive(session)


async def make_fit(session: Session, now: datetime) -> None:
    """Make a restored database ready for a start at `now`.

    1. The processes that ran when the backup was made are deleted, and what they owned.
    2. Leases end, and keep their epochs: what was claimed under one never counts as claimed now.
    3. The moment of the restore is stored (`timestamps.RESTORED`).
    """
    await session.execute(delete(processes))
    await session.execute(delete(update_owners))
    await session.execute(update(leases).values(until=0))
    await timestamps.put(session, timestamps.RESTORED, now)


@contextmanager
def _opened(file: Path, mode: str, patience: float = BUSY_SECONDS) -> Iterator[sqlite3.Connection]:
    address = f"{file.absolute().as_uri()}?mode={mode}"
    try:
        with closing(sqlite3.connect(address, patience, uri=True)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection
    except sqlite3.Error as error:
        kind = ForeignFileError if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB else FileError
        raise kind(str(error)) from None


def _check_integrity(connection: sqlite3.Connection) -> None:
    answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if answer != "ok":
        raise FileError(f"damaged: {answer}")


def _give_up_if_busy(status: int, _left: int, _total: int) -> None:
    """Stop where the source stays locked: SQLite has waited by then, and would go on for ever."""
    if status in BUSY:
        raise FileError("another program holds it")


async def _count_on(session: Session, table: str, column: str) -> None:
    """Let the next row of a table get the number after its greatest one."""
    query = f"SELECT setval(pg_get_serial_sequence(:table, :column), max({column})) FROM {table}"  # noqa: S608  # ours
    await session.execute(text(query), {"table": table, "column": column})
