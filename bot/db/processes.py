"""The programs that share the database: who lives, by the database's own clock."""

from collections.abc import Collection
from pathlib import Path
from typing import cast

from sqlalchemy import Table, delete, select, update

from bot.db.filelock import FileLock
from bot.db.leases import database_now
from bot.db.session import Database, Session
from bot.db.tables import ProcessRow
from bot.db.upsert import insert

processes = cast("Table", ProcessRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time

SECONDS = 30.0


class Presence:
    """One process among the living, as a row. On SQLite it also holds a lock of the operating system beside
    the database, which tells at once that the process is dead; the row alone tells it after `seconds`.
    """

    def __init__(self, database: Database, owner: str, seconds: float = SECONDS) -> None:
        self.owner = owner
        self.seconds = seconds
        self._database = database
        self._file = _lock_file(database, owner)
        self._lock = FileLock(self._file) if self._file else None

    async def enter(self) -> None:
        """Be among the living."""
        if self._lock:
            self._lock.take()  # before the row: a row whose lock nobody holds is a dead one
        async with self._database.write() as session:
            row = insert(session, processes).values(id=self.owner, until=database_now(session) + self.seconds)
            await session.execute(
                row.on_conflict_do_update(index_elements=["id"], set_={"until": row.excluded.until})
            )

    async def renew(self) -> bool:
        """Live on; False when others took this process for dead meanwhile."""
        async with self._database.write() as session:
            now = database_now(session)
            statement = (
                update(processes)
                .where(processes.c.id == self.owner)  # who is buried has no row; late is not dead
                .values(until=now + self.seconds)
                .returning(processes.c.id)
            )
            return (await session.execute(statement)).first() is not None

    async def leave(self) -> None:
        async with self._database.write() as session:
            await session.execute(delete(processes).where(processes.c.id == self.owner))
        self._remove(self._file, self._lock)

    async def bury(self) -> None:
        """Drop the rows of the dead."""
        async with self._database.read() as session:
            over = processes.c.until <= database_now(session)
            rows = (await session.execute(select(processes.c.id, over.label("over")))).all()
        gone = [row.id for row in rows if row.id != self.owner and self._is_unlocked(row.id)]
        if not gone and not any(row.over and row.id != self.owner for row in rows):
            return
        async with self._database.write() as session:
            over = processes.c.until <= database_now(session)
            dead = processes.c.id.in_(gone) | (over & (processes.c.id != self.owner))
            await session.execute(delete(processes).where(dead))

    def _is_unlocked(self, owner: str) -> bool:
        file = _lock_file(self._database, owner)
        if file is None:
            return False
        if not file.exists():
            return True
        lock = FileLock(file)
        free = lock.take()
        if free:
            self._remove(file, lock)
        return free

    @staticmethod
    def _remove(file: Path | None, lock: FileLock | None) -> None:
        if file and lock:
            file.unlink(missing_ok=True)
            lock.release()


async def living(session: Session, owners: Collection[str]) -> set[str]:
    """Return those of the owners whose process lives: the dead have a row until somebody buries them."""
    query = select(processes.c.id).where(processes.c.id.in_(owners))
    return set((await session.execute(query)).scalars())


async def somebody_lives(session: Session) -> bool:
    """Tell whether any process does, once the dead have been buried."""
    living = select(processes.c.id).where(processes.c.until > database_now(session)).limit(1)
    return (await session.execute(living)).first() is not None


def _lock_file(database: Database, owner: str) -> Path | None:
    beside = database.lock_file
    return beside.with_name(f"{beside.stem}.{owner}.lock") if beside else None
