"""The composition root: makes every object, starts them in order, stops them in reverse."""

import asyncio
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.db.session import Database, UnusableError
from bot.jobs import Jobs
from bot.services.archive import Archive
from bot.services.housekeeping import Housekeeping
from bot.services.public import PublicReading
from bot.services.readers import Readers
from bot.services.reading import Reading
from bot.services.subscriptions import Subscriptions
from bot.telegram.application import App, build, connect, handle, name_of, register
from bot.telegram.errors import TokenError, UnreachableError
from bot.telegram.intake import Intake
from bot.telegram.lanes import SPACING_SECONDS, Lanes
from bot.telegram.menus import Menus
from bot.telegram.polling import POLL_SECONDS, Polling
from bot.telegram.request import DEADLINE_SECONDS, AiohttpRequest
from bot.telegram.showing import Showing
from bot.telegram.talk import Desk
from bot.telegram.transport import Transport
from bot.web.pages import PublicPages
from bot.web.server import WebServer

log = structlog.get_logger(__name__)

GREETING_TRIES = 6


class StartError(Exception):
    """The program cannot start; the text says why and what to do."""


class Program:
    """The bot, whole. `spacing`, `poll_seconds` and `deadline` are there for tests and benches."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        spacing: float = SPACING_SECONDS,
        poll_seconds: int = POLL_SECONDS,
        deadline: float = DEADLINE_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if settings.bot_token is None:
            raise StartError("BOT_TOKEN is not set. @BotFather gives one.")
        self.settings = settings
        self.clock = clock or SystemClock()
        self.database = Database(settings.database_url)
        self.archive = Archive(settings.content_dir, self.clock, monotonic=monotonic)
        self._request = AiohttpRequest(deadline)
        self.transport = Transport(
            self._request, settings.telegram_api_url, settings.bot_token, Lanes(spacing)
        )
        self._application: App = build(settings.bot_token, settings.telegram_api_url, self._request)
        self.intake = Intake(self.database, self.clock, self._handle)
        self._polling = Polling(self.transport, self.intake, poll_seconds=poll_seconds)
        self._jobs = Jobs(self.archive, Housekeeping(self.database, self.clock))
        self.web = WebServer(self._public_pages(), settings.http_host, settings.http_port)
        self._tasks: Sequence[asyncio.Task[None]] = ()

    async def start(self) -> None:
        """Be ready: database, content, web, Telegram, clock. StartError says what is missing."""
        try:
            await self.database.migrate()
        except UnusableError as error:
            raise StartError(str(error)) from None
        await self.archive.open()
        await self._open_web()
        await self._greet_telegram()
        menus = Menus(self.transport, self.settings.admin_ids)
        register(self._application, await self._desk(menus))
        await self._application.start()
        await self.intake.resume()
        self._jobs.start()
        background = (self._polling.run(), self.archive.load_rest(), menus.publish())
        self._tasks = [asyncio.create_task(one) for one in background]
        for task in self._tasks:
            task.add_done_callback(_say_if_failed)
        log.info(
            "ready",
            bot=self._application.bot.username,
            web=self.address,
            content=str(self.settings.content_dir),
            admins=len(self.settings.admin_ids),
        )

    @property
    def address(self) -> str:
        return f"http://{self.settings.http_host}:{self.web.port}"

    async def stop(self) -> None:
        """Stop taking updates, finish what is in hand, then close everything."""
        self._polling.stop()
        await self._jobs.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.intake.stop()
        if self._application.running:
            await self._application.stop()
        await self._application.shutdown()
        await self.web.stop()
        await self._request.shutdown()
        self.archive.close()
        await self.database.close()

    async def _handle(self, raw: dict[str, object]) -> str | None:
        return await handle(self._application, raw)

    async def _open_web(self) -> None:
        try:
            await self.web.start()
        except OSError as error:
            place = f"{self.settings.http_host}:{self.settings.http_port}"
            raise StartError(
                f"Cannot listen on {place} ({error.strerror}). Set HTTP_PORT to a free port."
            ) from None

    async def _greet_telegram(self) -> None:
        """Learn the bot's own name; while Telegram is away, try again for about a minute."""
        for attempt in range(GREETING_TRIES):
            try:
                await connect(self._application)
            except TokenError:
                raise StartError(
                    "Telegram does not know this BOT_TOKEN. Ask @BotFather for the right one."
                ) from None
            except UnreachableError as error:
                log.warning("Telegram does not answer yet", error=str(error))
                await asyncio.sleep(2.0**attempt)
            else:
                return
        raise StartError("Telegram does not answer. Check the network and TELEGRAM_API_URL.")

    async def _desk(self, menus: Menus) -> Desk:
        username = str(self._application.bot.username)
        admins = self.settings.admin_ids
        reading = Reading(self.database, self.archive, self.clock, admins)
        return Desk(
            clock=self.clock,
            reading=reading,
            readers=Readers(self.database, self.clock),
            subscriptions=Subscriptions(self.database, self.clock, self._hash_key()),
            transport=self.transport,
            showing=Showing(reading, self.transport, username, self.settings.public_url),
            menus=menus,
            username=username,
            admins=admins,
        )

    def _public_pages(self) -> PublicPages:
        reading = PublicReading(self.archive, self.clock)
        return PublicPages(reading, lambda: name_of(self._application), self.settings.public_url)

    def _hash_key(self) -> bytes:
        given = self.settings.hash_key
        return given.get_secret_value().encode() if given else kept_key(self.database.folder)


def _say_if_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a background task has ended", exc_info=error)


def kept_key(folder: Path) -> bytes:
    """Return the key beside the database, made at the first start and readable by us alone."""
    file = folder / "hash.key"
    if not file.exists():
        with tempfile.NamedTemporaryFile(dir=folder, prefix="hash.key.") as draft:
            draft.write(secrets.token_hex(32).encode())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):  # another program that started with us was first
                os.link(draft.name, file)
    return file.read_bytes().strip()
