"""Whether a process still works on tables that are to be migrated."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.db.errors import UnusableError
from bot.db.file_lock import FileLock
from bot.db.migrations import HEAD

# Spelt out, and not made from the rows' classes: these are the tables of whichever version made them.
_VERSION = text("SELECT version_num FROM alembic_version")
_ALIVE = {
    "sqlite": text("SELECT id FROM processes WHERE until > (julianday('now') - 2440587.5) * 86400.0"),
    "postgresql": text("SELECT id FROM processes WHERE until > extract(epoch FROM clock_timestamp())"),
}


def refuse_while_others_run(connection: Connection, lock_file_of: Callable[[str], Path | None]) -> None:
    """Raise UnusableError where tables of an older version are in use; the text says what to do.

    Call it in the transaction of the migration, once that holds the lock against other migrations: tables
    that another process of this version has migrated meanwhile are no reason to refuse.

    A process is alive until its row runs out. On SQLite it must hold its file lock as well (`lock_file_of`
    returns the file by the process's id), so one that was killed is known to be dead at once.
    """
    tables = inspect(connection).get_table_names()
    if not {"alembic_version", "processes"} <= set(tables):
        return
    version = connection.execute(_VERSION).scalar()
    if version is None or version >= HEAD:  # what is newer than ours `upgrade` refuses
        return
    if connection.dialect.name == "postgresql":
        # Wait for a process that is writing its row just now.
        connection.execute(text("LOCK TABLE processes IN SHARE MODE"))
    alive = connection.execute(_ALIVE[connection.dialect.name]).scalars().all()
    if any(_may_run(lock_file_of(process)) for process in alive):
        raise UnusableError(
            "A process of an older version still runs on this database. "
            "Stop it first (one that was killed counts as running for up to a minute), then start this one."
        )


def _may_run(lock_file: Path | None) -> bool:
    """Tell whether the process with this lock file may be alive; None: nothing more is known than its row."""
    if lock_file is None:
        return True
    if not lock_file.exists():
        return False
    lock = FileLock(lock_file)
    is_free = lock.take()
    lock.release()
    return not is_free
