"""The sender's lease: one process sends, the others stand by."""

import asyncio
from collections.abc import Callable

import structlog

from bot.clock import steady
from bot.db.engine.session import Database, Session
from bot.db.errors import DatabaseError, is_news
from bot.db.file_lock import FileLock
from bot.db.updates import leases
from bot.db.updates.heartbeat import Heartbeat
from bot.db.updates.leases import LeaseToken
from bot.waiting import sleep_unless

log = structlog.get_logger(__name__)

NAME = "sender"
SECONDS = 30.0
"""How long a lease holds after it was renewed. It is renewed after a third of that."""


class Lease:
    """Leader election by a row of the database: whoever renews it in time keeps it.

    Call `keep` in a task of its own. `epoch` is the fencing token: each new holder raises it, and the
    transaction of every claim compares it with the row. So a process that was asleep and has lost the lease
    without knowing it can claim nothing.
    """

    def __init__(
        self,
        database: Database,
        owner: str,
        seconds: float = SECONDS,
        *,
        life: Heartbeat | None = None,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        """`owner` names this process. `seconds`: how long the lease of a dead owner lasts, at most.

        It mostly ends sooner. On SQLite an operating-system lock beside the file shows at once that the owner
        is dead. On PostgreSQL whoever finds the process dead frees its lease (see
        `LockHeartbeat`): so this process has no epoch while it is not sure that the others count it as alive
        (`life`).
        """
        self._database = database
        self._owner = owner
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = FileLock(database.lock_file) if database.lock_file else None
        self._held: int | None = None
        self._has_lock = False
        self._lost = False
        self._has_told = False
        self._until = 0.0
        self._life = life
        self._number = 0  # of the heartbeat under which it was taken or renewed
        self._stopping = asyncio.Event()
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()  # an attempt that ends after a release would have taken the lease again

    @property
    def epoch(self) -> int | None:
        """The epoch under which this process may claim; None where it does not hold the lease, or may not."""
        return self._held if self.is_safe else None

    @property
    def is_safe(self) -> bool:
        """Tell, without asking the database, whether no other process can have taken the lease by now.

        Ask it before every hand-over: a process that was asleep must not go on.
        """
        if self._monotonic() >= self._until:
            return False
        return self._life is None or (self._life.is_sure and not self._life.is_over(self._number))

    async def keep(self) -> None:
        """Take or renew the lease again and again, until `stop`. Nothing is raised where the database is
        down.
        """
        while not self._stopping.is_set():
            self._news.clear()
            await self.attempt()
            await sleep_unless(self._news, self._pause())

    def retry_now(self) -> None:
        """Try again at once: another process was found dead, and its lease may be free."""
        self._news.set()

    async def attempt(self) -> None:
        """Take or renew the lease once; not after `stop`. Where the database is down, a lease that is held
        runs on and ends.
        """
        async with self._turn:
            if not self._stopping.is_set():
                await self._attempt()

    async def _attempt(self) -> None:
        # The time before the question counts: a slow answer must not lengthen the lease.
        began, number = self._monotonic(), self._life.number() if self._life else 0
        try:
            async with self._database.write() as session:
                epoch = await self._take(session)
        except (DatabaseError, OSError) as error:  # the lock file may be unreachable as well
            if is_news(error):
                log.warning("the sender's lease could not be renewed", error=type(error).__name__)
            return
        self._lost = self._held is not None and epoch is None
        if epoch != self._held or not self._has_told:
            log.info(
                "this process sends campaigns" if epoch else "standing by: another process sends campaigns"
            )
        self._has_told = True
        self._held, self._number = epoch, number
        self._until = began + self._seconds if epoch else 0.0

    def stop(self) -> None:
        """End `keep`. The lease stays taken: see `release`."""
        self._stopping.set()
        self._news.set()

    def _pause(self) -> float:
        """Return the seconds until the next attempt."""
        if self._lost:  # time for the new owner to take the file lock as well
            return self._seconds / 3
        return self._seconds / 3 if self._held and self._has_lock else min(1.0, self._seconds / 3)

    async def release(self) -> None:
        """Free the lease, so that another process can take it at once. DatabaseError."""
        self._until = 0.0  # before the row is free: from then on nothing may be handed over
        async with self._turn:
            if self._held is not None:
                async with self._database.write() as session:
                    await leases.release(session, NAME, self._owner, self._held)
            self._held, self._until = None, 0.0  # again: an attempt that was under way may have renewed it
            if self._lock:
                self._lock.release()

    def held(self, epoch: int) -> LeaseToken:
        """Return what the transaction of a claim compares with the row: this owner and epoch."""
        return LeaseToken(NAME, self._owner, epoch)

    async def _take(self, session: Session) -> int | None:
        if self._held is None:
            dead = self._lock is not None and self._lock.take()
            return await leases.take(session, NAME, self._owner, self._seconds, dead=dead)
        if await leases.renew(session, NAME, self._owner, self._held, self._seconds):
            self._has_lock = self._lock is None or self._lock.take()
            return self._held
        if self._lock:  # lost while we were asleep: the new owner needs the file lock as well
            self._lock.release()
        return None
