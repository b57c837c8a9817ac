"""The stacks that send one page to many: the program, its way out alone, and what its peers' users write."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import InlineKeyboardMarkup as AiogramMarkup
from aiogram.types import LinkPreviewOptions as AiogramPreview
from aiolimiter import AsyncLimiter
from pydantic import SecretStr
from telegram import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ApplicationBuilder

from bot.app import Program
from bot.clock import MovableClock
from bot.config import Settings
from bot.db import campaigns
from bot.db.readers import readers
from bot.db.session import Database
from bot.domain.access import Access
from bot.domain.campaign import CampaignState, FrozenPage
from bot.domain.page import Rendering
from bot.domain.reader import Guest
from bot.services.archive import Archive
from bot.services.content import read_publication
from bot.services.folder import Folder
from bot.services.readers import Visitor
from bot.services.reading import Reading
from bot.telegram.carrier import TelegramCarrier
from bot.telegram.envelope import Envelope
from bot.telegram.lanes import Lanes
from bot.telegram.request import AiohttpRequest
from bot.telegram.transport import Transport
from bot.telegram.wire import Wire

TOKEN = "7300000:bench-token-of-no-bot-anywhere-at-all"
USERNAME = "bench_bot"
IN_FLIGHT = 50
"""How many calls a peer has under way, which is what its users do."""

FREE_RATE = 30
FIRST_READER = 6_000_000_001
SECTIONS = 3
"""With these the front page has six buttons."""

ASK_AGAIN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Errand:
    """What a stack has to do: where the Bot API is, what to send, how fast, to how many, and on what."""

    address: str
    content: Path
    data: Path
    rate: int
    count: int

    def settings(self) -> Settings:
        return Settings(
            bot_token=SecretStr(TOKEN),
            telegram_api_url=self.address,
            database_url=f"sqlite+aiosqlite:///{self.data / 'bot.db'}",
            content_dir=self.content,
            http_port=0,
            paid_broadcast=self.rate > FREE_RATE,
            send_rate=self.rate,
        )

    def chats(self) -> Iterator[int]:
        return iter(range(FIRST_READER, FIRST_READER + self.count))

    @property
    def out_at(self) -> datetime:
        """When the newest issue comes out."""
        folder = Folder(self.content)
        return read_publication(folder).out_at(max(folder.stamps()))


Run: TypeAlias = Callable[[], Awaitable[None]]
"""Sends everything; what it costs until it returns is what is measured."""


def issue(content: Path, folder: Path) -> None:
    """Write the newest sample issue into `folder` with a front page of about 1.5 KB and six buttons."""
    newest = max(one.name for one in content.iterdir() if one.is_dir())
    shutil.copytree(content / newest, folder / newest)
    shutil.copy(content / "publication.toml", folder)
    for edition in (folder / newest).glob("*.md"):
        sections = edition.read_text(encoding="utf-8").split("\n# ")
        edition.write_text("\n# ".join(sections[: SECTIONS + 1]), encoding="utf-8")


async def crowd(database: Database, errand: Errand) -> None:
    """Let so many readers have started the bot."""
    like = {"language": "en", "rendering": "classic", "push": True, "started_at": errand.out_at}
    async with database.write() as session:
        await session.execute(readers.insert(), [{"id": chat, **like} for chat in errand.chats()])


@asynccontextmanager
async def program(errand: Errand) -> AsyncIterator[Run]:
    """The program as it is: the push of an issue, claims and outcomes on disk."""
    clock = MovableClock(errand.out_at - timedelta(minutes=1))
    running = Program(errand.settings(), clock)
    await running.start()
    await crowd(running.database, errand)
    gc.freeze()  # as the command line does

    async def run() -> None:
        clock.move_to(errand.out_at)
        while not await _ended(running.database):
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    try:
        yield run
    finally:
        await running.stop()


async def _ended(database: Database) -> bool:
    async with database.read() as session:
        return bool(await campaigns.in_state(session, CampaignState.ENDED))


@asynccontextmanager
async def way_out(errand: Errand) -> AsyncIterator[Run]:
    """The program's lanes, carrier and connections; nothing is claimed and nothing is written down."""
    settings, request, wire = errand.settings(), AiohttpRequest(), Wire()
    lanes = Lanes(send_rate=errand.rate)
    transport = Transport(request, errand.address, SecretStr(TOKEN), lanes)
    carrier = TelegramCarrier(wire, transport, lanes, await _reading(errand), paid=settings.paid_broadcast)
    parcel = await carrier.prepare(await _page(errand), None)
    chats = errand.chats()

    async def work() -> None:
        for chat in chats:
            while away := await carrier.turn(chat):
                await asyncio.sleep(away)
            await carrier.send(parcel, chat)

    async def run() -> None:
        await asyncio.gather(*(work() for _ in range(settings.window)))

    yield run
    await wire.close()


