"""Booklets: made for kinds of readers, the last ones kept in memory."""

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.domain.content.about import About, about
from bot.domain.content.gate import Access, gate
from bot.domain.content.issue import Edition, Issue, edition_for
from bot.domain.content.on_offer import OnOffer
from bot.domain.delivery.moments import told
from bot.domain.pages.booklet import Booklet
from bot.domain.readers.reader import Reader, Rendering, Viewer
from bot.i18n import translator_for
from bot.services.content.archive import Archive

CACHED = 128
"""Booklets in memory, those used last."""


class Booklets:
    """Makes the booklet of an edition for all readers of one language, access and rendering.

    One that was made is used again until something that it shows changes: a new revision, another access.
    """

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self._archive = archive
        self._clock = clock
        self._cached: OrderedDict[tuple[object, ...], Booklet] = OrderedDict()

    def of(
        self,
        viewer: Viewer,
        issue: Issue,
        rendering: Rendering | None = None,
        on_offer: OnOffer | None = None,
    ) -> tuple[Booklet, Edition, bool]:
        """Return an issue's booklet for a viewer, its edition, and whether the issue is out.

        `rendering` overrules the reader's own choice. `on_offer`: what is, where the caller knows.
        """
        now, reader = self._clock.now(), viewer.reader
        publication = self._archive.publication
        edition = edition_for(issue, reader.language, publication.first_language)
        out = self._archive.is_out(issue.date, now)
        chosen = rendering or viewer.rendering
        access, ahead = viewer.access(now), "" if out else self._ahead(issue.out_at, reader, chosen)
        said = about(publication, reader.language, on_offer or publication.on_offer(now))
        key = (edition.revision, edition.date, edition.language, reader.language, access, chosen, ahead, said)
        booklet = self._cached.get(key)
        if booklet is None:
            booklet = self._cached[key] = self.bind(
                edition, reader, access, chosen, issue, said=said, ahead=ahead
            )
        self._cached.move_to_end(key)
        while len(self._cached) > CACHED:
            self._cached.popitem(last=False)
        return booklet, edition, out

    def bind(
        self,
        edition: Edition,
        reader: Reader,
        access: Access,
        rendering: Rendering,
        issue: Issue,
        *,
        said: About | None = None,
        ahead: str = "",
    ) -> Booklet:
        """Make a booklet anew. `said`: what it says of the publication. `ahead`: the sentence for an issue
        that only admins see.
        """
        publication = self._archive.publication
        said = said or about(publication, reader.language, publication.on_offer(self._clock.now()))
        return Booklet(
            gate(edition, access),
            translator_for(reader.language),
            rendering,
            cover=issue.cover is not None,
            fallback=edition.language != reader.language,
            out_from=ahead or None,
            about=said,
        )

    def _ahead(self, out_at: datetime, reader: Reader, rendering: Rendering) -> str:
        translator = translator_for(reader.language)
        if out_at <= self._clock.now():
            return translator.say(
                "Only admins can see this for now. It was due, but it’s still waiting to go out."
            )
        moment = told(translator, replace(reader, rendering=rendering), out_at, self._archive.publication)
        return translator.say("Only admins can see this for now. Readers get it on {moment}.", moment=moment)
