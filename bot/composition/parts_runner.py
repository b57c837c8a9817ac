"""Starts the parts of a program, and stops them."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog

from bot.composition.core import Core
from bot.composition.jobs import schedule
from bot.composition.parts import Parts
from bot.db.errors import DatabaseError
from bot.jobs import Jobs
from bot.services.delivery.sending.sender import STOP_SECONDS as SENDER_STOP_SECONDS
from bot.telegram.updates.polling import Polling

log = structlog.get_logger(__name__)

STOP_SECONDS = 14.0
"""How long a stop waits for messages in flight and updates in hand; a locked SQLite file may add 5 s."""


class PartsRunner:
    """Lets parts handle updates, send, and do what is due, from `start` to `stop`."""

    def __init__(self, core: Core, parts: Parts, *, sets_menus: bool = True) -> None:
        """`sets_menus`: the start sets the command menus and the bot's profile."""
        self.parts = parts
        self.jobs = Jobs(core.leads)
        self._core = core
        self._sets_menus = sets_menus
        self._sending = TaskSet()
        self._background = TaskSet()

    async def start(self) -> None:
        """Start the work. Raises DatabaseError; then `stop` ends what has begun."""
        core, parts = self._core, self.parts
        await core.load_cooldowns()
        await parts.update_inbox.resume()
        await core.lease.attempt()  # now, so that the leader begins to poll at once
        await core.releasing.look()
        schedule(self.jobs, core, parts)
        self.jobs.start()
        background = [parts.updates.run(), core.archive.load_rest(), core.lease.keep()]
        if self._sets_menus:
            background += [parts.menus.set_all(core.admins.reachable), parts.profile.set_all()]
        for work in background:
            self._background.add(work)
        self._sending.add(parts.sender.run())

    async def stop(self) -> None:
        """Finish messages in flight and updates in hand, in `STOP_SECONDS` at most."""
        if isinstance(self.parts.updates, Polling):
            self.parts.updates.stop()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(self._stop_leading(), self._stop_taking())
        except TimeoutError:
            log.warning("stopped before all was in order: what is left is taken up by the next start")

    async def stop_sending(self, seconds: float = SENDER_STOP_SECONDS) -> None:
        """Claim no more deliveries; return once those in flight have outcomes on disk, or after so long."""
        self.parts.sender.stop(seconds)
        await self._sending.wait()

    async def _stop_leading(self) -> None:
        """Stop sending, then give the lease back, so that no other sender claims before."""
        await self.stop_sending()
        self._core.lease.stop()
        with suppress(DatabaseError):
            await self._core.lease.release()

    async def _stop_taking(self) -> None:
        """Begin no new work; finish the updates that are being handled."""
        await self.jobs.stop()
        await self._background.cancel()
        await self.parts.update_inbox.stop()


class TaskSet:
    """Tasks that run side by side; one that fails is logged, and the others go on."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin this work."""
        task = asyncio.create_task(work)
        task.add_done_callback(_log_if_failed)
        self._tasks.append(task)

    async def wait(self) -> None:
        """Return when all have ended."""
        await asyncio.gather(*self._tasks)

    async def cancel(self) -> None:
        """Cancel all, and return when they have ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _log_if_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a background task has ended", exc_info=error)
