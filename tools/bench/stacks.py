"""The stacks that are compared, from the whole program down."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias, cast

from pydantic import SecretStr
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.ext import ApplicationBuilder, CommandHandler

from bot.app import Program
from bot.clock import Clock, MovableClock
from bot.composition.timing import Timing
from bot.config import Settings
from bot.db.engine.session import Database
from bot.domain.content.publication import Publication
from bot.domain.readers.reader import Viewer
from bot.metrics import Metrics
from bot.services.content.archive import Archive
from bot.services.content.folder import Folder
from bot.services.content.publication_file import read_publication
from bot.services.readers.readers import Readers, User
from bot.services.reading.cover_uploads import CoverUploads
from bot.services.reading.reading import Opened, Reading
from bot.services.reading.rich_refusals import RichRefusals
from bot.services.subscriptions.checkouts import Checkouts
from bot.services.updates.conflicts import UpdateConflicts
from bot.services.updates.update_inbox import UpdateInbox
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.keyboard import keyboard
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.page_request import PageRequests
from bot.telegram.api.transport import Transport
from bot.telegram.application import App, build, connect, handle, register
from bot.telegram.chat.conversation import ConversationContext
from bot.telegram.chat.menus import Menus
from bot.telegram.chat.page_sender import PageSender
from bot.telegram.handlers.registry import make_handlers
from bot.telegram.handlers.router import Router
from bot.telegram.updates.checkout import CheckoutAnswers
from bot.telegram.updates.conflicts import ConflictPolicy
from bot.telegram.updates.polling import ALLOWED_UPDATES, Polling
from tools.bench.handler_services import services

USERNAME = "bench_bot"


@dataclass(frozen=True, slots=True)
class Task:
    """What a stack serves: the bot's token, the Bot API's address, content, and a folder to write in."""

    token: str
    address: str
    content: Path
    data: Path

    def clock(self) -> Clock:
        """An hour after the newest issue came out."""
        folder = Folder(self.content)
        newest = max(folder.stamps())
        return MovableClock(read_publication(folder).out_at(newest) + timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Running:
    """A stack at work; `loaded` counts the issues in memory."""

    wait_until_handled: Callable[[], Awaitable[None]]
    loaded: Callable[[], int]


@asynccontextmanager
async def whole(task: Task) -> AsyncIterator[Running]:
    """The program as it is: content folder, SQLite on disk, polling."""
    settings = Settings(
        bot_token=SecretStr(task.token),
        telegram_api_url=task.address,
        database_url=f"sqlite+aiosqlite:///{task.data / 'bot.db'}",
        content_dir=task.content,
        http_port=0,
    )
    clock = task.clock()
    program = Program(settings, clock, Timing(spacing=0, ceiling=100_000))
    runner = await program.start()
    gc.freeze()  # as the command line does
    try:
        yield Running(
            runner.parts.update_inbox.wait_until_handled,
            lambda: len(program.core.archive.dates(clock.now())),
        )
    finally:
        await program.stop()


@asynccontextmanager
async def handlers_alone(task: Task) -> AsyncIterator[Running]:
    """The program's handlers, transport and polling; readers, inbox and open pages are not kept."""
    request = AiohttpRequest()
    token = SecretStr(task.token)
    transport = Transport(request, task.address, token, RateLimiter(spacing=0, ceiling=100_000))
    application = build(token, task.address, request)
    await connect(application)
    router, context = await _router(task, transport)
    register(application, router, context)
    await application.start()
    direct = DirectHandling(application)
    # Polling reports conflicts only after a 409, which this server never sends; it calls only `take`.
    conflict_policy = ConflictPolicy(cast("UpdateConflicts", None))
    checkouts = CheckoutAnswers(transport, cast("Checkouts", None), lambda: cast("Publication", None))
    polling = Polling(
        transport, cast("UpdateInbox", direct), lambda: True, conflict_policy, checkouts=checkouts
    )
    running = asyncio.create_task(polling.run())
    try:
        yield Running(direct.wait_until_handled, lambda: 1)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await application.stop()
        await application.shutdown()
        await request.shutdown()


