"""Reading: what a guest may see of an issue, page by page."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.clock import Clock
from bot.db.engine.coalescer import Coalescer
from bot.db.engine.session import Database
from bot.db.operations import timestamps
from bot.db.readers import open_pages, readers
from bot.db.readers.open_pages import OpenPage
from bot.db.updates import completion
from bot.domain.content.about import about
from bot.domain.content.gate import Access, gate
from bot.domain.content.issue import Cover, Edition, Issue, edition_for
from bot.domain.content.publication import Publication
from bot.domain.content.search_folding import alike
from bot.domain.delivery.campaign import Campaign, Kind
from bot.domain.delivery.moments import told
from bot.domain.pages.booklet import Booklet
from bot.domain.pages.page import Button, Page, Place
from bot.domain.pages.rendering.inline import visible
from bot.domain.publishing.skipping import Skipped
from bot.domain.readers.reader import Reader, Rendering, Viewer
from bot.i18n import translator_for
from bot.services.content.archive import Archive
from bot.services.content.search.search import Hit

BOOKLETS_KEPT = 128
HITS = 8


@dataclass(frozen=True, slots=True)
class Opened:
    """A page for one reader, with what is needed to show it."""

    page: Page
    reader: Reader
    language: str  # the edition's
    cover: Cover | None
    out: bool
    url: str | None  # the issue on the publication's own site


@dataclass(frozen=True, slots=True)
class Contents:
    """What a reader may open of one issue: (id, kicker, headline, locked) of each section."""

    date: date
    sections: tuple[tuple[str, str, str, bool], ...]


class Reading:
    def __init__(self, database: Database, archive: Archive, clock: Clock, admins: frozenset[int]) -> None:
        self._database = database
        self._archive = archive
        self._clock = clock
        self._admins = admins
        self._booklets: OrderedDict[tuple[object, ...], Booklet] = OrderedDict()
        self._opened = Coalescer(self._remember)

    @property
    def publication(self) -> Publication:
        return self._archive.publication

    async def open(
        self, viewer: Viewer, place: Place | None = None, *, rendering: Rendering | None = None
    ) -> Opened | None:
        """Open the page at `place`, or the current issue's front page; None where this guest meets none.

        `rendering` overrules the reader's own choice, for a Telegram that refused it.
        """
        day = place.date if place else self._archive.current(self._clock.now())
        issue = await self._issue(viewer, day)
        if issue is None:
            return None
        booklet, edition, out = self._booklet(viewer, issue, rendering)
        page = booklet.page(place or Place(issue.date))
        if page is None:
            return None
        return Opened(self._met(page, viewer), viewer.reader, edition.language, issue.cover, out, edition.url)

    async def whole(self, viewer: Viewer, day: date) -> list[Opened]:
        """Open all that this reader may read of an issue, in as few pages as Telegram's limits allow."""
        issue = await self._issue(viewer, day)
        if issue is None:
            return []
        booklet, edition, out = self._booklet(viewer, issue, None)
        return [
            Opened(self._met(page, viewer), viewer.reader, edition.language, issue.cover, out, edition.url)
            for page in booklet.whole()
        ]

    def _met(self, page: Page, viewer: Viewer) -> Page:
        """Leave out the buttons of other ways on than hers, and those to issues that readers do not meet, or
        that there are not.
        """
        page = page.on(viewer.way(self.publication.trial_days, self._clock.now()))
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
        """Return the date of the current issue, where it was out before the bot first ran: it is not pushed,
        nor are those before it.
        """
        day = self._archive.current(self._clock.now())
        async with self._database.read() as session:
            since = await timestamps.find(session, timestamps.PUSHING)
        is_older = day is not None and since is not None and self.publication.out_at(day) < since
        return day if is_older else None

    async def contents(self, viewer: Viewer, day: date | None = None) -> Contents | None:
        """List the sections of an issue, the current one by default."""
        issue = await self._issue(viewer, day or self._archive.current(self._clock.now()))
        if issue is None:
            return None
        readable = gate(self._edition(issue, viewer.reader.language), viewer.access(self._clock.now()))
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
        """Return where the newest section of this id or kicker (folded) stands, and what it is called there
        in this language.
        """
        for day in self._archive.dates(self._clock.now()):
            summary = self._archive.summary(day)
            sections = summary.called(wanted) if summary else ()
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
        return {name for summary in issues if summary for name in summary.calls()}

    def dates(self, viewer: Viewer) -> tuple[date, ...]:
        """Return the dates of the issues this guest may meet, newest first."""
        return self._archive.dates(self._clock.now(), upcoming=self._sees_ahead(viewer))

    def is_out(self, day: date) -> bool:
        return self._archive.is_out(day, self._clock.now())

    def title(self, day: date, language: str) -> str:
        summary = self._archive.summary(day)
        return (
            summary.in_language(language, self.publication.first_language)[1].title if summary else str(day)
        )

    def titled(self, campaign: Campaign, language: str) -> Campaign:
        """Return a campaign as readers of a language know it: an issue by the title it has there."""
        summary = self._archive.summary(campaign.day) if campaign.kind is Kind.ISSUE else None
        if summary is None:
            return campaign
        _, edition = summary.in_language(language, self.publication.first_language)
        return replace(campaign, title=edition.title)

    async def search(self, viewer: Viewer, words: str) -> list[Hit]:
        now = self._clock.now()
        hits = await self._archive.search(
            words, viewer.reader.language, now, access=viewer.access(now), limit=HITS
        )
        return [await self._placed(viewer, hit) for hit in hits]

    async def _placed(self, viewer: Viewer, hit: Hit) -> Hit:
        """Return a hit with the page of its section that holds most of its snippet."""
        issue = await self._issue(viewer, hit.date) if hit.snippet else None
        if issue is None or hit.snippet is None:
            return hit
        pages = self._booklet(viewer, issue, None)[0].section(hit.section)
        wanted = set(hit.snippet.split())
        held = [len(wanted.intersection(alike(visible(page.body)).split())) for page in pages]
        place = pages[held.index(max(held))].place
        return replace(hit, number=place.number, at=place.at)

    async def remember(self, opened: Opened, message_id: int, *, protected: bool) -> None:
        """Keep that this page stands in the reader's chat: at once, or with the end of the update that is
        handled (see `bot.db.updates.completion`).
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
        """Keep that this reader has looked at rich pages: she is offered them no more."""
        async with self._database.write() as session:
            await readers.change(session, reader_id, rich_offered=True)

    async def came_from(self, viewer: Viewer) -> Place | None:
        """Return the page that this reader opened last, brought into range; None where it is gone."""
        async with self._database.read() as session:
            last = await open_pages.newest(session, viewer.reader.id)
        opened = await self.open(viewer, last.place) if last else None
        return opened.page.place if opened else None

    async def standing(self, viewer: Viewer, message_id: int, *, rendering: Rendering) -> Opened | None:
        """Return the page that stands in this message of the reader's chat, in a rendering; None where it is
        gone.
        """
        async with self._database.read() as session:
            row = await open_pages.find(session, viewer.reader.id, message_id)
        return await self.open(viewer, row.place, rendering=rendering) if row else None

    async def behind_lock(self, viewer: Viewer, message_id: int) -> Place | None:
        """Return where reading goes on behind the lock at which this open page ends."""
        async with self._database.read() as session:
            row = await open_pages.find(session, viewer.reader.id, message_id)
        issue = await self._issue(viewer, row.place.date) if row else None
        if row is None or issue is None:
            return None
        edition = self._edition(issue, row.language)
        locked = self._bind(edition, viewer.reader, Access.PREVIEW, row.rendering, issue, ahead="")
        return locked.after(row.place)

    async def _issue(self, viewer: Viewer, day: date | None) -> Issue | None:
        issue = await self._archive.issue(day) if day else None
        if issue is None or not (self.is_out(issue.date) or self._sees_ahead(viewer)):
            return None
        return issue

    def _sees_ahead(self, viewer: Viewer) -> bool:
        return viewer.private and viewer.reader.id in self._admins

    def _edition(self, issue: Issue, language: str) -> Edition:
        return edition_for(issue, language, self.publication.first_language)

    def _booklet(
        self, viewer: Viewer, issue: Issue, rendering: Rendering | None
    ) -> tuple[Booklet, Edition, bool]:
        now, reader = self._clock.now(), viewer.reader
        edition, out = self._edition(issue, reader.language), self.is_out(issue.date)
        chosen = rendering or viewer.rendering
        access, ahead = viewer.access(now), "" if out else self._ahead(issue.out_at, reader, chosen)
        said = about(self.publication, reader.language)
        key = (edition.revision, edition.date, edition.language, reader.language, access, chosen, ahead, said)
        booklet = self._booklets.get(key)
        if booklet is None:
            booklet = self._booklets[key] = self._bind(edition, reader, access, chosen, issue, ahead=ahead)
        self._booklets.move_to_end(key)
        while len(self._booklets) > BOOKLETS_KEPT:
            self._booklets.popitem(last=False)
        return booklet, edition, out

    def _bind(
        self,
        edition: Edition,
        reader: Reader,
        access: Access,
        rendering: Rendering,
        issue: Issue,
        *,
        ahead: str,
    ) -> Booklet:
        return Booklet(
            gate(edition, access),
            translator_for(reader.language),
            rendering,
            cover=issue.cover is not None,
            fallback=edition.language != reader.language,
            out_from=ahead or None,
            about=about(self.publication, reader.language),
        )

    def _ahead(self, out_at: datetime, reader: Reader, rendering: Rendering) -> str:
        translator = translator_for(reader.language)
        if out_at <= self._clock.now():
            return translator.say(
                "Only admins can see this for now. It was due, but it’s still waiting to go out."
            )
        moment = told(translator, replace(reader, rendering=rendering), out_at, self.publication)
        return translator.say("Only admins can see this for now. Readers get it on {moment}.", moment=moment)
