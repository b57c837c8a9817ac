"""The program as it sends one page to many."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import SecretStr

from bot.app import Program
from bot.clock import MovableClock
from bot.config import Settings
from bot.db.delivery import campaigns
from bot.db.engine.session import Database
from bot.db.tables import readers
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import CampaignState, FrozenPage
from bot.domain.readers.reader import Rendering, Viewer
from bot.services.content.archive import Archive
from bot.services.content.folder import Folder
from bot.services.content.publication_file import read_publication
from bot.services.content.released_issues import ReleasedIssues
from bot.services.delivery.sending.window import BATCH_SECONDS
from bot.services.publishing.publishing import Publishing
from bot.services.publishing.releasing import Releasing
from bot.services.readers.readers import User
from bot.services.reading.cover_uploads import CoverUploads
from bot.services.reading.reading import Reading
from bot.telegram.api.campaign_connection import TelegramCampaignConnection
from bot.telegram.api.campaign_transport import TelegramCampaignTransport
from bot.telegram.api.http.http_connection import HttpConnections
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.page_request import PageRequests
from bot.telegram.api.transport import Transport
from tests.files import long_ago

TOKEN = "7300000:bench-token-of-no-bot-anywhere-at-all"
USERNAME = "bench_bot"
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
    database: str = ""
    """DATABASE_URL; empty: SQLite in the folder."""

    def settings(self) -> Settings:
        return Settings(
            bot_token=SecretStr(TOKEN),
            telegram_api_url=self.address,
            database_url=self.database or f"sqlite+aiosqlite:///{self.data / 'bot.db'}",
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
    """Write the two newest sample issues into `folder`, with front pages of about 1.5 KB and six buttons."""
    *_, before, newest = sorted(folder.name for folder in content.iterdir() if folder.is_dir())
    shutil.copytree(content / before, folder / before)
    shutil.copytree(content / newest, folder / newest)
    shutil.copy(content / "publication.toml", folder)
    for edition in folder.glob("*/*.md"):
        sections = edition.read_text(encoding="utf-8").split("\n# ")
        edition.write_text("\n# ".join(sections[: SECTIONS + 1]), encoding="utf-8")
    for file in folder.glob("*/*"):
        long_ago(file)


async def crowd(database: Database, errand: Errand) -> None:
    """Let so many readers have started the bot."""
    like = {"language": "en", "rendering": "classic", "push": True, "started_at": errand.out_at}
    async with database.write() as session:
        await session.execute(readers.insert(), [{"id": chat, **like} for chat in errand.chats()])


@asynccontextmanager
async def program(errand: Errand) -> AsyncIterator[Run]:
    """The program as it is: the push of an issue, claims and outcomes on disk."""
    clock = MovableClock(errand.out_at - timedelta(minutes=2))
    running = Program(errand.settings(), clock)
    await running.start()
    await crowd(running.core.database, errand)
    gc.freeze()  # as the command line does

    async def run() -> None:
        clock.move_to(errand.out_at)
        while not await _ended(running.core.database):  # noqa: ASYNC110  # it ends in the database
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    try:
        yield run
    finally:
        await running.stop()


async def _ended(database: Database) -> bool:
    async with database.read() as session:
        return bool(await campaigns.in_state(session, CampaignState.ENDED))


@asynccontextmanager
async def opening(errand: Errand) -> AsyncIterator[Run]:
    """The opening of a campaign alone: its pages frozen, a row of the ledger for everyone."""
    database = Database(errand.settings().database_url)
    await database.migrate()
    clock = MovableClock(errand.out_at - timedelta(minutes=2))
    released_issues = ReleasedIssues()
    archive = Archive(errand.content, clock, released_issues)
    releasing = Releasing(database, archive, released_issues, clock, leads=lambda: True)
    await archive.look()
    await releasing.begin()
    await archive.open()
    await releasing.look()
    reading = Reading(database, archive, clock, frozenset())
    page_requests = PageRequests(USERNAME, None)
    publishing = Publishing(
        database, archive, reading, clock, page_requests=page_requests, releasing=releasing
    )
    await crowd(database, errand)

    async def run() -> None:
        clock.move_to(errand.out_at)
        campaign_id = await publishing.open_due()
        assert campaign_id is not None

    yield run
    await database.close()


@asynccontextmanager
async def way_out(errand: Errand) -> AsyncIterator[Run]:
    """The rate limiter, the transport and its connections; nothing is claimed and no outcome is stored."""
    settings, request, wire = errand.settings(), AiohttpRequest(), HttpConnections()
    rate_limiter = RateLimiter(send_rate=errand.rate)
    transport = Transport(request, errand.address, SecretStr(TOKEN), rate_limiter)
    covers = CoverUploads(Database(f"sqlite+aiosqlite:///{errand.data / 'never-opened.db'}"))
    campaign_transport = TelegramCampaignTransport(
        wire, transport, rate_limiter, covers, paid=settings.paid_broadcast
    )
    frozen = FrozenPage("en", Access.PREVIEW, Rendering.CLASSIC, "sendMessage", await page(errand))
    prepared = await campaign_transport.prepare(frozen, None)
    chats = errand.chats()

    campaign_connections = [campaign_transport.campaign_connection() for _ in range(settings.window)]
    for campaign_connection in campaign_connections:
        await campaign_connection.ready()
    batch, back = max(1, int(errand.rate * BATCH_SECONDS)), asyncio.Event()

    async def hand_over(campaign_connection: TelegramCampaignConnection, chat: int) -> None:
        if (refused := await campaign_connection.take_slot(chat)) is not None:
            raise RuntimeError(f"A slot that was there is not: {refused.reason}.")
        await campaign_connection.send(prepared, chat)
        campaign_connections.append(campaign_connection)
        back.set()

    async def run() -> None:
        left = errand.count
        async with asyncio.TaskGroup() as group:
            while left:
                back.clear()
                if not campaign_connections:
                    await back.wait()
                most = min(left, batch, len(campaign_connections))
                for _ in range(await campaign_transport.reserve_slots(most, most)):
                    group.create_task(hand_over(campaign_connections.pop(), next(chats)))
                    left -= 1
                await asyncio.sleep(0)  # each takes its slot

    yield run
    await wire.close()


async def page(errand: Errand) -> dict[str, Any]:
    """Return the front page as a reader without access gets it: the whole call but its chat."""
    reading = await _reading(errand)
    opened = await reading.open(Viewer(User(1, "en").anonymous()))
    assert opened is not None
    _, payload = PageRequests(USERNAME, None).build(opened)
    return payload


async def _reading(errand: Errand) -> Reading:
    clock = MovableClock(errand.out_at)
    archive = Archive(errand.content, clock)
    await archive.open()
    database = Database(f"sqlite+aiosqlite:///{errand.data / 'never-opened.db'}")
    return Reading(database, archive, clock, frozenset())


Stack: TypeAlias = Callable[[Errand], Any]
STACKS: dict[str, Stack] = {
    "program": program,
    "opening": opening,
    "way-out": way_out,
}
