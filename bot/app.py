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
from bot.composition.hash_key import check_hash_key
from bot.composition.parts import build_parts
from bot.composition.parts_runner import PartsRunner
from bot.composition.timing import Timing
from bot.composition.web import build_health, build_web
from bot.config import Settings
from bot.db.errors import DatabaseError, UnusableError
from bot.db.updates.heartbeat import OtherVersionError
from bot.telegram.chat.capability import Capability

log = structlog.get_logger(__name__)


class Program:
    """Opens what a bot needs, reaches Telegram, and lets a `PartsRunner` work, until it is stopped.

    `timing`, `delivery`, `capabilities` and `sets_menus` are for tests, benches and the demo.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        timing: Timing | None = None,
        *,
        delivery: DeliveryClasses | None = None,
        capabilities: Sequence[Capability] = (),
        sets_menus: bool = True,
    ) -> None:
        """`capabilities` come after the bot's own. `sets_menus`: the start sets the command menus and the
        bot's profile. StartError where the settings lack a token.
        """
        self.core = build_core(
            settings, clock or SystemClock(), timing or Timing(), delivery or DeliveryClasses()
        )
        self.health = build_health(self.core)
        self.web = build_web(self.core, self.health)
        self._capabilities = capabilities
        self._sets_menus = sets_menus
        self._to_stop = self._to_close()

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

    async def start(self) -> PartsRunner:
        """Open database, content and web server, reach Telegram, then handle updates and send.

        Return the runner of the parts, which were built once Telegram had answered. A start that fails or is
        cancelled stops what it has started. StartError says what is missing.
        """
        try:
            return await self._start_or_explain()
        except BaseException as error:
            if isinstance(error, Exception):
                # Logged before the stop: Ctrl+C during it would put a cancellation in the error's place.
                log.error("the start failed: what it has opened is closed", reason=str(error))  # noqa: TRY400  # raised again below
            await self.stop()
            raise

    async def _start_or_explain(self) -> PartsRunner:
        try:
            return await self._start()
        except UnusableError as error:
            raise StartError(str(error)) from None
        except DatabaseError as error:  # it was there a moment ago, or another program holds it
            raise StartError(str(self.core.database.unusable(error))) from None
        except OtherVersionError:
            raise StartError("Another version has changed the database's tables. Start that one.") from None

    async def _start(self) -> PartsRunner:
        zones = own_zones()
        await self._open()
        username = await greet_telegram(
            self.core.application, self.core.settings.telegram_api_url, self.core.timing.sleep
        )
        parts = build_parts(self.core, username, self._capabilities)
        runner = PartsRunner(self.core, parts, sets_menus=self._sets_menus)
        await self._run(runner)
        log.info(
            "ready",
            bot=username,
            web=self.address,
            content=str(self.core.settings.content_dir),
            admins=len(self.core.settings.admin_ids),
            time_zones=zones,
        )
        return runner

    async def _open(self) -> None:
        """Open the database, the content and the web server, which needs no Telegram to answer."""
        await self.core.database.migrate()
        await check_hash_key(self.core.settings, self.core.database)
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

    async def _run(self, runner: PartsRunner) -> None:
        self.core.status.connected(runner.parts.username, runner.parts.updates, runner.parts.sender)
        await self.core.application.start()
        self._to_stop.push_async_callback(self.core.application.stop)
        self._to_stop.push_async_callback(runner.stop)  # before it starts: a start may fail halfway
        await runner.start()
        self.core.status.began()

    async def stop(self) -> None:
        """Stop taking updates, finish what is in hand, close everything. A second call does nothing."""
        ran = self.core.status.ended()
        await self._to_stop.pop_all().aclose()
        if ran:
            log.info("stopped")


async def unless(stopping: asyncio.Event, work: Coroutine[Any, Any, object]) -> None:
    """Await `work`, but cancel it when `stopping` is set."""
    working, ending = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not working.done():
        working.cancel()
        log.info("stopped before it was ready")
    with suppress(asyncio.CancelledError):
        await working
