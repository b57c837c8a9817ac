"""The processes that share the database, and which of them are alive."""

import asyncio
import itertools
from collections.abc import Callable, Collection
from contextlib import nullcontext
from pathlib import Path

import structlog
from sqlalchemy import delete, select, update

from bot.clock import steady
from bot.db.engine.errors import is_news
from bot.db.engine.file_lock import FileLock
from bot.db.engine.session import Database, Session
from bot.db.engine.update_lock import TakenOverError, UnsureError
from bot.db.engine.upsert import insert
from bot.db.tables import processes
from bot.db.updates.heartbeat import Heartbeat
from bot.db.updates.leases import database_now

log = structlog.get_logger(__name__)


SECONDS = 30.0
UNSURE_SECONDS = 10.0
"""How long a call to Telegram waits until it is known that nobody has taken over."""


class Presence:
    """The row of this process among those that are alive: it is renewed, and runs out `seconds` after the
    process died.

    A lock tells it sooner: on SQLite one of the operating system beside the database, on PostgreSQL one of a
    connection (see `heartbeat`). What a process has taken on carries a number (`number`); once others may
    have declared the process dead, all numbers until then are over (`is_over`), and what carries them must
    stop.
    """

    def __init__(
        self,
        database: Database,
        owner: str,
        seconds: float = SECONDS,
        *,
        webhook: str | None = None,
        unsure_seconds: float = UNSURE_SECONDS,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        """`webhook` is where Telegram is to bring this process's updates, kept before Telegram is told."""
        self._unsure_seconds = unsure_seconds
        self._webhook = webhook
        self.owner = owner
        self.seconds = seconds
        self.is_lost = False
        """Whether others declared this process dead, or may have, and it has not entered again since."""
        self.is_buried = False
        """Whether its row was deleted by others."""
        self._database = database
        self._monotonic = monotonic
        self._file = _lock_file(database, owner)
        self._lock = FileLock(self._file) if self._file else None
        self._heartbeat = Heartbeat(database, owner, monotonic) if database.is_shared else None
        self._numbers = itertools.count(1)
        self._first = 0  # numbers before this one are of a life that is over
        self._until = 0.0
        self._listeners: list[Callable[[], None]] = []
        self._heard = asyncio.Event()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` when a process was found dead, this one included."""
        self._listeners.append(listener)

    def number(self) -> int:
        """Return a number for what is taken on now, larger than all before."""
        return next(self._numbers)

    def is_over(self, epoch: int) -> bool:
        """Tell whether others may have taken over what carries this number."""
        return self.is_lost or epoch < self._first

    @property
    def is_sure(self) -> bool:
        """Tell, without asking the database, whether nobody can have declared this process dead yet."""
        if self._heartbeat is None:
            return True
        return self._monotonic() < self._until and self._heartbeat.is_fresh

    async def sure(self, epoch: int) -> None:
        """Return once it is known that nobody has taken over what carries this number.

        A process that was asleep, or cut off, waits until it has heard from the database. Raises
        TakenOverError where others have taken over, UnsureError after 10 s without an answer.
        """
        if self._heartbeat is None:
            return
        try:
            async with asyncio.timeout(self._unsure_seconds):
                while not self.is_sure and not self.is_over(epoch):
                    await self._heard.wait()
        except TimeoutError:
            raise UnsureError from None
        if self.is_over(epoch):
            raise TakenOverError

    async def enter(self) -> None:
        """Write the row, with a new lock: this process is alive from now on. DatabaseError."""
        if self._lock:
            self._lock.take()  # before the row: a row whose lock nobody holds is a dead one
        began = self._monotonic()  # before the question: a slow answer must not make it live longer
        async with self._heartbeat.taking() if self._heartbeat else nullcontext() as key:
            await self._write(key)
        self._first, self.is_lost, self.is_buried = self.number(), False, False
        self._lives(began)

    async def _write(self, lock: int | None) -> None:
        async with self._database.write() as session:
            until = database_now(session) + self.seconds
            row = insert(session, processes).values(
                id=self.owner, until=until, lock=lock, webhook=self._webhook
            )
            changed = {"until": row.excluded.until, "lock": row.excluded.lock}
            await session.execute(row.on_conflict_do_update(index_elements=["id"], set_=changed))

    async def renew(self) -> bool:
        """Renew the row. Return False when it has run out, so that others may have declared this process
        dead; `is_buried` tells whether they have. DatabaseError.
        """
        began = self._monotonic()
        async with self._database.write() as session:
            now = database_now(session)
            statement = (
                update(processes)
                .where(processes.c.id == self.owner, processes.c.until > now)
                .values(until=now + self.seconds)
                .returning(processes.c.id)
            )
            lives = not self.is_lost and (await session.execute(statement)).first() is not None
            mine = select(processes.c.id).where(processes.c.id == self.owner)
            self.is_buried = not lives and (await session.execute(mine)).first() is None
        if lives:
            self._lives(began)
        else:
            self._is_dead()
        return lives

    async def watch(self) -> None:
        """Send heartbeats and find dead processes, until cancelled. Does nothing on SQLite."""
        while self._heartbeat is not None and self._heartbeat.goes_on:
            try:
                found = await self._heartbeat.beat()
            except Exception as error:  # noqa: BLE001  # without this the dead are found after `seconds`
                found = None
                if is_news(error):
                    log.warning("the heartbeat failed", error=type(error).__name__)
            if found is not None and found.is_dead:
                self._is_dead()
            elif found is not None:
                self._tell(news=bool(found.buried))
            await self._heartbeat.rest()

    async def leave(self) -> None:
        """Delete the row and free the lock: this process stops. DatabaseError."""
        try:
            async with self._database.write() as session:
                await session.execute(delete(processes).where(processes.c.id == self.owner))
            self._remove(self._file, self._lock)
        finally:
            if self._heartbeat:
                await self._heartbeat.end()

    async def bury(self) -> None:
        """Delete the rows that have run out, and those whose lock is free."""
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

    def _lives(self, began: float) -> None:
        self._until = began + self.seconds
        self._tell(news=False)

    def _is_dead(self) -> None:
        is_news, self.is_lost, self._until = not self.is_lost, True, 0.0
        self._tell(news=is_news)

    def _tell(self, *, news: bool) -> None:
        """Wake those who wait to be sure, and, where somebody is dead, those who take over."""
        self._heard.set()
        self._heard = asyncio.Event()
        for listener in self._listeners if news else ():
            listener()

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


async def webhooks(session: Session) -> set[str]:
    """Return the webhook addresses of the processes that are alive."""
    query = select(processes.c.webhook).where(processes.c.until > database_now(session))
    return {address for address in (await session.execute(query)).scalars() if address}


async def living(session: Session, owners: Collection[str]) -> set[str]:
    """Return those of the owners that have a row. A dead process has one until `bury` or a heartbeat deletes
    it.
    """
    query = select(processes.c.id).where(processes.c.id.in_(owners))
    return set((await session.execute(query)).scalars())


async def somebody_lives(session: Session) -> bool:
    """Tell whether any process is alive: its row has not run out."""
    living = select(processes.c.id).where(processes.c.until > database_now(session)).limit(1)
    return (await session.execute(living)).first() is not None


def _lock_file(database: Database, owner: str) -> Path | None:
    beside = database.lock_file
    return beside.with_name(f"{beside.stem}.{owner}.lock") if beside else None
