"""What is kept in memory of every issue, however many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.access import Access, gate
from bot.domain.issue import Edition, Issue


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """`locked`: something of the section is withheld from readers without access."""

    id: str
    kicker: str
    headline: str
    locked: bool


@dataclass(frozen=True, slots=True)
class EditionFacts:
    title: str
    sections: tuple[SectionFacts, ...]
    revision: str


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """`out_at` is the moment (UTC) from which readers may meet the issue; `drafts` the languages whose
    edition on disk is a draft.
    """

    date: date
    out_at: datetime
    editions: Mapping[str, EditionFacts]
    drafts: tuple[str, ...] = ()

    def in_language(self, language: str, first: str) -> tuple[str, EditionFacts]:
        """Return the language served to readers of `language`, and the facts of that edition."""
        known = next((code for code in (language, first) if code in self.editions), None)
        served = known if known is not None else next(iter(self.editions))
        return served, self.editions[served]


def facts_of(issue: Issue, drafts: tuple[str, ...] = ()) -> IssueFacts:
    editions = {language: _edition(edition) for language, edition in issue.editions.items()}
    return IssueFacts(issue.date, issue.out_at, editions, drafts)


def _edition(edition: Edition) -> EditionFacts:
    sections = gate(edition, Access.PREVIEW).sections
    return EditionFacts(
        edition.title,
        tuple(SectionFacts(one.id, one.kicker, one.headline, one.locked) for one in sections),
        edition.revision,
    )