@asynccontextmanager
async def library(errand: Errand) -> AsyncIterator[Run]:
    """python-telegram-bot with its AIORateLimiter, as its manual shows it, over its own transport (HTTPX)."""
    call = (await _page(errand)).payload
    markup = InlineKeyboardMarkup.de_json(call["reply_markup"], None)
    preview = LinkPreviewOptions(**call["link_preview_options"])
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{errand.address}/bot")
    limiter = AIORateLimiter(overall_max_rate=errand.rate)
    application = builder.rate_limiter(limiter).updater(None).build()
    chats = errand.chats()

    async def work() -> None:
        for chat in chats:
            try:
                await application.bot.send_message(
                    chat,
                    call["text"],
                    parse_mode="HTML",
                    reply_markup=markup,
                    link_preview_options=preview,
                )
            except RetryAfter:  # the limiter's default: it does not try again
                continue

    async with application:
        yield lambda: _side_by_side(work)


@asynccontextmanager
async def aiogram(errand: Errand) -> AsyncIterator[Run]:
    """Aiogram with aiolimiter: a wait before each call, and another try after a 429."""
    call = (await _page(errand)).payload
    markup = AiogramMarkup.model_validate(call["reply_markup"])
    preview = AiogramPreview(**call["link_preview_options"])
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(errand.address)))
    limiter = AsyncLimiter(errand.rate, 1)
    chats = errand.chats()

    async def send(chat: int) -> None:
        while True:
            async with limiter:
                try:
                    await bot.send_message(
                        chat,
                        call["text"],
                        parse_mode="HTML",
                        reply_markup=markup,
                        link_preview_options=preview,
                    )
                except TelegramRetryAfter as error:
                    await asyncio.sleep(error.retry_after)
                else:
                    return

    async def work() -> None:
        for chat in chats:
            await send(chat)

    async with bot.context():
        yield lambda: _side_by_side(work)


async def _side_by_side(work: Callable[[], Awaitable[None]]) -> None:
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


async def _page(errand: Errand) -> FrozenPage:
    """Return the front page as it is frozen for a reader without access."""
    reading = await _reading(errand)
    opened = await reading.open(Guest(Visitor(1, "en").stranger()))
    assert opened is not None
    method, payload = Envelope(USERNAME, None).seal(opened)
    return FrozenPage("en", Access.PREVIEW, Rendering.CLASSIC, method, payload, "en", opened.page.revision)


async def _reading(errand: Errand) -> Reading:
    clock = MovableClock(errand.out_at)
    archive = Archive(errand.content, clock)
    await archive.open()
    database = Database(f"sqlite+aiosqlite:///{errand.data / 'never-opened.db'}")
    return Reading(database, archive, clock, frozenset())


Stack: TypeAlias = Callable[[Errand], Any]
STACKS: dict[str, Stack] = {
    "program": program,
    "way-out": way_out,
    "library": library,
    "aiogram": aiogram,
}
