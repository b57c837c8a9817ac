"""Pushes: an issue's campaign, opened once with frozen pages."""

from datetime import date, datetime, timedelta
from typing import Any, Protocol

import structlog

from bot.clock import Clock
from bot.db.delivery import campaigns, filling
from bot.db.delivery.audience import has_no_copy, wants_issues
from bot.db.delivery.campaigns import FrozenCover, Opening
from bot.db.delivery.filling import Whereabouts
from bot.db.engine.session import Database, Session
from bot.db.operations import timestamps
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import FrozenPage, Kind, Why
from bot.domain.delivery.schedule import active_since, due_at, is_late, zone_of
from bot.domain.publishing.release import How
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader, Rendering, Viewer
from bot.domain.readers.ways import Way
from bot.i18n import LANGUAGES
from bot.services.content.archive import Archive
from bot.services.delivery.pausing import tell_paused
from bot.services.publishing.releasing import Releasing
from bot.services.publishing.setting_aside import AHEAD, set_aside
from bot.services.reading.reading import Opened, Reading

log = structlog.get_logger(__name__)


class PageRequestBuilder(Protocol):
    """Turns a page into a Bot API call: (method, payload without its chat)."""

    def build(self, opened: Opened) -> tuple[str, dict[str, Any]]: ...


