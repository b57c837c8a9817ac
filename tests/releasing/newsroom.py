"""A newsroom: what decides when an issue goes out.

A content folder, a database, and all of the program that decides when an issue goes out; its clocks stand
still until they are moved.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.db.delivery import campaigns
from bot.db.engine.session import Database, Session
from bot.db.readers import readers
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import Campaign, Kind
from bot.domain.pages.page import Place
from bot.domain.publishing.release import ReleaseAnswer
from bot.domain.readers.reader import Reader, Viewer
from bot.services.content.archive import Archive
from bot.services.content.released_issues import ReleasedIssues
from bot.services.publishing.publishing import Publishing
from bot.services.publishing.release_questions import Answered, Ending, ReleaseQuestions, WaitingIssue
from bot.services.publishing.releasing import Releasing
from bot.services.reading.public import PublicReading
from bot.services.reading.reading import Reading
from bot.telegram.api.page_request import PageRequests
from tests.files import long_ago

PUBLICATION = """\
name = "Sample"
languages = ["en", "es"]
timezone = "UTC"
push = { day = "monday", hour = "07:00" }
"""
OLDER = date(2025, 12, 15)
READERS = {11: "en", 12: "es"}
VIEWERS = {language: Viewer(Reader(number, language)) for number, language in READERS.items()}


def edition(title: str) -> str:
    return f"---\ntitle: {title}\naudience: everyone\n---\n\n# Top: First {{#first}}\n\nWords of {title}.\n"


class Hands:
    """A clock whose hands anybody may move, either way; `steady` counts what really passes."""

    def __init__(self, moment: datetime) -> None:
        self._now = moment
        self._steady = 0.0

    def now(self) -> datetime:
        return self._now

    def steady(self) -> float:
        return self._steady

    def pass_by(self, span: timedelta) -> None:
        """Let time pass."""
        self._now += span
        self._steady += span.total_seconds()

    def set(self, span: timedelta) -> None:
        """Set the hands on, or back, without any time passing."""
        self._now += span


class Stalling(Database):
    """A database that lets other things happen before it does what is asked next."""

    meanwhile_reading: Callable[[], Awaitable[None]] | None = None
    meanwhile_writing: Callable[[], Awaitable[None]] | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        work, self.meanwhile_reading = self.meanwhile_reading, None
        if work is not None:
            await work()
        async with super().read() as session:
            yield session

    @asynccontextmanager
    async def write(
        self, *, fenced: bool = True, lock_seconds: float | None = None
    ) -> AsyncIterator[Session]:
        work, self.meanwhile_writing = self.meanwhile_writing, None
        if work is not None:
            await work()
        async with super().write(fenced=fenced, lock_seconds=lock_seconds) as session:
            yield session


def shown_text(payload: Mapping[str, Any]) -> str:
    """Return the text of a page's Bot API call, classic or rich."""
    message = payload.get("rich_message", payload)
    return str(message.get("html") or message["text"])


def title_of(text: str) -> str:
    """Return the title that stands on a front page: a language and a number of letters."""
    match = re.search(r"\b(?:en|es) i+\b|\bolder\b", text)
    assert match is not None, text
    return match.group()


