"""Which users' updates this process handles, and taking over those of dead processes."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from bot.clock import Clock
from bot.db.engine.errors import DatabaseError, is_locked, is_news
from bot.db.engine.session import Database, Session
from bot.db.engine.update_lock import Hold
from bot.db.updates import inbox, ownership
from bot.db.updates.heartbeat import Heartbeat, OtherVersionError
from bot.db.updates.inbox import Received
from bot.services.updates.user_queues import AT_ONCE, PAGE, UserQueues, end
from bot.waiting import sleep_unless

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
LOCK_SECONDS = 0.1
"""How long a user's locked row is waited for: whoever has locked it may be stopped in the middle of it."""

USERS = 200
"""How many users are taken over, or released, in one transaction."""

ENOUGH = 4 * AT_ONCE
"""With so many queues in memory no more users are taken on: their updates wait in the inbox table."""

OWED = 32
"""How many users at once are taken on for an answer that is owed: others, who write now, do not wait."""


class Ownership:
    """Takes users on: those whose updates came here, and those whom nobody living has.

    What is written and what is in memory change together: `turn` is held around every transaction that
    claims or releases users, and around what follows from it in memory.
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
        """`sweep_seconds`: how often to look for users whom nobody has; at once where there is `news`."""
        self.turn = asyncio.Lock()
        self.news = asyncio.Event()
        """Set when there is room again, when a process was found dead, and at the end."""
        self._database = database
        self._clock = clock
        self._heartbeat = heartbeat
        self._queues = queues
        self._sweep_seconds = sweep_seconds
        self._owed: set[int] = set()  # users who were taken on for what is owed
        self._has_waiting = False  # users wait whom nobody has, because there was no room
        self._idle = asyncio.Event()
        self._idle.set()
        self._renew_at = 0.0
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        heartbeat.listen(self.news.set)

    @property
    def room(self) -> int:
        """How many more users may be taken on."""
        return max(0, ENOUGH - len(self._queues))

    async def start(self) -> None:
        """Register this process as alive, take over what waits, and go on doing so. DatabaseError."""
        await self._heartbeat.enter()
        self._renewed()
        beating = asyncio.create_task(self._heartbeat.watch())
        self._tasks = [beating]
        await self._sweep()
        self._tasks.insert(0, asyncio.create_task(self._watch()))

    async def stop_taking(self, seconds: float) -> None:
        """Take nobody on from now on; wait `seconds` for a takeover that is under way."""
        self._stopping.set()
        self.news.set()
        await end(self._tasks[:-1], seconds)

    async def leave(self) -> None:
        """Unregister this process, so that others take over at once what it has left."""
        await end(self._tasks[-1:], 0.0)
        if len(self._tasks) < 2:  # it was never started whole
            return
        try:
            await self._heartbeat.leave()
        except DatabaseError as error:
            log.warning("left without a word", error=type(error).__name__)

    async def wait_idle(self) -> None:
        """Wait until nothing is in memory and nobody waits for room."""
        await self._idle.wait()

    def take_up(self, pages: Mapping[int, list[Received]], epoch: int) -> None:
        """Queue the updates of users who were claimed under the number `epoch`."""
        for user, page in pages.items():
            self._idle.clear()
            self._queues.take_up(Hold(user, epoch, self._heartbeat), page)

    def left_waiting(self) -> None:
        """Note that users wait in the inbox whom nobody has: they are taken on when there is room."""
        self._has_waiting = True
        self._idle.clear()

    def go_on(self, hold: Hold, page: list[Received]) -> None:
        """Queue what more of a user waits, or drop her queue where nothing does; a process that was taken for
        dead must claim her anew first.
        """
        if page and not self._stopping.is_set() and not hold.is_over:
            self._queues.take_up(hold, page)
            return
        self._queues.drop(hold.user_id)
        if page and not self._stopping.is_set():
            self._has_waiting = True

    def rest(self) -> None:
        """Wake whoever waits until all is handled, if it is; look for more where there is room again."""
        if not self._queues and not self._has_waiting:
            self._idle.set()
        elif self._has_waiting and self.room:
            self.news.set()

    async def _watch(self) -> None:
        """Renew this process's row in time, and take over what the dead have left, until the stop."""
        while not self._stopping.is_set():
            await sleep_unless(self.news, self._sweep_seconds)
            self.news.clear()
            try:
                if self._is_due() or self._heartbeat.is_lost:
                    await self._renew()
                    self._renewed()
                await self._sweep()
            except OtherVersionError:
                return  # the program stops (see `Heartbeat.on_outdated`)
            except Exception as error:  # noqa: BLE001  # whatever it is: without this the dead's updates wait
                if is_news(error):
                    log.warning("nobody looks after the dead for now", error=type(error).__name__)
                await sleep_unless(self._stopping, RETRY_SECONDS)  # whatever news there is

    def _renewed(self) -> None:
        self._renew_at = asyncio.get_running_loop().time() + self._heartbeat.seconds / 3

    def _is_due(self) -> bool:
        return asyncio.get_running_loop().time() >= self._renew_at

    async def _renew(self) -> None:
        was_expired = self._heartbeat.is_expired
        if await self._heartbeat.renew():
            return
        if self._heartbeat.is_expired and not was_expired:  # else it is only late, as after a full disk
            log.warning("taken for dead: others may have taken over")
        async with self.turn:
            self._queues.clear()
            await self._heartbeat.enter()

    async def _sweep(self) -> None:
        """Take over what waits and nobody living has; where there is much of it, the renewal comes first."""
        await self._heartbeat.expire_dead()
        while self.room and not self._stopping.is_set() and await self._inherit(USERS):
            if self._is_due():
                self.news.set()
                return
        self._owed = {user for user in self._owed if user in self._queues}
        if (room := OWED - len(self._owed)) > 0 and not self._stopping.is_set():
            await self._inherit(room, owed=True)

    async def _inherit(self, most: int, *, owed: bool = False) -> bool:
        """Take over `most` users, or those to whom an answer is owed; tell whether there were any."""
        owner, now = self._heartbeat.owner, self._clock.now()
        async with self.turn:
            async with self._database.read() as session:
                waiting = await ownership.unowned(session, owner, len(self._queues) + most, now, owed=owed)
            left = [user for user in sorted(waiting) if user not in self._queues][:most]
            if not left:
                if not owed:
                    self._has_waiting = False
                    self.rest()
                return False
            taken = await self._take_over(left)
        if owed:
            self._owed.update(taken)
        return bool(taken)

    async def _take_over(self, users: Sequence[int]) -> set[int]:
        """Claim these users; return whom this process has now. One whose row is locked waits, alone."""
        epoch, now = self._heartbeat.number(), self._clock.now()

        async def claim(session: Session) -> dict[int, list[Received]]:
            claimed = await ownership.claim(session, users, self._heartbeat.owner, epoch=epoch)
            return await pages_of(session, claimed.free | claimed.inherited, now)

        try:
            pages = await self._database.transact(claim, lock_seconds=LOCK_SECONDS)
        except DatabaseError as error:
            if not is_locked(error):
                raise
            several = users if len(users) > 1 else ()
            return {taken for user in several for taken in await self._take_over([user])}
        self.take_up(pages, epoch)
        return set(pages)


async def pages_of(session: Session, users: Collection[int], now: datetime) -> dict[int, list[Received]]:
    """Return the first `PAGE` updates that wait of each user."""
    return {user: await inbox.waiting(session, user, PAGE, now) for user in users}
