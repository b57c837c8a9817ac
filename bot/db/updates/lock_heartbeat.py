"""The heartbeat over a connection's lock, which PostgreSQL frees with it.

The lock is free once the connection has ended, so the death of a process is seen within seconds. But a free
lock may also be that of a living process whose connection broke. Therefore:

1. A process whose row names a lock counts as alive, to itself, for GRACE_SECONDS after each answer over that
   connection, and no longer.
2. Whoever finds a lock free waits for GRACE_SECONDS before it takes over.

Safety does not depend on it: what was taken over is fenced by an epoch.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import text

from bot.db.engine.session import Database
from bot.db.engine.session_lock import PoolerError, SeenProcess, SessionLock
from bot.db.errors import DatabaseError, words

log = structlog.get_logger(__name__)

BEAT_SECONDS = 0.5
"""Between two heartbeats."""

GRACE_SECONDS = 2.0
"""How long a process counts as alive after its last heartbeat."""

WITHOUT_SECONDS = 5.0
"""How long a process that could not have a lock waits before it asks for one again."""

GIVE_UP_SECONDS = 10.0
"""A connection that is open and has not answered for so long is replaced."""

_REGISTER = text("UPDATE processes SET lock = :lock WHERE id = :id RETURNING id")
_EXPIRE = text("DELETE FROM processes WHERE id = :id AND lock = :lock RETURNING id")
_FREE_LEASES = text("UPDATE leases SET until = 0 WHERE owner = :id")


@dataclass(frozen=True, slots=True)
class Beat:
    """What a heartbeat learnt. `is_dead`: others declared this process dead. `expired`: the ids of other
    processes that were found dead, whose rows it deleted.
    """

    is_dead: bool = False
    expired: Sequence[str] = ()


class LockHeartbeat:
    """Shows by a lock that this process is alive, and finds processes whose lock is free.

    Call `beat` and `rest` in turn. `taking` takes the lock, `end` frees it.
    """

    def __init__(self, database: Database, owner: str, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._owner = owner
        self._monotonic = monotonic
        self._session = SessionLock(database.url)
        database.on_close(self._session.close)
        self._turn = asyncio.Lock()  # a process beats and enters anew at the same time: one of both asks
        self._named: int | None = None  # the lock that this process's row names
        self._fresh_until = 0.0
        self._answered = 0.0
        self._missing: dict[tuple[str, int], float] = {}  # since when a lock is free
        self._refusal = ""  # why there is no lock
        self._is_told = False
        self.goes_on = True
        """False where a pooler stands between: then rows alone say who lives."""

    @property
    def is_fresh(self) -> bool:
        """Tell, without asking anybody, whether this process counts as alive by its lock.

        True without a lock: then its row alone counts.
        """
        return self._named is None or self._monotonic() < self._fresh_until

    @asynccontextmanager
    async def taking(self) -> AsyncIterator[int | None]:
        """Take a lock, and yield its key for the row that the block writes; None where none can be had."""
        async with self._turn:
            began, key = self._monotonic(), await self._take()
            yield key
            self._name(key, began)

    async def beat(self) -> Beat:
        """Ask, over the connection that holds the lock, whose locks are free.

        Where our own lock was lost, take a new one instead. Others whose lock was free for GRACE_SECONDS are
        declared dead: their rows are deleted and their leases end. Raises DatabaseError: nothing is known.
        """
        async with self._turn:
            seen = await self._look()
            if seen is None:
                return await self._register()
        if all(entry.process != self._owner for entry in seen):
            return Beat(is_dead=True)
        return Beat(expired=await self._expire(seen))

    async def rest(self) -> None:
        """Sleep until the next heartbeat is due."""
        await asyncio.sleep(BEAT_SECONDS if self._named else WITHOUT_SECONDS)

    async def end(self) -> None:
        """Close the connection, which frees the lock."""
        self._named = None
        await self._session.close()

    def _hears(self, began: float) -> None:
        self._answered, self._fresh_until = began, began + GRACE_SECONDS

    def _name(self, key: int | None, began: float) -> None:
        """Note which lock the row names now; `began` is a moment before it was taken."""
        self._named = key
        self._hears(began)
        if key is None and self.goes_on and not self._is_told:  # the row was written: only the lock fails
            log.warning("no lock for the heartbeat: the lease alone counts", error=self._refusal)
        self._is_told = key is None

    async def _take(self) -> int | None:
        try:
            return await self._session.take() if self.goes_on else None
        except PoolerError:
            self.goes_on = False
            log.info("a pooler stands before the database: a dead process is replaced after LEASE_SECONDS")
        except DatabaseError as error:
            self._refusal = words(error)
        return None

    async def _look(self) -> list[SeenProcess] | None:
        """Return the processes and whether their locks are free; None where our own lock was lost."""
        if not await self._session.is_open():
            return None
        began = self._monotonic()
        try:
            seen = await self._session.look()
        except DatabaseError:
            if began - self._answered > GIVE_UP_SECONDS:
                await self._session.release()
            raise
        if seen is None or any(entry.process == self._owner and entry.is_free for entry in seen):
            await self._session.release()
            return None
        self._hears(began)
        return seen

    async def _register(self) -> Beat:
        """Name a new lock in our row, or none: others have seen the old one free."""
        began, key = self._monotonic(), await self._take()
        async with self._database.write() as session:
            row = (await session.execute(_REGISTER, {"lock": key, "id": self._owner})).first()
        self._name(key, began)
        return Beat(is_dead=row is None)

    async def _expire(self, seen: Sequence[SeenProcess]) -> list[str]:
        """Delete the rows of processes whose locks were free for GRACE_SECONDS, and free their leases."""
        now = self._monotonic()
        free = [(entry.process, entry.lock) for entry in seen if entry.lock is not None and entry.is_free]
        self._missing = {lock: self._missing.get(lock, now) for lock in free}
        dead = [lock for lock, since in self._missing.items() if now - since >= GRACE_SECONDS]
        expired = [process for process, lock in dead if await self._declare_dead(process, lock)]
        if expired:
            log.warning("a process is dead: others take over", count=len(expired))
        return expired

    async def _declare_dead(self, process: str, lock: int) -> bool:
        async with self._database.write() as session:
            if (await session.execute(_EXPIRE, {"id": process, "lock": lock})).first() is None:
                return False  # it lives, and has a new one; or another was quicker
            await session.execute(_FREE_LEASES, {"id": process})
        return True