class Publishing:
    """Opens the push of each issue that was released: call `open_due` every second, in the leader."""

    def __init__(
        self,
        database: Database,
        archive: Archive,
        reading: Reading,
        clock: Clock,
        *,
        page_requests: PageRequestBuilder,
        releasing: Releasing,
    ) -> None:
        self._database = database
        self._archive = archive
        self._reading = reading
        self._clock = clock
        self._page_requests = page_requests
        self._releasing = releasing
        self._seen = (clock.now(), clock.steady())
        self._jump: tuple[datetime, datetime] | None = None  # from when to when
        self._was_ahead = True  # a clock before this start may have been: asked once
        self._opened: date | None = None

    async def open_due(self) -> int | None:
        """Open the campaign of the current issue if it was released and has none; return its id, else None.

        It is opened once, however many processes try. It comes up paused, and the admins are asked, in three
        cases: it is more than 12 hours late; a clock that jumped made it due; or a backup was restored that
        may not know who has it already. DatabaseError: the next call tries again.
        """
        now = self._look_at_the_clock()
        if self._was_ahead:
            await set_aside(self._database, self._archive.publication.out_at, now)
            self._was_ahead, self._opened = False, None
        await self._releasing.look()
        day = self._archive.current(now)
        if day is None or day == self._opened or not await self._is_due(day):
            return None
        if not self._releasing.is_stable(day):
            return None
        summary = self._archive.summary(day)
        pages, cover = await self._pages(day), await self._cover(day)
        is_other = self._archive.summary(day) is not summary  # corrected between two pages: begin again
        if not pages or is_other:
            return None
        opened = await self._open(day, pages, cover, now)
        self._opened = day
        return opened

    def _look_at_the_clock(self) -> datetime:
        """Return the time, and note whether the clock has jumped or was set back since the last call.

        A jump: more than 12 hours passed at once, so the clock was wrong before or is wrong now. A virtual
        machine that was paused looks the same.
        """
        (wall, steady), self._seen = self._seen, (self._clock.now(), self._clock.steady())
        now, expected = self._seen[0], wall + timedelta(seconds=self._seen[1] - steady)
        if expected - now > AHEAD:  # it was set back
            self._was_ahead = True
        if is_late(expected, now):
            log.error("the clock has jumped", before=wall.isoformat(), now=now.isoformat())
            self._jump = (wall, now)
        elif self._jump and now < self._jump[1]:  # it has been set right
            self._jump = None
        return now

    async def _is_due(self, day: date) -> bool:
        if not self._releasing.pushes(day):
            return False
        async with self._database.read() as session:
            known = await campaigns.by_key(session, Kind.ISSUE, str(day))
        if known is not None:
            self._opened = day
        return known is None

    async def _open(
        self, day: date, pages: list[FrozenPage], cover: FrozenCover | None, now: datetime
    ) -> int | None:
        """Write, in one transaction, the campaign, its pages, and a delivery for everyone who wants issues.

        None where another process has opened it.
        """
        publication = self._archive.publication
        out_at = publication.out_at(day)
        async with self._database.write() as session:
            why = await _doubt(session, out_at, now, self._jump)
            if why is Why.LATE and self._releasing.how(day) is How.SENT:
                why = None  # the admins were asked already
            opening = Opening(
                kind=Kind.ISSUE,
                key=str(day),
                title=self._reading.title(day, publication.first_language),
                starts_at=out_at if why is Why.JUMPED else max(out_at, now),  # never a wrong clock's time
                why=why,
                cover=cover,
            )
            campaign_id = await campaigns.add(session, opening, now)
            if campaign_id is None:
                return None
            due = {place: self._due(day, place) for place in await filling.whereabouts(session)}
            wanting = wants_issues() & has_no_copy(await campaigns.set_aside(session, day))
            rows = await filling.fill(session, campaign_id, due, wanting, active_since(publication, now))
            await campaigns.freeze(session, campaign_id, pages, rows)
            if opening.why is not None:
                await tell_paused(session, campaign_id, opening.why, now)
        log.info("campaign opened", campaign_id=campaign_id, issue=str(day), readers=rows, why=opening.why)
        return campaign_id

    def _due(self, day: date, place: Whereabouts) -> datetime:
        publication = self._archive.publication
        return due_at(publication, day, zone_of(place.zone, publication), place.quiet)

    async def _pages(self, day: date) -> list[FrozenPage]:
        """Freeze the front page for each language, access and rendering; empty: the issue was taken away."""
        kinds = [
            (language, access, rendering)
            for language in LANGUAGES
            for access in Access
            for rendering in Rendering
        ]
        frozen = [await self._frozen(day, kind) for kind in kinds]
        pages = [page for page in frozen if page is not None]
        return pages if len(pages) == len(kinds) else []

    async def _frozen(self, day: date, kind: tuple[str, Access, Rendering]) -> FrozenPage | None:
        """Freeze a page for readers who have no way on, with the fields that differ for each way on."""
        opened = await self._reading.on_each_way(_imagined(*kind), day)
        if not opened:
            return None
        plain = opened[Way.NONE]
        built = {way: self._page_requests.build(page) for way, page in opened.items()}
        method, payload = built[Way.NONE]
        keyboards = {
            way: {name: other[name] for name in other if other[name] != payload.get(name)}
            for way, (_, other) in built.items()
            if other != payload
        }
        return FrozenPage(
            *kind,
            method,
            payload,
            plain.language,
            plain.page.revision,
            keyboards,
            opened[Way.PROMOTION].promotion if Way.PROMOTION in keyboards else None,
        )

    async def _cover(self, day: date) -> FrozenCover | None:
        issue = await self._archive.issue(day)
        cover = issue.cover if issue else None
        return FrozenCover(cover.content, cover.media_type) if cover else None


def _imagined(language: str, access: Access, rendering: Rendering) -> Viewer:
    """Return a viewer who stands for all readers of one language, access and rendering."""
    until = FOREVER if access is Access.FULL else None
    return Viewer(Reader(0, language, rendering, full_until=until))


async def _doubt(
    session: Session, out_at: datetime, now: datetime, jump: tuple[datetime, datetime] | None = None
) -> Why | None:
    """Return why the admins are to be asked before an issue is pushed; None: it is pushed at once.

    `jump`: from when to when the clock moved at once.
    """
    doubted = [await timestamps.find(session, name) for name in (timestamps.DOUBTED, timestamps.RESTORED)]
    if any(until is not None and out_at <= until for until in doubted):
        return Why.RESTORED
    if jump and jump[0] < out_at <= jump[1]:  # by that clock it may look late as well
        return Why.JUMPED
    return Why.LATE if is_late(out_at, now) else None
