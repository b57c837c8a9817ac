"""Ownership: which users' updates this process handles."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.engine.update_lock import FencingToken
from bot.db.errors import DatabaseError, is_locked, is_news
from bot.db.updates import inbox, ownership
from bot.db.updates.heartbeat import Heartbeat, OtherVersionError
from bot.db.updates.inbox import Received
from bot.services.updates.user_queues import AT_ONCE, PAGE, UserQueues, finish_or_cancel
from bot.waiting import sleep_unless

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
"""Between two tries to sweep, or to mark updates as handled, after an error."""

LOCK_SECONDS = 0.1
"""How long to wait for a user's locked row: the process that holds the lock may be stopped."""

USERS = 200
"""Users claimed or released in one transaction, at most."""

ENOUGH = 4 * AT_ONCE
"""Queues in memory, at most. Beyond that, updates of further users wait in the inbox table."""

OWED = 32
"""Users owned only because an answer is owed to them, at most: users who write now must find room."""


class Ownership:
    """Claims users for this process and releases them.

    A user is claimed when her update is stored here, or by a sweep when updates of hers wait and no process
    that is alive owns her. Each claim carries the epoch of this process: a process that was declared dead
    and runs again can change nothing for users whom another has taken over.

    `turn` is held around every transaction that claims or releases users, and around the change in memory
    that follows: rows and queues always agree.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        heartbeat: Heartbeat,
        queues: UserQueues[Any],
        *,
        sweep_seconds: float,
    ) -> None:
        """`sweep_seconds`: how often to look for unowned users. Setting `wake` brings the look forward."""
        self.turn = asyncio.Lock()
        self.wake = asyncio.Event()
        """Set when there is room again, when a process has expired, and by a stop."""
        self._database = database
        self._clock = clock
        self._heartbeat = heartbeat
        self._queues = queues
        self._sweep_seconds = sweep_seconds
        self._owed: set[int] = set()  # owned only because an answer is owed to them
        self._has_waiting = False  # unowned users wait for room
        self._idle = asyncio.Event()
        self._idle.set()
        self._renew_at = 0.0
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        heartbeat.listen(self.wake.set)

    @property
    def room(self) -> int:
        """How many more users may be taken on."""
        return max(0, ENOUGH - len(self._queues))

    async def start(self) -> None:
        """Register this process, take over what waits, then keep renewing and sweeping in the background.

        DatabaseError.
        """
        await self._heartbeat.enter()
        self._renewed()
        watching = asyncio.create_task(self._heartbeat.watch())
        self._tasks = [watching]
        await self._sweep()
        self._tasks.insert(0, asyncio.create_task(self._watch()))

    async def stop_taking(self, seconds: float) -> None:
        """Claim nobody from now on; wait at most `seconds` for a takeover that is under way."""
        self._stopping.set()
        self.wake.set()
        await finish_or_cancel(self._tasks[:-1], seconds)

    async def leave(self) -> None:
        """Unregister this process: others take over what waits at once, not only when it expires."""
        await finish_or_cancel(self._tasks[-1:], 0.0)
        if len(self._tasks) < 2:  # `start` failed half-way
            return
        try:
            await self._heartbeat.leave()
        except DatabaseError as error:
            log.warning("this process could not unregister", error=type(error).__name__)

    async def wait_idle(self) -> None:
        """Wait until no queue is in memory and no user waits for room."""
        await self._idle.wait()

    def enqueue(self, pages: Mapping[int, list[Received]], epoch: int) -> None:
        """Queue the updates of users who were claimed under `epoch`: the first page of each."""
        for user, page in pages.items():
            self._idle.clear()
            self._queues.enqueue(self._heartbeat.fencing_token(user, epoch), page)

    def note_waiting(self) -> None:
        """Note that there was no room for some users: a sweep claims them when there is."""
        self._has_waiting = True
        self._idle.clear()

    def requeue_or_drop(self, fencing_token: FencingToken, page: list[Received]) -> None:
        """Queue a user's next `page`; drop her queue where it is empty, and at a stop.

        A process that was declared dead drops it too: it must claim her anew first.
        """
        if page and not self._stopping.is_set() and not fencing_token.is_over:
            self._queues.enqueue(fencing_token, page)
            return
        self._queues.drop(fencing_token.user_id)
        if page and not self._stopping.is_set():
            self._has_waiting = True

    def check_idle(self) -> None:
        """Wake `wait_idle` if all is handled; sweep at once if users wait and there is room."""
        if not self._queues and not self._has_waiting:
            self._idle.set()
        elif self._has_waiting and self.room:
            self.wake.set()

    async def _watch(self) -> None:
        """Renew this process's row in time and sweep, until the stop."""
        while not self._stopping.is_set():
            await sleep_unless(self.wake, self._sweep_seconds)
            self.wake.clear()
            try:
                if self._is_due() or self._heartbeat.is_lost:
                    await self._renew()
                    self._renewed()
                await self._sweep()
            except OtherVersionError:
                return  # the program stops (see `Heartbeat.on_outdated`)
            except Exception as error:  # noqa: BLE001  # any error: dead processes' updates must not wait
                if is_news(error):
                    log.warning("the sweep for dead processes failed", error=type(error).__name__)
                await sleep_unless(self._stopping, RETRY_SECONDS)

    def _renewed(self) -> None:
        self._renew_at = asyncio.get_running_loop().time() + self._heartbeat.seconds / 3

    def _is_due(self) -> bool:
        return asyncio.get_running_loop().time() >= self._renew_at

    async def _renew(self) -> None:
        was_expired = self._heartbeat.is_expired
        if await self._heartbeat.renew():
            return
        if self._heartbeat.is_expired and not was_expired:  # else it was only late, as after a full disk
            log.warning("heartbeat expired: others may have taken over")
        async with self.turn:
            self._queues.clear()
            await self._heartbeat.enter()

    async def _sweep(self) -> None:
        """Claim unowned users while there is room. A renewal that is due interrupts a long sweep."""
        await self._heartbeat.expire_dead()
        while self.room and not self._stopping.is_set() and await self._take_over(USERS):
            if self._is_due():
                self.wake.set()
                return
        self._owed = {user for user in self._owed if user in self._queues}
        if (room := OWED - len(self._owed)) > 0 and not self._stopping.is_set():
            await self._take_over(room, owed=True)

    async def _take_over(self, most: int, *, owed: bool = False) -> bool:
        """Claim up to `most` unowned users, with `owed` those to whom an answer is owed; False for none."""
        owner, now = self._heartbeat.owner, self._clock.now()
        async with self.turn:
            async with self._database.read() as session:
                waiting = await ownership.unowned(session, owner, len(self._queues) + most, now, owed=owed)
            left = [user for user in sorted(waiting) if user not in self._queues][:most]
            if not left:
                if not owed:
                    self._has_waiting = False
                    self.check_idle()
                return False
            taken = await self._claim(left)
        if owed:
            self._owed.update(taken)
        return bool(taken)

    async def _claim(self, users: Sequence[int]) -> set[int]:
        """Claim these users; return whom this process owns now. A user whose row is locked is left out."""
        epoch, now = self._heartbeat.number(), self._clock.now()

        async def claim(session: Session) -> dict[int, list[Received]]:
            claimed = await ownership.take_ownership(session, users, self._heartbeat.owner, epoch=epoch)
            return await pages_of(session, claimed.free | claimed.inherited, now)

        try:
            pages = await self._database.transact(claim, lock_seconds=LOCK_SECONDS)
        except DatabaseError as error:
            if not is_locked(error):
                raise
            # One locked row fails the whole transaction: claim each user alone, all but that one.
            several = users if len(users) > 1 else ()
            return {taken for user in several for taken in await self._claim([user])}
        self.enqueue(pages, epoch)
        return set(pages)


async def pages_of(session: Session, users: Collection[int], now: datetime) -> dict[int, list[Received]]:
    """Return each user's first waiting updates, `PAGE` at most."""
    return {user: await inbox.waiting(session, user, PAGE, now) for user in users}
