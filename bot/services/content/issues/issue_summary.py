"""Issue summaries: what is kept in memory of every issue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.content.gate import Access, gate
from bot.domain.content.issue import Edition, Issue
from bot.domain.readers.typed import folded_name


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """`locked`: part of the section, or all of it, is withheld from readers without access."""

    id: str
    kicker: str
    headline: str
    locked: bool


@dataclass(frozen=True, slots=True)
class EditionSummary:
    title: str
    sections: tuple[SectionSummary, ...]
    revision: str


@dataclass(frozen=True, slots=True)
class IssueSummary:
    """`out_at`: the issue's hour (UTC). `broken`, `drafts`: languages whose file on disk does not load, or is
    a draft; those of them that are in `editions` are served in their last good source.
    """

    date: date
    out_at: datetime
    editions: Mapping[str, EditionSummary]
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    has_cover: bool = False

    def in_language(self, language: str, first: str) -> tuple[str, EditionSummary]:
        """Return the language served to readers of `language`, and the summary of that edition."""
        known = next((code for code in (language, first) if code in self.editions), None)
        served = known if known is not None else next(iter(self.editions))
        return served, self.editions[served]

    def section_names(self) -> set[str]:
        """Return the ids and kickers (folded) of its sections, in any language."""
        sections = [section for edition in self.editions.values() for section in edition.sections]
        names = {folded_name(name) for section in sections for name in (section.id, section.kicker)}
        return names - {""}

    def sections_named(self, name: str) -> tuple[SectionSummary, ...]:
        """Return the sections of this id or kicker (folded), in any language."""
        return tuple(
            section
            for edition in self.editions.values()
            for section in edition.sections
            if name in {folded_name(section.id), folded_name(section.kicker)}
        )


@dataclass(frozen=True, slots=True)
class FolderState:
    """What a dated folder holds now.

    `summary`: None where no edition has ever loaded. `going`: what readers would get, by language: the last
    good source in place of drafts and broken files.
    """

    summary: IssueSummary | None
    going: Mapping[str, EditionSummary]
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()

    @property
    def old(self) -> tuple[str, ...]:
        """The languages that would go in older words than those on disk."""
        return tuple(language for language in self._not_going if language in self.going)

    @property
    def missing(self) -> tuple[str, ...]:
        """The languages on disk of which nothing would go."""
        return tuple(language for language in self._not_going if language not in self.going)

    @property
    def _not_going(self) -> tuple[str, ...]:
        """The languages whose file on disk does not go; a draft may be broken too."""
        return tuple(dict.fromkeys((*self.broken, *self.drafts)))

    @property
    def has_cover(self) -> bool:
        return self.summary is not None and self.summary.has_cover


def summary_of(issue: Issue, broken: tuple[str, ...] = (), drafts: tuple[str, ...] = ()) -> IssueSummary:
    editions = {language: _edition(edition) for language, edition in issue.editions.items()}
    return IssueSummary(issue.date, issue.out_at, editions, broken, drafts, has_cover=issue.cover is not None)


def _edition(edition: Edition) -> EditionSummary:
    sections = gate(edition, Access.PREVIEW).sections
    return EditionSummary(
        edition.title,
        tuple(
            SectionSummary(section.id, section.kicker, section.headline, section.locked)
            for section in sections
        ),
        edition.revision,
    )
