"""The way in: updates are kept before they are acknowledged, then handled sender by sender.

Many processes may share one inbox: a sender's updates are handled by the process that has her (`db.ownership`).
"""

import asyncio
import json
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.clock import Clock
from bot.db import inbox, open_pages, ownership
from bot.db.away import is_hopeless, is_locked, is_news
from bot.db.coalescer import Coalescer
from bot.db.inbox import Closed, Received
from bot.db.processes import Presence
from bot.db.session import Database, DatabaseError, Session
from bot.db.update_lock import Hold
from bot.services.user_queues import AT_ONCE, PAGE, PAUSES, Handle, UserQueues, end
from bot.telegram.gathering import Gathering, Sleep
from bot.telegram.origin import origin
from bot.telegram.transport import pause

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
STOP_SECONDS = 12.0
MARKING_SECONDS = 3.0
SWEEP_SECONDS = 2.0
LOCK_SECONDS = 0.1
"""So long one waits for another who has a sender's row, and may be stopped in the middle of it."""

SENDERS = 200
"""Senders taken over, or let go, in one transaction."""

ENOUGH = 4 * AT_ONCE
"""Who has so many senders in hand takes on none: what they write waits in the inbox."""

OWED = 32
"""So many senders are in hand at once for answers that are owed: others, who write now, do not wait."""


class NotReadyError(Exception):
    """The program starts or ends: whoever brings an update may bring it again."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a batch brought: its `fresh` updates, those senders of them of whom nothing older waits, and
    whether there are senders for whom there was no room.
    """

    fresh: list[Received]
    alone: frozenset[int]
    has_more: bool


