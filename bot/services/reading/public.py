"""Public reading: free parts of issues that are out, and covers."""

from dataclasses import dataclass
from datetime import date

from bot.clock import Clock
from bot.domain.content.gate import Access, gate
from bot.domain.content.issue import Cover, edition_for
from bot.domain.content.publication import Publication
from bot.domain.pages.rendering.web import free_part
from bot.domain.publishing.skipping import Skipped
from bot.domain.readers.ways import Way, anonymous_way
from bot.i18n import Translator, translator_for
from bot.services.content.archive import Archive


@dataclass(frozen=True, slots=True)
class PublicIssue:
    """One edition's free part: `body` is safe HTML, all else plain text."""

    date: date
    language: str
    languages: tuple[str, ...]
    title: str
    series: str
    author: str
    body: str
    locked: bool
    cover: Cover | None
    credit: str
    translator: Translator


class PublicReading:
    """What anybody may read on the web: the free parts of issues that are out, and their covers."""

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self._archive = archive
        self._clock = clock

    @property
    def publication(self) -> Publication:
        return self._archive.publication

    def dates(self) -> tuple[date, ...]:
        return self._archive.dates(self._clock.now())

    def skipped(self) -> Skipped | None:
        """Return which push days are skipped since the current issue; None when none is."""
        return self._archive.skipped(self._clock.now())

    def title(self, day: date, language: str) -> str:
        summary = self._archive.summary(day)
        return summary.in_language(language, self.publication.first_language)[1].title if summary else ""

    async def issue(self, day: date, language: str) -> PublicIssue | None:
        """Return the public part of an issue; None where it is not out, or not in this language.

        In the publication's first language every issue is there, if need be by another edition.
        """
        issue = await self._archive.issue(day)
        if issue is None or not self._is_out(day):
            return None
        edition = edition_for(issue, language, language)
        if language not in (edition.language, self.publication.first_language):
            return None
        readable = gate(edition, Access.PREVIEW)
        return PublicIssue(
            date=day,
            language=edition.language,
            languages=tuple(issue.editions),
            title=readable.title,
            series=readable.series,
            author=readable.author,
            body=free_part(readable),
            locked=any(section.locked for section in readable.sections),
            cover=issue.cover,
            credit=readable.credit,
            translator=translator_for(edition.language),
        )

    def promotion(self, language: str) -> str:
        """Return what the promotion that runs for everyone is called; "" where none does."""
        on_offer = self.publication.on_offer(self._clock.now())
        if on_offer.promotion is None or anonymous_way(on_offer) is not Way.PROMOTION:
            return ""
        return on_offer.promotion.label_in(language)

    async def cover(self, day: date) -> Cover | None:
        issue = await self._archive.issue(day)
        return issue.cover if issue is not None and self._is_out(day) else None

    def _is_out(self, day: date) -> bool:
        return self._archive.is_out(day, self._clock.now())
