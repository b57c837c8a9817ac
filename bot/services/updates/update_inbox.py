"""The durable inbox: stores updates before they are acknowledged, queues them."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bot.clock import Clock
from bot.db.engine.coalescer import Coalescer
from bot.db.engine.session import Database, Session
from bot.db.errors import DatabaseError, is_locked, is_news, is_permanent
from bot.db.readers import open_pages
from bot.db.readers.open_pages import OpenPage
from bot.db.updates import inbox, ownership
from bot.db.updates.heartbeat import Heartbeat
from bot.db.updates.inbox import Received
from bot.services.updates.ownership import LOCK_SECONDS, RETRY_SECONDS, USERS, Ownership, pages_of
from bot.services.updates.update_handling import UpdateHandler
from bot.services.updates.user_queues import PAUSES, UserQueues, finish_or_cancel

log = structlog.get_logger(__name__)

STOP_SECONDS = 12.0
"""How long a stop waits for the updates that are being handled."""

MARKING_SECONDS = 3.0
"""How long a stop waits for takeovers, then for stores, then for marks that are under way."""

SWEEP_SECONDS = 2.0
"""Between two looks for updates that wait and that no living process owns."""


class NotReadyError(Exception):
    """The program starts or stops: whoever brings an update is to bring it again later."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a batch brought.

    `new`: updates that were not stored yet. `free`: claimed users of whom nothing older waits. `pages`: the
    first waiting updates of the other claimed users. `has_more`: for some users there was no room.
    """

    new: list[Received]
    free: frozenset[int]
    pages: dict[int, list[Received]]
    has_more: bool


class UpdateInbox:
    """Stores updates and queues them: one user's in order, many users side by side.

    1. `take` or `receive` stores an update and claims its user, in one transaction. Only then may the update
       be acknowledged to Telegram. An update that is stored already is ignored.
    2. The handler gets it. Processes may share the inbox: a user's updates are handled by the process that
       owns her.
    3. One transaction marks it as handled, writes its open pages, and releases the user unless more of hers
       has come.

    After a crash, updates that are not marked are handled again, by the first process that claims their
    user: an answer may come twice, an effect never does.
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
        for updates of dead processes. `pauses`: seconds before each retry of an update when the database was
        away.
        """
        self._database = database
        self._clock = clock
        self._heartbeat = heartbeat
        self._handler = handler
        self._stop_seconds = stop_seconds
        # Where processes share the database, a page is written in a transaction of its own, which is refused
        # where another process owns the reader by now. A mark must never be refused.
        self.queues = UserQueues(handler, self._mark_soon, pauses, defers_pages=not database.is_shared)
        """The part of the inbox that is in memory."""
        self._ownership = Ownership(database, clock, heartbeat, self.queues, sweep_seconds=sweep_seconds)
        self._arriving: Coalescer[dict[str, Any], None] = Coalescer(self._take_together)
        self._takes: set[asyncio.Task[None]] = set()
        self._marking: asyncio.Task[None] | None = None
        self._is_ready = False

    async def resume(self) -> None:
        """Queue what earlier processes stored and did not handle; go on taking over what others leave.

        Call it once, before `take` and `receive`. DatabaseError.
        """
        await self._ownership.start()
        self._is_ready = True

    async def take(self, updates: Iterable[dict[str, Any]]) -> None:
        """Store updates in one transaction and queue the new ones. DatabaseError: none is stored.

        A user whose row another process has locked is stored and claimed later.
        """
        batch = {received.update_id: received for received in map(self._handler.receive, updates)}
        async with self._ownership.turn:
            try:
                await self._store(batch.values(), self._ownership.room)
            except DatabaseError as error:
                if not is_locked(error):
                    raise
                # The process that locked the row may be stopped: store all and claim nobody, so that no
                # other user waits. The sweep claims each user by herself.
                await self._store(batch.values(), 0)
                self._ownership.wake.set()

    async def receive(self, update: dict[str, Any]) -> None:
        """Store one update, in one transaction with others that arrive meanwhile.

        It is stored when this returns. NotReadyError before `resume` and after `stop`; DatabaseError.
        """
        if not self._is_ready:
            raise NotReadyError
        task = asyncio.create_task(self._arriving.add(update))
        self._takes.add(task)
        task.add_done_callback(self._takes.discard)
        await asyncio.shield(task)  # the caller may hang up while it is being stored

    async def wait_until_handled(self) -> None:
        """Wait until every update taken so far is handled and marked."""
        await self._ownership.wait_idle()

    async def stop(self) -> None:
        """Stop taking updates, wait `stop_seconds` for those being handled, then release all users.

        What is not handled stays in the inbox for the next process. Takeovers, stores and marks that are
        under way get 3 seconds each.
        """
        self._is_ready = False
        self.queues.begin_stop()  # first: else half of a text that was cut in two is handled alone
        await self._ownership.stop_taking(MARKING_SECONDS)
        await finish_or_cancel(self._takes, MARKING_SECONDS)
        await self.queues.stop(self._stop_seconds)
        await finish_or_cancel([self._marking] if self._marking else [], MARKING_SECONDS)
        await self._ownership.leave()

    @property
    def receiving(self) -> int:
        """How many calls of `receive` have not ended yet."""
        return len(self._takes)

    async def _take_together(self, updates: Sequence[dict[str, Any]]) -> None:
        """Take updates that arrived at the same time, in Telegram's order."""
        await self.take(sorted(updates, key=lambda update: int(update["update_id"])))

    async def _store(self, batch: Collection[Received], room: int) -> None:
        """Store updates and queue the new ones; claim at most `room` users who have no queue yet."""
        epoch, now = self._heartbeat.number(), self._clock.now()

        async def store(session: Session) -> _Stored:
            ids = await inbox.store(session, batch, now)
            new = [received for received in batch if received.update_id in ids]
            # On SQLite this runs in another thread. Queues change only under `turn`, which is held.
            user_ids = dict.fromkeys(received.user_id for received in new)
            others = [user_id for user_id in user_ids if user_id not in self.queues]
            owned = await ownership.take_ownership(session, others[:room], self._heartbeat.owner, epoch=epoch)
            behind = await inbox.users_behind(session, owned.free, ids, now)
            pages = await pages_of(session, owned.inherited | behind, now)
            return _Stored(new, owned.free - behind, pages, has_more=len(others) > room)

        stored = await self._database.transact(store, lock_seconds=LOCK_SECONDS)
        if stored.has_more:
            self._ownership.note_waiting()
        elif any(received.user_id not in self.queues for received in batch if received not in stored.new):
            # Stored before, perhaps by a commit whose answer was lost: then it is in no memory.
            self._ownership.note_waiting()
            self._ownership.wake.set()
        for received in stored.new:
            if received.user_id in stored.free:  # nothing older waits: no need to read it back
                stored.pages.setdefault(received.user_id, []).append(received)
            elif received.user_id in self.queues:
                self.queues.add_newer(received)
        self._ownership.enqueue(stored.pages, epoch)

    def _mark_soon(self) -> None:
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark())

    async def _mark(self) -> None:
        """Mark all that is handled, many updates in one transaction; again while the database is away."""
        while self.queues.closed or self.queues.pages or self.queues.ended:
            try:
                async with self._ownership.turn:
                    is_busy = await self._close()
                if is_busy:
                    await asyncio.sleep(LOCK_SECONDS)
            except Exception as error:  # noqa: BLE001  # an update without its mark would be handled twice
                if is_news(error):
                    log.warning("handled updates not marked yet", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
        self._ownership.check_idle()

    async def _close(self) -> bool:
        """Mark updates as handled, write open pages, and release users of whom nothing more has come.

        Return whether some could not be released because another process has their rows locked.
        """
        queues, now = self.queues, self._clock.now()
        closed, opened, ended = list(queues.closed), list(queues.pages), list(queues.ended)[:USERS]

        async def close(session: Session) -> dict[int, list[Received]]:
            await inbox.mark_handled(session, closed, now)
            await open_pages.remember(session, opened, now)
            ours = await ownership.release(session, ended, self._heartbeat.owner, now)
            return await pages_of(session, ours, now)

        try:
            pages = await self._database.transact(close)
        except Exception as error:
            if is_permanent(error) and opened:
                await self._write_pages_singly(opened)
            raise
        queues.marked(len(closed), len(opened))
        busy = {user for user, page in pages.items() if not page}
        released = [user for user in ended if user not in busy]
        queues.ended.difference_update(released)
        for user in released:
            self._ownership.requeue_or_drop(queues.fencing_token(user), pages.get(user, []))
        self._log_taken_over()
        self._ownership.check_idle()
        return bool(busy)

    async def _write_pages_singly(self, opened: Sequence[OpenPage]) -> None:
        """Write each open page in a transaction of its own: one that can never be written is logged and
        dropped, so that it blocks no other.
        """
        now = self._clock.now()
        for page in opened:
            try:
                await self._database.transact(partial(open_pages.remember, pages=[page], now=now))
            except Exception as error:
                if not is_permanent(error):
                    raise
                log.exception("open page not stored")
        self.queues.marked(0, len(opened))

    def _log_taken_over(self) -> None:
        count, self.queues.taken_over = self.queues.taken_over, 0
        if count:
            log.info("left to the process that has taken over", updates=count)