class DirectHandling:
    """Hands every update on at once and keeps none."""

    def __init__(self, application: App) -> None:
        self._application = application
        self._tasks: set[asyncio.Task[str | None]] = set()

    async def take(self, updates: Iterable[dict[str, Any]]) -> None:
        for update in updates:
            task = asyncio.create_task(handle(self._application, update))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def wait_until_handled(self) -> None:
        await asyncio.gather(*self._tasks)


class AnonymousReading(Reading):
    """Reading that keeps no open pages."""

    async def remember(self, opened: Opened, message_id: int, *, protected: bool) -> None:
        pass


class AnonymousReaders(Readers):
    """Takes everyone for an anonymous user."""

    async def receive(self, user: User) -> Viewer:
        return Viewer(user.anonymous())


async def _router(task: Task, transport: Transport) -> tuple[Router, ConversationContext]:
    database, clock = Database(f"sqlite+aiosqlite:///{task.data / 'never-opened.db'}"), task.clock()
    archive = await _archive(task)
    reading = AnonymousReading(database, archive, clock, frozenset())
    readers, page_sender = (
        AnonymousReaders(database, clock),
        PageSender(reading, PageRequests(USERNAME, None), CoverUploads(database), RichRefusals()),
    )
    handlers = make_handlers(
        services(
            clock,
            database,
            archive,
            reading,
            readers=readers,
            page_sender=page_sender,
            transport=transport,
            username=USERNAME,
        )
    )
    context = ConversationContext(
        clock=clock,
        readers=readers,
        transport=transport,
        page_sender=page_sender,
        menus=Menus(transport, frozenset(), lambda: reading.publication, handlers.capabilities.menu_items),
        publication=lambda: reading.publication,
        username=USERNAME,
        admins=frozenset(),
    )
    return Router(handlers, Metrics().of_commands(handlers.capabilities.names)), context


async def _archive(task: Task) -> Archive:
    archive = Archive(task.content, task.clock())
    await archive.open()
    return archive


@asynccontextmanager
async def library(task: Task, at_once: int = 1) -> AsyncIterator[Running]:
    """python-telegram-bot alone, as its manual shows it: its transport (HTTPX), its polling, one handler.

    It replies the same text and keyboard, both made beforehand. `at_once`: updates handled side by side.
    """
    text, markup = await _page(task)
    no_preview = LinkPreviewOptions(is_disabled=True)

    async def latest(update: Update, _context: Any) -> None:
        assert update.message is not None
        await update.message.reply_html(text, reply_markup=markup, link_preview_options=no_preview)

    builder = ApplicationBuilder().token(task.token).base_url(f"{task.address}/bot")
    application = builder.concurrent_updates(at_once).build()
    application.add_handler(CommandHandler("latest", latest))
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling(allowed_updates=ALLOWED_UPDATES)
        yield Running(application.update_queue.join, lambda: 1)
        await application.updater.stop()
        await application.stop()


@asynccontextmanager
async def library_side_by_side(task: Task) -> AsyncIterator[Running]:
    async with library(task, at_once=64) as running:
        yield running


async def _page(task: Task) -> tuple[str, InlineKeyboardMarkup]:
    archive = await _archive(task)
    database = Database(f"sqlite+aiosqlite:///{task.data / 'never-opened.db'}")
    opened = await AnonymousReading(database, archive, task.clock(), frozenset()).open(
        Viewer(User(1, "en").anonymous())
    )
    assert opened is not None
    markup = InlineKeyboardMarkup.de_json(keyboard(opened.page.buttons, USERNAME), None)
    return opened.page.text, markup


Stack: TypeAlias = Callable[[Task], Any]
STACKS: dict[str, Stack] = {
    "whole": whole,
    "handlers": handlers_alone,
    "library": library,
    "library-side-by-side": library_side_by_side,
}
