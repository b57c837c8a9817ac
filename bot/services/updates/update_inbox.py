"""The durable inbox: updates are stored before they are acknowledged, handled once each."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bot.clock import Clock
from bot.db.engine.coalescer import Coalescer
from bot.db.engine.errors import DatabaseError, is_locked, is_news, is_permanent
from bot.db.engine.session import Database, Session
from bot.db.readers import open_pages
from bot.db.updates import inbox, ownership
from bot.db.updates.heartbeat import Heartbeat
from bot.db.updates.inbox import Closed, Received
from bot.services.updates.ownership import LOCK_SECONDS, RETRY_SECONDS, USERS, Ownership, pages_of
from bot.services.updates.update_handling import UpdateHandler
from bot.services.updates.user_queues import PAUSES, UserQueues, end

log = structlog.get_logger(__name__)

STOP_SECONDS = 12.0
MARKING_SECONDS = 3.0
SWEEP_SECONDS = 2.0


class NotReadyError(Exception):
    """The program starts or ends: whoever brings an update may bring it again."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a batch brought. `new`: the updates that were not known. `free`: users of whom nothing older
    waits. `pages`: the waiting updates of the other users who were claimed. `has_more`: for some users there
    was no room.
    """

    new: list[Received]
    free: frozenset[int]
    pages: dict[int, list[Received]]
    has_more: bool


class UpdateInbox:
    """Stores updates and queues them: one user's in order, many users side by side.

    1. `take` or `receive` stores an update and claims its user, in one transaction. Only then may the update
       be acknowledged to Telegram.
    2. The handler gets it. Processes may share the inbox: a user's updates are handled by the process that
       has claimed her.
    3. One transaction marks it as handled, writes its open pages, and releases the user unless more of hers
       has come.

    After a crash, what is not marked is handled again by the next process that finds it waiting.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        heartbeat: Heartbeat,
        handler: UpdateHandler[Any],
        *,
        stop_seconds: float = STOP_SECONDS,
        sweep_seconds: float = SWEEP_SECONDS,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`stop_seconds`: how long a stop waits for what is being handled. `sweep_seconds`: how often to look
        for updates whose process is dead. `pauses`: seconds before each new try when the database was away.
        """
        self._database = database
        self._clock = clock
        self._heartbeat = heartbeat
        self._handler = handler
        self._stop_seconds = stop_seconds
        # Where others share the database, a page is written in a transaction that asks who has its reader.
        self.queues = UserQueues(handler, self._mark_soon, pauses, defers_pages=not database.is_shared)
        """What is in memory of the inbox."""
        self._ownership = Ownership(database, clock, heartbeat, self.queues, sweep_seconds=sweep_seconds)
        self._arriving: Coalescer[dict[str, Any], None] = Coalescer(self._take_together)
        self._takes: set[asyncio.Task[None]] = set()
        self._marking: asyncio.Task[None] | None = None
        self._is_ready = False

    async def resume(self) -> None:
        """Take up what was stored but not handled before the last stop, and what others leave from now on.

        DatabaseError.
        """
        await self._ownership.start()
        self._is_ready = True

    async def take(self, updates: Iterable[dict[str, Any]]) -> None:
        """Store updates, in one transaction, and queue the new ones. DatabaseError: none is stored."""
        batch = {received.update_id: received for received in map(self._handler.receive, updates)}
        async with self._ownership.turn:
            try:
                await self._store(batch.values(), self._ownership.room)
            except DatabaseError as error:
                if not is_locked(error):
                    raise
                # The row of one user is locked by a process that may be stopped: no other waits for that.
                await self._store(batch.values(), 0)
                self._ownership.news.set()

    async def receive(self, update: dict[str, Any]) -> None:
        """Store one update, together with others that arrive meanwhile. NotReadyError, DatabaseError."""
        if not self._is_ready:
            raise NotReadyError
        task = asyncio.create_task(self._arriving.add(update))
        self._takes.add(task)
        task.add_done_callback(self._takes.discard)
        await asyncio.shield(task)  # whoever brings it may hang up: what is stored is handled

    async def settled(self) -> None:
        """Wait until everything taken so far is handled and marked so."""
        await self._ownership.wait_idle()

    async def stop(self) -> None:
        """Finish what is being handled, for `stop_seconds`; the rest stays in the inbox for the next process.

        It takes 6 seconds more at the most, to mark what was handled.
        """
        self._is_ready = False
        await self._ownership.stop_taking(MARKING_SECONDS)
        await end(self._takes, MARKING_SECONDS)
        await self.queues.stop(self._stop_seconds)
        await end([self._marking] if self._marking else [], MARKING_SECONDS)
        await self._ownership.leave()

    @property
    def receiving(self) -> int:
        """How many calls of `receive` have not ended yet."""
        return len(self._takes)

    async def _take_together(self, updates: Sequence[dict[str, Any]]) -> None:
        """Take what arrived at the same time."""
        await self.take(sorted(updates, key=lambda update: int(update["update_id"])))

    async def _store(self, batch: Collection[Received], room: int) -> None:
        """Store updates and queue them, of at most `room` users who have no queue yet."""
        epoch, now = self._heartbeat.number(), self._clock.now()

        async def store(session: Session) -> _Stored:
            ids = await inbox.store(session, batch, now)
            new = [received for received in batch if received.update_id in ids]
            # Queues come and go under `turn` only, which is held: another thread may ask for them.
            others = list(dict.fromkeys(one.user_id for one in new if one.user_id not in self.queues))
            claim = await ownership.claim(session, others[:room], self._heartbeat.owner, epoch=epoch)
            behind = await inbox.users_behind(session, claim.free, ids, now)
            pages = await pages_of(session, claim.inherited | behind, now)
            return _Stored(new, claim.free - behind, pages, has_more=len(others) > room)

        stored = await self._database.transact(store, lock_seconds=LOCK_SECONDS)
        if stored.has_more:
            self._ownership.left_waiting()
        for received in stored.new:
            if received.user_id in stored.free:  # nothing older waits: what is in memory need not be read
                stored.pages.setdefault(received.user_id, []).append(received)
            elif received.user_id in self.queues:
                self.queues.add_newer(received)
        self._ownership.take_up(stored.pages, epoch)

    def _mark_soon(self) -> None:
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark())

    async def _mark(self) -> None:
        """Mark what was handled, as much at once as there is; tried again while the database is away."""
        while self.queues.closed or self.queues.ended:
            try:
                async with self._ownership.turn:
                    is_busy = await self._close()
                if is_busy:
                    await asyncio.sleep(LOCK_SECONDS)
            except Exception as error:  # noqa: BLE001  # what is not marked would be handled once more
                if is_news(error):
                    log.warning("handled updates not marked yet", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
        self._ownership.rest()

    async def _close(self) -> bool:
        """Mark updates as handled and release their users, unless more of theirs has come; tell whether some
        could not be released, because another process is asking for them just now.
        """
        queues, now = self.queues, self._clock.now()
        closed, ended = list(queues.closed), list(queues.ended)[:USERS]

        async def close(session: Session) -> dict[int, list[Received]]:
            await inbox.mark_handled(session, closed, now)
            await open_pages.remember(session, (page for one in closed for page in one.pages), now)
            ours = await ownership.release(session, ended, self._heartbeat.owner, now)
            return await pages_of(session, ours, now)

        try:
            pages = await self._database.transact(close)
        except Exception as error:
            if is_permanent(error) and any(one.pages for one in closed):
                await self._write_pages_singly(closed)
            raise
        queues.marked(len(closed))
        busy = {user for user, page in pages.items() if not page}
        released = [user for user in ended if user not in busy]
        queues.ended.difference_update(released)
        for user in released:
            self._ownership.go_on(queues.hold(user), pages.get(user, []))
        self._log_taken_over()
        self._ownership.rest()
        return bool(busy)

    async def _write_pages_singly(self, closed: Sequence[Closed]) -> None:
        """Write each open page by itself: one that can never be written is logged, and holds up no other."""
        now = self._clock.now()
        for page in [page for one in closed for page in one.pages]:
            try:
                await self._database.transact(partial(open_pages.remember, pages=[page], now=now))
            except Exception as error:
                if not is_permanent(error):
                    raise
                log.exception("open page not kept")
        self.queues.closed[: len(closed)] = [one._replace(pages=()) for one in closed]

    def _log_taken_over(self) -> None:
        count, self.queues.taken_over = self.queues.taken_over, 0
        if count:
            log.info("left to the process that has taken over", updates=count)
