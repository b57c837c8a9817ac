"""Locks: where reading goes on behind them, once all is open."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.readers import open_pages
from bot.db.readers.open_pages import OpenPage
from bot.domain.content.gate import Access
from bot.domain.content.issue import Issue, edition_for
from bot.domain.pages.page import Place
from bot.domain.readers.reader import Viewer
from bot.services.content.archive import Archive
from bot.services.reading.booklets import Booklets

REMEMBERED = timedelta(days=1)
"""For how long reading goes on at the lock that was met last."""

PAGES_ASKED = 20
"""How many of a reader's pages are asked for a lock, the newest first."""


class Locks:
    """Finds what follows the pages that stand in readers' chats, in the cutting of who has access."""

    def __init__(
        self,
        database: Database,
        archive: Archive,
        clock: Clock,
        booklets: Booklets,
        issue: Callable[[Viewer, date], Awaitable[Issue | None]],
    ) -> None:
        """`issue` returns the issue of a date; None where there is none for this viewer."""
        self._database = database
        self._archive = archive
        self._clock = clock
        self._booklets = booklets
        self._issue = issue

    async def behind(self, viewer: Viewer, message_id: int) -> Place | None:
        """Return where reading goes on behind the lock at the end of this page; None where it is gone."""
        async with self._database.read() as session:
            row = await open_pages.find(session, viewer.reader.id, message_id)
        return None if row is None else await self._behind(viewer, row)

    async def behind_newest(self, viewer: Viewer) -> Place | None:
        """Return where reading goes on behind the lock that this reader met last; None where she met none
        in the last day.
        """
        since = self._clock.now() - REMEMBERED
        async with self._database.read() as session:
            rows = await open_pages.recent(session, viewer.reader.id, since, PAGES_ASKED)
        for row in rows:
            behind = await self._behind(viewer, row, locked_only=True)
            if behind is not None:
                return behind
        return None

    async def _behind(self, viewer: Viewer, row: OpenPage, *, locked_only: bool = False) -> Place | None:
        """Return what follows a page for who has no access yet. `locked_only`: None where that is no lock."""
        issue = await self._issue(viewer, row.place.date)
        if issue is None:
            return None
        edition = edition_for(issue, row.language, self._archive.publication.first_language)
        preview = self._booklets.bind(edition, viewer.reader, Access.PREVIEW, row.rendering, issue)
        page = preview.page(row.place)
        is_locked = page is not None and any(button.way for line in page.buttons for button in line)
        return preview.after(row.place) if is_locked or not locked_only else None
