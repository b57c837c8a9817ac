"""Reading: what a viewer may see of an issue, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.clock import Clock
from bot.db.engine.coalescer import Coalescer
from bot.db.engine.session import Database
from bot.db.operations import timestamps
from bot.db.readers import open_pages, readers
from bot.db.readers.open_pages import OpenPage
from bot.db.updates import completion
from bot.domain.content.gate import gate
from bot.domain.content.issue import Cover, Edition, Issue, edition_for
from bot.domain.content.on_offer import OnOffer
from bot.domain.content.publication import Publication
from bot.domain.content.search_folding import alike
from bot.domain.delivery.campaign import Campaign, Kind
from bot.domain.pages.page import Button, Page, Place
from bot.domain.pages.rendering.inline import visible
from bot.domain.publishing.skipping import Skipped
from bot.domain.readers.reader import Reader, Rendering, Viewer
from bot.domain.readers.ways import Way, ways_of
from bot.services.content.archive import Archive
from bot.services.content.search.search import Hit
from bot.services.reading.booklets import Booklets
from bot.services.reading.locks import Locks

HITS = 8


@dataclass(frozen=True, slots=True)
class Opened:
    """A page for one viewer, with what is needed to show it."""

    page: Page
    reader: Reader
    language: str  # the edition's
    cover: Cover | None
    out: bool
    url: str | None  # the issue on the publication's own site
    promotion: str | None = None  # the id of the one that runs


@dataclass(frozen=True, slots=True)
class Contents:
    """The sections of an issue: (id, kicker, headline, locked) of each."""

    date: date
    sections: tuple[tuple[str, str, str, bool], ...]


class Reading:
    """Opens pages for viewers, and remembers which pages stand in readers' chats.

    Access is asked anew at each call. Readers meet issues that are out; an admin in private meets the others
    too.
    """

    def __init__(self, database: Database, archive: Archive, clock: Clock, admins: frozenset[int]) -> None:
        self._database = database
        self._archive = archive
        self._clock = clock
        self._admins = admins
        self._booklets = Booklets(archive, clock)
        self.locks = Locks(database, archive, clock, self._booklets, self._issue)
        self._opened = Coalescer(self._remember)

    @property
    def publication(self) -> Publication:
        return self._archive.publication

    async def open(
        self, viewer: Viewer, place: Place | None = None, *, rendering: Rendering | None = None
    ) -> Opened | None:
        """Return the page at `place`, by default the current issue's front page; None where there is none
        for this viewer.

        `rendering` overrules the reader's own choice, for a page that Telegram refused.
        """
        day = place.date if place else self._archive.current(self._clock.now())
        issue = await self._issue(viewer, day)
        if issue is None:
            return None
        on_offer = self._on_offer()
        booklet, edition, out = self._booklets.of(viewer, issue, rendering, on_offer)
        page = booklet.page(place or Place(issue.date))
        if page is None:
            return None
        page = self._on(page, viewer.way(on_offer, self._clock.now()))
        return Opened(page, viewer.reader, edition.language, issue.cover, out, edition.url)

    async def on_each_way(self, viewer: Viewer, day: date) -> dict[Way, Opened]:
        """Return an issue's front page with the buttons of each way on that some reader may have now; empty
        where there is no such issue for this viewer.
        """
        issue = await self._issue(viewer, day)
        if issue is None:
            return {}
        on_offer = self._on_offer()
        booklet, edition, out = self._booklets.of(viewer, issue, None, on_offer)
        promotion = on_offer.promotion.id if on_offer.promotion is not None else None
        return {
            way: Opened(
                self._on(booklet.front, way),
                viewer.reader,
                edition.language,
                issue.cover,
                out,
                edition.url,
                promotion,
            )
            for way in ways_of(on_offer)
        }

    async def whole(self, viewer: Viewer, day: date) -> list[Opened]:
        """Return all that this viewer may read of an issue, in as few pages as Telegram's limits allow.

        Empty where there is no such issue for her.
        """
        issue = await self._issue(viewer, day)
        if issue is None:
            return []
        on_offer = self._on_offer()
        booklet, edition, out = self._booklets.of(viewer, issue, None, on_offer)
        way = viewer.way(on_offer, self._clock.now())
        return [
            Opened(self._on(page, way), viewer.reader, edition.language, issue.cover, out, edition.url)
            for page in booklet.whole()
        ]

    def _on_offer(self) -> OnOffer:
        return self.publication.on_offer(self._clock.now())

    def _on(self, page: Page, way: Way) -> Page:
        """Return the page without the buttons of other ways on, or to issues that are not out."""
        page = page.on(way)
        rows = (row for row in page.buttons if all(self._leads_on(button) for button in row))
        return replace(page, buttons=tuple(rows))

    def _leads_on(self, button: Button) -> bool:
        if button.opens is None:
            return True
        return self._archive.summary(button.opens.date) is not None and self.is_out(button.opens.date)

    def skipped(self) -> Skipped | None:
        """Return which push days are skipped since the current issue; None when none is."""
        return self._archive.skipped(self._clock.now())

    async def unpushed(self) -> date | None:
        """Return the date of the current issue if it was out before the bot first ran, so that it is never
        pushed; else None.
        """
        day = self._archive.current(self._clock.now())
        async with self._database.read() as session:
            since = await timestamps.find(session, timestamps.PUSHING)
        is_older = day is not None and since is not None and self.publication.out_at(day) < since
        return day if is_older else None

    async def contents(self, viewer: Viewer, day: date | None = None) -> Contents | None:
        """Return the sections of an issue, by default the current one; None where there is none for her."""
        now = self._clock.now()
        issue = await self._issue(viewer, day or self._archive.current(now))
        if issue is None:
            return None
        readable = gate(self._edition(issue, viewer.reader.language), viewer.access(now))
        rows = tuple(
            (section.id, section.kicker, section.headline, section.locked) for section in readable.sections
        )
        return Contents(issue.date, rows)

    def names(self, day: date) -> dict[str, tuple[str, ...]]:
        """Return, for each section id of an issue, its kickers and headlines in all languages."""
        summary = self._archive.summary(day)
        names: dict[str, tuple[str, ...]] = {}
        for edition in summary.editions.values() if summary else ():
            for section in edition.sections:
                names[section.id] = (*names.get(section.id, ()), section.kicker, section.headline)
        return names

    def last_of(self, wanted: str, language: str) -> tuple[Place, str] | None:
        """Return the place of the newest section of this id or kicker (folded), and its name in `language`.

        None where no issue that is out has such a section.
        """
        for day in self._archive.dates(self._clock.now()):
            summary = self._archive.summary(day)
            sections = summary.sections_named(wanted) if summary else ()
            if summary and sections:
                served = summary.in_language(language, self.publication.first_language)[1]
                section = next(
                    (candidate for candidate in served.sections if candidate.id == sections[0].id), None
                )
                if section is not None:
                    return Place(day, section.id), section.kicker or section.headline
        return None

    def ever_called(self) -> set[str]:
        """Return the ids and kickers (folded) of the sections of all issues that are out."""
        issues = (self._archive.summary(day) for day in self._archive.dates(self._clock.now()))
        return {name for summary in issues if summary for name in summary.section_names()}

    def dates(self, viewer: Viewer) -> tuple[date, ...]:
        """Return the dates of the issues that this viewer may meet, newest first."""
        return self._archive.dates(self._clock.now(), upcoming=self._sees_ahead(viewer))

    def is_out(self, day: date) -> bool:
        return self._archive.is_out(day, self._clock.now())

    def title(self, day: date, language: str) -> str:
        """Return an issue's title in this language, or in that of the edition served; its date for none."""
        summary = self._archive.summary(day)
        return (
            summary.in_language(language, self.publication.first_language)[1].title if summary else str(day)
        )

    def titled(self, campaign: Campaign, language: str) -> Campaign:
        """Return a campaign with the title that it has in a language; only an issue's differs."""
        summary = self._archive.summary(campaign.day) if campaign.kind is Kind.ISSUE else None
        if summary is None:
            return campaign
        _, edition = summary.in_language(language, self.publication.first_language)
        return replace(campaign, title=edition.title)

    async def search(self, viewer: Viewer, words: str) -> list[Hit]:
        """Return the best `HITS` places for `words`, best first, in issues that are out."""
        now = self._clock.now()
        hits = await self._archive.search(
            words, viewer.reader.language, now, access=viewer.access(now), limit=HITS
        )
        return [await self._placed(viewer, hit) for hit in hits]

    async def _placed(self, viewer: Viewer, hit: Hit) -> Hit:
        """Return a hit that leads to the page of its section which holds most words of its snippet."""
        issue = await self._issue(viewer, hit.date) if hit.snippet else None
        if issue is None or hit.snippet is None:
            return hit
        pages = self._booklets.of(viewer, issue)[0].section(hit.section)
        wanted = set(hit.snippet.split())
        held = [len(wanted.intersection(alike(visible(page.body)).split())) for page in pages]
        place = pages[held.index(max(held))].place
        return replace(hit, number=place.number, at=place.at)

    async def remember(self, opened: Opened, message_id: int, *, protected: bool) -> None:
        """Remember that this message shows this page: at once, or within 50 ms in a transaction of the update
        that is handled (see `bot.db.updates.completion`).
        """
        page = opened.page
        row = OpenPage(
            opened.reader.id,
            message_id,
            page.place,
            opened.language,
            page.rendering,
            page.revision,
            protected,
            opened.out,
        )
        if not completion.leave(row):
            await self._opened.add(row)

    async def _remember(self, rows: Sequence[OpenPage]) -> None:
        now = self._clock.now()
        await self._database.transact(lambda session: open_pages.remember(session, rows, now))

    async def note_offer(self, reader_id: int) -> None:
        """Note that this reader was offered rich pages, so that she is not offered them again."""
        async with self._database.write() as session:
            await readers.change(session, reader_id, rich_offered=True)

    async def came_from(self, viewer: Viewer) -> Place | None:
        """Return the place of the page that this reader opened last; None where it is gone.

        A number that the section no longer has becomes its nearest.
        """
        async with self._database.read() as session:
            last = await open_pages.newest(session, viewer.reader.id)
        opened = await self.open(viewer, last.place) if last else None
        return opened.page.place if opened else None

    async def shown_in(self, viewer: Viewer, message_id: int, *, rendering: Rendering) -> Opened | None:
        """Return the page that this message of the reader's chat shows, in another rendering; None where it
        is not remembered, or gone.
        """
        async with self._database.read() as session:
            row = await open_pages.find(session, viewer.reader.id, message_id)
        return await self.open(viewer, row.place, rendering=rendering) if row else None

    async def _issue(self, viewer: Viewer, day: date | None) -> Issue | None:
        issue = await self._archive.issue(day) if day else None
        if issue is None or not (self.is_out(issue.date) or self._sees_ahead(viewer)):
            return None
        return issue

    def _sees_ahead(self, viewer: Viewer) -> bool:
        return viewer.private and viewer.reader.id in self._admins

    def _edition(self, issue: Issue, language: str) -> Edition:
        return edition_for(issue, language, self.publication.first_language)