class UpdateInbox:
    """Keeps updates in the inbox and hands them on: one sender's in order, many senders side by side."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handle: Handle,
        presence: Presence,
        *,
        stop_seconds: float = STOP_SECONDS,
        sweep_seconds: float = SWEEP_SECONDS,
        pauses: Sequence[float] = PAUSES,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`stop_seconds` is how long a stop waits for what is being handled, `sweep_seconds` how long the
        dead's updates wait for somebody; `pauses`: before each new try when the database was away;
        `sleep` passes while more of what belongs together may come.
        """
        self._database = database
        self._clock = clock
        self._presence = presence
        self._stop_seconds = stop_seconds
        self._sweep_seconds = sweep_seconds
        gathering = Gathering(database, clock, sleep)
        # Where others share the database, a page is written in a transaction that asks who has its reader.
        self._in_hand = UserQueues(
            handle, self._mark_soon, gathering, pauses, monotonic, keeps_pages=not database.is_shared
        )
        self._owed: set[int] = set()  # of those in hand, who were taken on for what is owed
        # What is written and what is in memory change together: one transaction of ours at a time.
        self._turn = asyncio.Lock()
        self._arriving: Coalescer[dict[str, Any], None] = Coalescer(self._take_together)
        self._takes: set[asyncio.Task[None]] = set()
        self._closer: asyncio.Task[None] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._heart: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._renew_at = 0.0
        self._left = False  # for want of room somebody waits whom nobody has
        self._news = asyncio.Event()  # there is room again, or the end has come
        self._idle = asyncio.Event()
        self._idle.set()
        presence.listen(self._news.set)

    async def resume(self) -> None:
        """Take up what was kept but not handled before the last stop, and what others leave from now on."""
        await self._presence.enter()
        self._lives()
        self._heart = asyncio.create_task(self._presence.watch())
        await self._sweep()
        self._watcher = asyncio.create_task(self._watch())

    async def take(self, updates: Iterable[dict[str, Any]]) -> None:
        """Keep updates, in one transaction, and hand on the new ones; errors of the database come through."""
        batch = {one.update_id: one for one in map(received, updates)}
        async with self._turn:
            try:
                await self._keep(batch.values(), max(0, ENOUGH - len(self._in_hand)))
            except DatabaseError as error:
                if not is_locked(error):
                    raise
                # One of them is locked by somebody who may be stopped: no other waits for that.
                await self._keep(batch.values(), 0)
                self._news.set()

    async def _keep(self, batch: Collection[Received], room: int) -> None:
        """Keep updates and hand them on, of so many senders at the most who are not in hand yet."""
        epoch, now = self._presence.number(), self._clock.now()

        async def keep(session: Session) -> tuple[_Kept, dict[int, list[Received]]]:
            new = await inbox.keep(session, batch, now)
            fresh = [one for one in batch if one.update_id in new]
            strangers = list(dict.fromkeys(one.sender for one in fresh if one.sender not in self._in_hand))
            claim = await ownership.claim(session, strangers[:room], self._presence.owner, epoch=epoch)
            behind = await inbox.behind(session, claim.free, new, now)
            pages = await _pages(session, claim.inherited | behind, now)
            return _Kept(fresh, claim.free - behind, has_more=len(strangers) > room), pages

        kept, pages = await self._database.transact(keep, lock_seconds=LOCK_SECONDS)
        if kept.has_more:
            self._left = True
            self._idle.clear()
        for one in kept.fresh:
            if one.sender in kept.alone:  # nothing older waits: what is in memory need not be read
                pages.setdefault(one.sender, []).append(one)
            elif one.sender in self._in_hand:
                self._in_hand.hear(one)
        self._take_up(pages, epoch)

    async def receive(self, update: dict[str, Any]) -> None:
        """Keep one update among others that arrive at the same time. NotReadyError, DatabaseError."""
        if self._watcher is None or self._stopping.is_set():
            raise NotReadyError
        task = asyncio.create_task(self._arriving.add(update))
        self._takes.add(task)
        task.add_done_callback(self._takes.discard)
        await asyncio.shield(task)  # whoever brings it may hang up: what is kept is handed on

    async def settled(self) -> None:
        """Wait until everything taken so far is handled and marked so."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Finish what is in hand, for so long; what is left stays in the inbox for the next to take it up."""
        self._stopping.set()
        self._news.set()
        await end([self._watcher] if self._watcher else [], MARKING_SECONDS)
        await end(self._takes, MARKING_SECONDS)
        await self._in_hand.stop(self._stop_seconds)
        await end([self._closer] if self._closer else [], MARKING_SECONDS)
        await end([self._heart] if self._heart else [], 0.0)
        if self._watcher:
            try:
                await self._presence.leave()
            except DatabaseError as error:
                log.warning("left without a word", error=type(error).__name__)

    async def _take_together(self, updates: Sequence[dict[str, Any]]) -> None:
        """Take what arrived at the same time."""
        await self.take(sorted(updates, key=lambda update: int(update["update_id"])))

    def _take_up(self, pages: dict[int, list[Received]], epoch: int) -> None:
        for sender, page in pages.items():
            self._idle.clear()
            self._in_hand.take_up(Hold(sender, epoch, self._presence), page)

    def _mark_soon(self) -> None:
        if self._closer is None or self._closer.done():
            self._closer = asyncio.create_task(self._mark())

    async def _mark(self) -> None:
        """Mark what was handled, as much at once as there is; a database that is away gets more time."""
        while self._in_hand.closed or self._in_hand.ended:
            try:
                async with self._turn:
                    busy = await self._close()
                if busy:
                    await asyncio.sleep(LOCK_SECONDS)
            except Exception as error:  # noqa: BLE001  # what is not marked would be handled once more
                if is_news(error):
                    log.warning("handled updates not marked yet", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
        self._rest()

    def _rest(self) -> None:
        if not self._in_hand and not self._left:
            self._idle.set()

    async def _close(self) -> bool:
        """Mark updates as handled and let go of their senders, unless more of theirs has come; tell whether
        some could not be let go of, because somebody asks for them just now.
        """
        hand, owner = self._in_hand, self._presence.owner
        closed, ended = list(hand.closed), list(hand.ended)[:SENDERS]
        now = self._clock.now()

        async def close(session: Session) -> dict[int, list[Received]]:
            await inbox.close(session, closed, now)
            await open_pages.remember(session, (page for one in closed for page in one.pages), now)
            kept = await ownership.release(session, ended, owner, now)
            return await _pages(session, kept, now)

        try:
            pages = await self._database.transact(close)
        except Exception as error:
            if is_hopeless(error) and any(one.pages for one in closed):
                await self._keep_singly(closed)
            raise
        hand.marked(len(closed))
        busy = {sender for sender, page in pages.items() if not page}
        gone_on = [sender for sender in ended if sender not in busy]
        hand.ended.difference_update(gone_on)
        for sender in gone_on:
            self._go_on(hand.hold(sender), pages.get(sender, []))
        self._tell_of_left()
        if self._left and len(hand) < ENOUGH:
            self._news.set()
        return bool(busy)

    async def _keep_singly(self, closed: Sequence[Closed]) -> None:
        """Keep open pages of which one can never be written, so that it holds up no other."""
        now, hand = self._clock.now(), self._in_hand
        for page in [page for one in closed for page in one.pages]:
            try:
                await self._database.transact(partial(open_pages.remember, pages=[page], now=now))
            except Exception as error:  # what may pass is tried again with all others
                if not is_hopeless(error):
                    raise
                log.exception("open page not kept")
        hand.closed[: len(closed)] = [one._replace(pages=()) for one in closed]

    def _go_on(self, hold: Hold, page: list[Received]) -> None:
        """Take up what more of a sender waits; one who was taken for dead must take her on anew first."""
        if page and not self._stopping.is_set() and not hold.is_over:
            self._in_hand.take_up(hold, page)
            return
        self._in_hand.drop(hold.sender)
        if page and not self._stopping.is_set():
            self._left = True

    def _tell_of_left(self) -> None:
        count, self._in_hand.left = self._in_hand.left, 0
        if count:
            log.info("left to the process that has taken over", updates=count)

    async def _watch(self) -> None:
        """Stay among the living, and take over what the dead have left."""
        while not self._stopping.is_set():
            await pause(self._sweep_seconds, self._news)
            self._news.clear()
            try:
                if self._is_due() or self._presence.is_lost:
                    await self._renew()
                    self._lives()
                await self._sweep()
            except Exception as error:  # noqa: BLE001  # whatever it is: without this the dead's updates wait
                if is_news(error):
                    log.warning("nobody looks after the dead for now", error=type(error).__name__)
                await pause(RETRY_SECONDS, self._stopping)  # whatever news there is

    def _lives(self) -> None:
        self._renew_at = asyncio.get_running_loop().time() + self._presence.seconds / 3

    def _is_due(self) -> bool:
        return asyncio.get_running_loop().time() >= self._renew_at

    async def _renew(self) -> None:
        was_buried = self._presence.is_buried
        if await self._presence.renew():
            return
        if self._presence.is_buried and not was_buried:  # else it is only late, as after a full disk
            log.warning("taken for dead: others may have taken over")
        async with self._turn:
            self._in_hand.doubt()
            await self._presence.enter()

    async def _sweep(self) -> None:
        """Take over what waits and nobody living has; where there is much of it, the renewal comes first."""
        await self._presence.bury()
        while len(self._in_hand) < ENOUGH and not self._stopping.is_set() and await self._inherit(SENDERS):
            if self._is_due():
                self._news.set()
                return
        self._owed = {sender for sender in self._owed if sender in self._in_hand}
        if (room := OWED - len(self._owed)) > 0 and not self._stopping.is_set():
            await self._inherit(room, owed=True)

    async def _inherit(self, most: int, *, owed: bool = False) -> bool:
        """Take over some senders, or those to whom an answer is owed; tell whether there were any."""
        owner, now = self._presence.owner, self._clock.now()
        async with self._turn:
            async with self._database.read() as session:
                waiting = await ownership.unowned(session, owner, len(self._in_hand) + most, now, owed=owed)
            left = [sender for sender in sorted(waiting) if sender not in self._in_hand][:most]
            if not left:
                if not owed:
                    self._left = False
                    self._rest()
                return False
            found = await self._take_over(left)
        if owed:
            self._owed.update(found)
        return bool(found)

    async def _take_over(self, senders: Sequence[int]) -> set[int]:
        """Take these senders on; return whom this process has now. One whose row is locked waits, alone."""
        epoch, now = self._presence.number(), self._clock.now()
        try:
            async with self._database.write(lock_seconds=LOCK_SECONDS) as session:
                claim = await ownership.claim(session, senders, self._presence.owner, epoch=epoch)
                pages = await _pages(session, claim.free | claim.inherited, now)
        except DatabaseError as error:
            if not is_locked(error):
                raise
            several = senders if len(senders) > 1 else ()
            return {taken for sender in several for taken in await self._take_over([sender])}
        self._take_up(pages, epoch)
        return set(pages)


async def _pages(session: Session, senders: Collection[int], now: datetime) -> dict[int, list[Received]]:
    return {sender: await inbox.waiting(session, sender, PAGE, now) for sender in senders}


def received(update: dict[str, Any]) -> Received:
    return Received(int(update["update_id"]), json.dumps(update), origin(update).sender)
