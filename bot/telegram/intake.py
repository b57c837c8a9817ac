"""The way in: updates are kept before they are acknowledged, then handled reader by reader."""

import asyncio
import json
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog

from bot.clock import Clock
from bot.db import inbox
from bot.db.inbox import Received
from bot.db.session import Database

log = structlog.get_logger(__name__)

AT_ONCE = 256
"""Updates handled side by side, at the most; each belongs to another reader."""

RETRY_SECONDS = 1.0
STOP_SECONDS = 12.0
MARKING_SECONDS = 3.0
ERROR_LENGTH = 2_000

Handle = Callable[[dict[str, Any]], Awaitable[str | None]]
"""Handles one update; returns what went wrong, if anything did."""


class Intake:
    """Keeps updates in the inbox and hands them on: one reader's in order, many readers side by side."""

    def __init__(
        self, database: Database, clock: Clock, handle: Handle, *, stop_seconds: float = STOP_SECONDS
    ) -> None:
        """`stop_seconds` is how long a stop waits for what is being handled."""
        self._database = database
        self._clock = clock
        self._handle = handle
        self._stop_seconds = stop_seconds
        self._queues: dict[int, deque[Received]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._closed: list[tuple[int, str | None]] = []
        self._closer: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    async def resume(self) -> None:
        """Take up what was kept but not handled before the last stop."""
        async with self._database.read() as session:
            waiting = await inbox.waiting(session)
        self._hand_on(waiting)

    async def take(self, updates: Iterable[dict[str, Any]]) -> None:
        """Keep updates, in one transaction, and hand on the new ones; errors of the database come through."""
        batch = [
            Received(int(update["update_id"]), json.dumps(update), sender_of(update)) for update in updates
        ]
        async with self._database.write() as session:
            new = await inbox.keep(session, batch, self._clock.now())
        fresh = {received.update_id: received for received in batch if received.update_id in new}
        self._hand_on(fresh.values())

    async def settled(self) -> None:
        """Wait until everything taken so far is handled and marked so."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Finish what is in hand, for so long; what is left stays in the inbox for the next start."""
        self._queues = {key: deque() for key in self._queues}
        await _end(self._workers, self._stop_seconds)
        await _end([self._closer] if self._closer else [], MARKING_SECONDS)

    def _hand_on(self, received: Iterable[Received]) -> None:
        for one in received:
            self._idle.clear()
            key = one.sender
            queue = self._queues.get(key)
            if queue is not None:
                queue.append(one)
                continue
            self._queues[key] = deque([one])
            worker = asyncio.create_task(self._work(key))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work(self, key: int) -> None:
        """Handle one reader's updates until none is left."""
        while self._queues[key]:
            async with self._slots:
                if not self._queues[key]:
                    break
                received = self._queues[key].popleft()
                error = await self._attempt(received)
            if error:
                log.error("update given up", update_id=received.update_id, exception=error)
            self._closed.append((received.update_id, error))
            self._mark_soon()
        del self._queues[key]
        self._mark_soon()

    async def _attempt(self, received: Received) -> str | None:
        """Handle one update; return what went wrong, in characters that every database can keep."""
        try:
            error = await self._handle(json.loads(received.body))
        except Exception:  # noqa: BLE001  # whatever it breaks, this reader's next update is handled
            error = traceback.format_exc()[-ERROR_LENGTH:]
        return error and error.replace("\0", "").encode("utf-8", "backslashreplace").decode()

    def _mark_soon(self) -> None:
        if self._closer is None or self._closer.done():
            self._closer = asyncio.create_task(self._mark())

    async def _mark(self) -> None:
        """Mark handled updates, as many at once as there are; a database that is away gets more time."""
        while self._closed:
            closed, self._closed = self._closed, []
            try:
                async with self._database.write() as session:
                    await inbox.close(session, closed, self._clock.now())
            except Exception as error:  # noqa: BLE001  # what is not marked would be handled once more
                log.warning("handled updates not marked yet", error=type(error).__name__)
                self._closed = closed + self._closed
                await asyncio.sleep(RETRY_SECONDS)
        if not self._queues:
            self._idle.set()


async def _end(tasks: Iterable[asyncio.Task[None]], seconds: float) -> None:
    """Wait so long for tasks, then break off those that still run."""
    running = set(tasks)
    late = (await asyncio.wait(running, timeout=seconds))[1] if running else running
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


def sender_of(update: dict[str, Any]) -> int:
    """Return whose update this is: the person's id, else the chat's, else its own number."""
    for body in update.values():
        if isinstance(body, dict):
            person = body.get("from") or body.get("user") or body.get("chat")
            if isinstance(person, dict) and isinstance(person.get("id"), int):
                return int(person["id"])
    return int(update["update_id"])
