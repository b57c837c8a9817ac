"""Backups: the whole database in one file, and back."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.errors import DatabaseError, UnusableError
from bot.db.file_lock import FileLock
from bot.db.operations import backup
from bot.db.operations.backup import FileError, ForeignFileError
from bot.db.updates.heartbeat import Heartbeat

IN_USE = (
    "A program runs on this database, or did until a moment ago. "
    "Stop it (one that was killed counts as running for up to a minute), then restore."
)


class BackupError(Exception):
    """A backup cannot be made or restored; the text says why and what to do."""


class Backups:
    """Makes and restores backups, on SQLite and PostgreSQL alike: a file of one restores into the other."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def back_up(self, file: Path, *, force: bool = False) -> None:
        """Write all that the database holds at one moment into `file`, whole or not at all.

        The program may run meanwhile. An existing file is replaced only with `force`. BackupError.
        """
        self._refuse_to_overwrite(file, force=force)
        if missing := self._database.missing:
            raise BackupError(missing)
        try:
            with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
                draft = Path(folder) / "backup.db"
                await self._fill(draft)
                backup.close_file(draft)
                _put(draft, file)
        except (OSError, FileError, DatabaseError, UnusableError) as error:
            raise BackupError(f"The backup was not made: {_reason(error)}.") from None

    async def look_at(self, file: Path) -> None:
        """Raise BackupError where a file is no backup that can be used."""
        self._insist_on_a_backup(file)

    async def restore(self, file: Path) -> None:
        """Replace all that the database holds by what a backup holds, whole or not at all.

        Campaigns that were running or are due ask the admins before they go out, since readers may have them
        already. No program may run on the database. BackupError.
        """
        self._insist_on_a_backup(file)
        try:
            await self._database.migrate()
            with tempfile.TemporaryDirectory(dir=self._near, prefix=".restore-") as folder:
                copy = Path(folder) / "backup.db"
                backup.copy_file(file, copy)
                await self._make_fit(copy)
                await self._put_back(copy)
        except (OSError, FileError, DatabaseError, UnusableError) as error:
            raise BackupError(f"Nothing was restored: {_reason(error)}.") from None

    def _refuse_to_overwrite(self, file: Path, *, force: bool) -> None:
        if self._is_the_database(file):
            raise BackupError(f"{file} is the database itself. Name another file.")
        if file.exists() and not force:
            raise BackupError(f"{file} is there already. Name another file, or add --force.")
        if not file.parent.is_dir():
            raise BackupError(f"There is no folder {file.parent}. Make it first.")

    def _insist_on_a_backup(self, file: Path) -> None:
        if not file.is_file():
            raise BackupError(f"There is no file {file}.")
        if self._is_the_database(file):
            raise BackupError(f"{file} is the database itself. Name a backup.")
        try:
            backup.look_at(file)
        except ForeignFileError:
            raise BackupError(f"{file} is none of the files that `backup` writes.") from None
        except FileError as error:
            raise BackupError(f"{file} cannot be used ({error}). Take another backup.") from None

    async def _fill(self, draft: Path) -> None:
        if not self._database.is_shared:
            backup.copy_file(self._file, draft)
            return
        if not await self._database.is_at_head():
            raise BackupError(
                "The tables are not those of this version. Write ./run migrate first, "
                "or make the backup with the version that made them."
            )
        async with _database(draft) as copied, copied.write() as session:
            await backup.copy_rows(self._database, session)

    async def _make_fit(self, copy: Path) -> None:
        async with _database(copy) as copied, copied.write() as session:
            await backup.make_fit(session, self._clock.now())
        backup.close_file(copy)

    async def _put_back(self, copy: Path) -> None:
        await Heartbeat(self._database, "restore").expire_dead()
        if self._database.is_shared:
            await self._replace_rows(copy)
        else:
            await self._replace_file(copy)

    async def _replace_rows(self, copy: Path) -> None:
        async with _database(copy) as copied, self._database.write() as session:
            await _insist_on_nobody(session)
            await backup.replace_rows(session, copied)

    async def _replace_file(self, copy: Path) -> None:
        with self._alone():
            async with self._database.write() as session:
                await _insist_on_nobody(session)
            await self._database.close()
            backup.copy_file(copy, self._file)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock of the leader, so that a program that starts meanwhile cannot send. BackupError."""
        lock = FileLock(self._database.lock_file) if self._database.lock_file else None
        if lock and not lock.take():
            raise BackupError(IN_USE)
        try:
            yield
        finally:
            if lock:
                lock.release()

    @property
    def _near(self) -> Path | None:
        """The folder for the copy: beside a SQLite database, else the system's own for temporary files."""
        return None if self._database.is_shared else self._database.folder

    @property
    def _file(self) -> Path:
        return Path(self._database.url.database or "")

    def _is_the_database(self, file: Path) -> bool:
        return (
            not self._database.is_shared
            and self._file.exists()
            and file.exists()
            and file.samefile(self._file)
        )


@asynccontextmanager
async def _database(file: Path) -> AsyncIterator[Database]:
    """Open a SQLite file, migrated to this version."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()


async def _insist_on_nobody(session: Session) -> None:
    if await backup.is_in_use(session):
        raise BackupError(IN_USE)


def _put(draft: Path, file: Path) -> None:
    """Rename the draft once all of it is on disk; only its owner may read it."""
    draft.chmod(0o600)
    _flush(draft)
    draft.replace(file)
    _flush(file.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else getattr(error, "orig", None)
    return str(said or error).rstrip(".")