@dataclass
class Newsroom:
    root: Path
    url: str
    clock: Hands
    seconds: float = field(default=0.0, init=False)
    leads: bool = field(default=True, init=False)

    def prepare(self) -> None:
        """Let there be a publication, and an issue that is long out."""
        self.root.mkdir()
        (self.root / "publication.toml").write_text(PUBLICATION, encoding="utf-8")
        self.write(OLDER, "en", edition("older"))

    def write(self, day: date, language: str, text: str | bytes) -> None:
        file = self.root / str(day) / f"{language}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        long_ago(file)

    def set_publication(self, text: str) -> None:
        """Save publication.toml."""
        file = self.root / "publication.toml"
        file.write_text(text, encoding="utf-8")
        long_ago(file)

    async def start(self, *, leads: bool = True) -> None:
        """Start a program, as `Program` does."""
        self.leads = leads
        self.database = Stalling(self.url)
        released_issues = ReleasedIssues()
        self.archive = Archive(self.root, self.clock, released_issues, monotonic=lambda: self.seconds)
        self.releasing = Releasing(
            self.database, self.archive, released_issues, self.clock, leads=lambda: self.leads
        )
        await self.archive.look()
        await self.releasing.begin()
        await self.archive.open()
        self.reading = Reading(self.database, self.archive, self.clock, frozenset())
        self.publishing = Publishing(
            self.database,
            self.archive,
            self.reading,
            self.clock,
            page_requests=PageRequests("newsroom_bot", None),
            releasing=self.releasing,
        )
        self.questions = ReleaseQuestions(self.database, self.archive, self.clock)
        await self.releasing.look()
        await self.archive.load_rest()

    async def stop(self) -> None:
        self.archive.close()
        await self.database.close()

    async def enrol(self, *others: Reader) -> None:
        """Let there be a reader of each language, and these."""
        async with self.database.write() as session:
            for reader in (*(Reader(number, language) for number, language in READERS.items()), *others):
                await readers.add(session, reader, self.clock.now())

    async def look(self) -> None:
        """Let what lies in the folder be seen, then read once it is quiet, and what is due be done."""
        await self.archive.scan()
        await self.releasing.look()
        self.seconds += 1.0
        await self.archive.scan()
        await self.publishing.open_due()
        await self.archive.scan()

    async def load(self) -> None:
        """Let what lies in the folder be read, and nothing be decided."""
        await self.archive.scan()
        self.seconds += 1.0
        await self.archive.scan()

    async def shown(self, day: date) -> Mapping[str, str | None]:
        """Return the title that a reader of each language meets of an issue; None: she does not meet it."""
        bodies: dict[str, str | None] = {}
        for language, viewer in VIEWERS.items():
            opened = await self.reading.open(viewer, Place(day))
            bodies[language] = None if opened is None else title_of(opened.page.body)
        return bodies

    async def doors(self, day: date) -> set[bool]:
        """Return what each door says of whether an issue is out."""
        now, viewer, public = self.clock.now(), VIEWERS["en"], PublicReading(self.archive, self.clock)
        hits = await self.reading.search(viewer, "words")
        return {
            day in self.archive.dates(now),
            day in self.reading.dates(viewer),
            day in public.dates(),
            await public.issue(day, "en") is not None,
            await self.reading.contents(viewer, day) is not None,
            self.archive.current(now) == day,
            day in {hit.date for hit in hits},
        }

    async def campaign(self, day: date) -> Campaign | None:
        async with self.database.read() as session:
            return await campaigns.by_key(session, Kind.ISSUE, str(day))

    async def sent(self, day: date) -> Mapping[str, str] | None:
        """Return the title that the push brings to readers of each language; None: there is no push."""
        campaign = await self.campaign(day)
        if campaign is None:
            return None
        async with self.database.read() as session:
            pages = await campaigns.pages(session, campaign.id)
            rows = await session.execute(
                select(ledger.c.reader_id).where(ledger.c.campaign_id == campaign.id)
            )
            assert sorted(rows.scalars()) == sorted(READERS)
        return {page.language: title_of(shown_text(page.payload)) for page in pages}

    async def waiting(self, day: date) -> WaitingIssue | None:
        return next((issue for issue in await self.questions.waiting() if issue.day == day), None)

    async def ending(self, day: date) -> Ending:
        return await self.questions.ending(day)

    async def answer(self, day: date, admin: int, answer: ReleaseAnswer, round_: int) -> Answered:
        return await self.questions.answer(day, admin, answer, round_)


def monday(hour: int = 7, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2025, 12, 22, hour, minute, second, tzinfo=UTC)
