"""The heartbeat of this process: its row, renewed while it is alive."""

import asyncio
import itertools
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import structlog
from sqlalchemy import delete, select, update

from bot.clock import steady
from bot.db.engine.session import Database
from bot.db.engine.update_lock import FencingToken, TakenOverError, UnsureError
from bot.db.engine.upsert import insert
from bot.db.errors import is_news
from bot.db.file_lock import FileLock
from bot.db.tables import processes
from bot.db.updates.leases import database_now
from bot.db.updates.lock_heartbeat import LockHeartbeat

log = structlog.get_logger(__name__)


SECONDS = 30.0
"""How long a process counts as alive after its row was last renewed."""

UNSURE_SECONDS = 10.0
"""How long a call to Telegram waits until it is known that nobody has taken over."""


class OtherVersionError(Exception):
    """The tables are of another version of this program: this process can only stop."""


class Heartbeat:
    """Tells the other processes of the database that this one is alive, and finds those that are dead.

    1. `enter` writes a row to `processes` that expires `seconds` later. `renew` it three times as often.
    2. A lock shows sooner that a process died: on SQLite one of the operating system, on a file beside the
       database; on PostgreSQL one of a connection (`LockHeartbeat`; run `watch` in a task).
    3. What this process takes on carries a fencing number (`number`). Once others may have declared it dead,
       all numbers until then are over (`is_over`): what carries one must stop. `enter` begins anew.
    4. `leave` deletes the row: others take over at once.
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
        """`owner` is this process's id, unique for ever. `webhook` is the address to which Telegram is to
        bring its updates: `enter` writes it, so that others know it before Telegram does.
        `unsure_seconds`: how long `sure` waits for the database.
        """
        self._unsure_seconds = unsure_seconds
        self._webhook = webhook
        self.owner = owner
        self.seconds = seconds
        self.is_lost = False
        """Whether others declared this process dead, or may have, and it has not entered again since."""
        self.is_expired = False
        """Whether its row was deleted by others."""
        self.is_outdated = False
        """Whether the tables are of another version of this program."""
        self._database = database
        self._monotonic = monotonic
        self._file = database.process_lock_file(owner)
        self._lock = FileLock(self._file) if self._file else None
        self._lock_heartbeat = LockHeartbeat(database, owner, monotonic) if database.is_shared else None
        self._numbers = itertools.count(1)
        self._first = 0  # numbers before this one are of an earlier `enter`
        self._until = 0.0
        self._listeners: list[Callable[[], None]] = []
        self._when_outdated: list[Callable[[], None]] = []
        self._heard = asyncio.Event()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever a process is found dead, this one included."""
        self._listeners.append(listener)

    def on_outdated(self, listener: Callable[[], None]) -> None:
        """Call `listener` once the tables turn out to be of another version of this program."""
        self._when_outdated.append(listener)

    def number(self) -> int:
        """Return a fencing number for what is taken on now, larger than all before."""
        return next(self._numbers)

    def is_over(self, epoch: int) -> bool:
        """Tell whether others may have taken over what carries the number `epoch`."""
        return self.is_lost or epoch < self._first

    def fencing_token(self, user_id: int, epoch: int) -> FencingToken:
        """Return the fencing token of a user whom this process took on under the number `epoch`."""
        return FencingToken(user_id, self.owner, epoch, self.is_over, self.sure)

    @property
    def is_sure(self) -> bool:
        """Tell, without asking the database, whether nobody can have declared this process dead yet."""
        if self._lock_heartbeat is None:
            return True
        return self._monotonic() < self._until and self._lock_heartbeat.is_fresh

    async def sure(self, epoch: int) -> None:
        """Return once it is known that nobody has taken over what carries the number `epoch`.

        A process that was asleep, or cut off, waits until it has heard from the database. Raises
        TakenOverError where others may have taken over, UnsureError after `unsure_seconds` without an answer.
        """
        if self._lock_heartbeat is None:
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
        """Write the row, with a new lock: this process is alive from now on.

        Raises OtherVersionError where the tables are of another version by now, DatabaseError.
        """
        if self._lock:
            self._lock.take()  # before the row: a row whose lock nobody holds is a dead one
        began = self._monotonic()  # before the question: a slow answer must not make it live longer
        async with self._lock_heartbeat.taking() if self._lock_heartbeat else nullcontext() as key:
            await self._write(key)
        try:  # after the row: from then on a newer program migrates nothing
            await self._insist_on_own_version()
        except OtherVersionError:
            await self.leave()
            raise
        self._first, self.is_lost, self.is_expired = self.number(), False, False
        self._note_alive(began)

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
        dead; `is_expired` tells whether they have.

        Raises OtherVersionError where the tables are of another version, DatabaseError.
        """
        await self._insist_on_own_version()
        began = self._monotonic()
        async with self._database.write() as session:
            now = database_now(session)
            statement = (
                update(processes)
                .where(processes.c.id == self.owner, processes.c.until > now)
                .values(until=now + self.seconds)
                .returning(processes.c.id)
            )
            is_alive = not self.is_lost and (await session.execute(statement)).first() is not None
            mine = select(processes.c.id).where(processes.c.id == self.owner)
            self.is_expired = not is_alive and (await session.execute(mine)).first() is None
        if is_alive:
            self._note_alive(began)
        else:
            self._note_dead()
        return is_alive

    async def _insist_on_own_version(self) -> None:
        # A newer program migrates nothing while this row is alive, but it may have run out in a sleep.
        if await self._database.is_at_head():
            return
        if not self.is_outdated:
            self.is_outdated = True
            log.error("the tables are of another version of this program: it stops; start that version")
            for listener in self._when_outdated:
                listener()
        raise OtherVersionError

    async def watch(self) -> None:
        """Send heartbeats and find dead processes, until cancelled. Returns at once on SQLite, and where a
        pooler makes a connection's lock say nothing.
        """
        while self._lock_heartbeat is not None and self._lock_heartbeat.goes_on:
            try:
                beat = await self._lock_heartbeat.beat()
            except Exception as error:  # noqa: BLE001  # without this the dead are found after `seconds`
                beat = None
                if is_news(error):
                    log.warning("the heartbeat failed", error=type(error).__name__)
            if beat is not None and beat.is_dead:
                self._note_dead()
            elif beat is not None:
                self._tell(news=bool(beat.expired))
            await self._lock_heartbeat.rest()

    async def leave(self) -> None:
        """Delete the row and free the lock: this process stops. Raises DatabaseError."""
        try:
            async with self._database.write() as session:
                await session.execute(delete(processes).where(processes.c.id == self.owner))
            self._remove(self._file, self._lock)
        finally:
            if self._lock_heartbeat:
                await self._lock_heartbeat.end()

    async def expire_dead(self) -> None:
        """Delete the rows of others that have run out, and, on SQLite, those whose lock is free. Raises
        DatabaseError.
        """
        async with self._database.read() as session:
            over = processes.c.until <= database_now(session)
            rows = (await session.execute(select(processes.c.id, over.label("over")))).all()
        unlocked = [row.id for row in rows if row.id != self.owner and self._is_unlocked(row.id)]
        if not unlocked and not any(row.over and row.id != self.owner for row in rows):
            return
        async with self._database.write() as session:
            over = processes.c.until <= database_now(session)  # again: it may have been renewed meanwhile
            dead = processes.c.id.in_(unlocked) | (over & (processes.c.id != self.owner))
            await session.execute(delete(processes).where(dead))

    def _note_alive(self, began: float) -> None:
        self._until = began + self.seconds
        self._tell(news=False)

    def _note_dead(self) -> None:
        is_new, self.is_lost, self._until = not self.is_lost, True, 0.0
        self._tell(news=is_new)

    def _tell(self, *, news: bool) -> None:
        """Wake those who wait to be sure, and, where somebody is dead, those who take over."""
        self._heard.set()
        self._heard = asyncio.Event()
        for listener in self._listeners if news else ():
            listener()

    def _is_unlocked(self, owner: str) -> bool:
        """Tell whether nobody holds the lock file of `owner`; if so, the file is removed. False where there
        are no lock files.
        """
        file = self._database.process_lock_file(owner)
        if file is None:
            return False
        if not file.exists():
            return True
        lock = FileLock(file)
        is_free = lock.take()
        if is_free:
            self._remove(file, lock)
        return is_free

    @staticmethod
    def _remove(file: Path | None, lock: FileLock | None) -> None:
        if file and lock:
            file.unlink(missing_ok=True)
            lock.release()
