"""The program: its parts, started in order and stopped in reverse."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

import structlog

from bot.clock import Clock, SystemClock, own_zones
from bot.composition.core import build_core
from bot.composition.delivery_classes import DeliveryClasses
from bot.composition.errors import StartError
from bot.composition.greeting import greet_telegram
from bot.composition.jobs import schedule
from bot.composition.parts import Parts, build_parts
from bot.composition.timing import Timing
from bot.composition.web import build_health, build_web
from bot.config import Settings
from bot.db.engine.errors import DatabaseError, UnusableError
from bot.db.updates.heartbeat import OtherVersionError
from bot.jobs import Jobs
from bot.telegram.chat.capability import Capability
from bot.telegram.updates.polling import Polling

log = structlog.get_logger(__name__)

STOP_SECONDS = 14.0
"""How long a stop waits for messages in flight and updates in hand; a locked SQLite file may add 5 s."""


class Program:
    """Starts the bot's parts in order and stops them in reverse.

    `timing`, `delivery` and `capabilities` are for tests, benches and the demo.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        timing: Timing | None = None,
        *,
        delivery: DeliveryClasses | None = None,
        capabilities: Sequence[Capability] = (),
    ) -> None:
        """`capabilities` come after the bot's own. StartError where the settings lack a token."""
        self.core = build_core(
            settings, clock or SystemClock(), timing or Timing(), delivery or DeliveryClasses()
        )
        self.health = build_health(self.core)
        self.web = build_web(self.core, self.health)
        self._capabilities = capabilities
        self._parts: Parts | None = None
        self.jobs = Jobs(self.core.leads)
        self._tasks: Sequence[asyncio.Task[None]] = ()
        self.sending: asyncio.Task[None] | None = None
        self._to_stop = self._to_close()

    @property
    def parts(self) -> Parts:
        """The parts that are built during `start`, once Telegram has answered."""
        assert self._parts is not None, "Telegram has not answered yet"
        return self._parts

    @property
    def address(self) -> str:
        return f"http://{self.core.settings.http_host}:{self.web.port}"

    def _to_close(self) -> AsyncExitStack:
        """Return the stack of what a stop closes, last first; also where nothing was started."""
        stack = AsyncExitStack()
        stack.push_async_callback(self.core.database.close)
        stack.callback(self.core.archive.close)
        stack.push_async_callback(self.core.request.shutdown)
        stack.push_async_callback(self.core.wire.close)
        stack.push_async_callback(self.web.stop)
        stack.push_async_callback(self.core.application.shutdown)
        return stack

    async def start(self) -> None:
        """Open database, content and web server, reach Telegram, then handle updates and send.

        A start that fails or is cancelled stops what it has started. StartError says what is missing.
        """
        try:
            await self._start()
        except UnusableError as error:
            raise StartError(str(error)) from None
        except DatabaseError as error:  # it was there a moment ago, or another program holds it
            raise StartError(str(self.core.database.unusable(error))) from None
        except OtherVersionError:
            raise StartError("Another version has changed the database's tables. Start that one.") from None
        finally:
            if not self.core.status.is_running():
                await self.stop()

    async def _start(self) -> None:
        zones = own_zones()
        await self._open()
        username = await greet_telegram(
            self.core.application, self.core.settings.telegram_api_url, self.core.timing.sleep
        )
        self._parts = build_parts(self.core, username, self._capabilities)
        await self._run(self._parts)
        log.info(
            "ready",
            bot=username,
            web=self.address,
            content=str(self.core.settings.content_dir),
            admins=len(self.core.settings.admin_ids),
            time_zones=zones,
        )

    async def _open(self) -> None:
        """Open the database, the content and the web server, which needs no Telegram to answer."""
        await self.core.database.migrate()
        await self.core.hours.measure()
        await self.core.archive.look()
        await self.core.releasing.begin()
        await self.core.archive.open()
        await self.core.closed_offers.refresh()
        settings = self.core.settings
        try:
            await self.web.start()
        except OSError as error:
            place = f"{settings.http_host}:{settings.http_port}"
            raise StartError(
                f"Cannot listen on {place} ({error.strerror}). Set HTTP_PORT to a free port."
            ) from None

    async def _run(self, parts: Parts) -> None:
        """Handle updates, send, and do what is due."""
        core = self.core
        core.status.connected(parts.username, parts.updates, parts.sender)
        await core.application.start()
        self._to_stop.push_async_callback(core.application.stop)
        self._to_stop.push_async_callback(self._finish, parts)
        await core.load_cooldowns()
        await parts.update_inbox.resume()
        await core.lease.attempt()  # now, so that the leader begins to poll at once
        await core.releasing.look()
        schedule(self.jobs, core, parts)
        self.jobs.start()
        background = (
            parts.updates.run(),
            core.archive.load_rest(),
            parts.menus.set_all(core.admins.reachable),
            parts.profile.set_all(),
            core.lease.keep(),
        )
        self._tasks = [_task(work) for work in background]
        self.sending = _task(parts.sender.run())
        core.status.began()

    async def stop(self) -> None:
        """Stop taking updates, finish what is in hand, close everything. A second call does nothing."""
        ran = self.core.status.ended()
        await self._to_stop.pop_all().aclose()
        if ran:
            log.info("stopped")

    async def _finish(self, parts: Parts) -> None:
        """Finish messages in flight and updates in hand, in `STOP_SECONDS` at most."""
        if isinstance(parts.updates, Polling):
            parts.updates.stop()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(self._stop_sending(parts), self._stop_taking(parts))
        except TimeoutError:
            log.warning("stopped before all was in order: what is left is taken up by the next start")

    async def _stop_sending(self, parts: Parts) -> None:
        """Claim no more deliveries, write the outcomes of those in flight, give the lease back."""
        if self.sending:
            parts.sender.stop()
            await self.sending
        self.core.lease.stop()
        with suppress(DatabaseError):
            await self.core.lease.release()

    async def _stop_taking(self, parts: Parts) -> None:
        """Begin no new work; finish the updates that are being handled."""
        await self.jobs.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await parts.update_inbox.stop()
        await parts.checkouts.stop()


async def unless(stopping: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Await `work`, but cancel it when `stopping` is set."""
    working, ending = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not working.done():
        working.cancel()
        log.info("stopped before it was ready")
    with suppress(asyncio.CancelledError):
        await working


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)
    task.add_done_callback(_log_if_failed)
    return task


def _log_if_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a background task has ended", exc_info=error)
