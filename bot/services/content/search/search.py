"""Search in all issues that are out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from threading import Lock

from bot.domain.content.blocks import plain
from bot.domain.content.gate import Access, gate
from bot.domain.content.issue import Edition, Issue, edition_for
from bot.services.content.search.search_index import (
    COMMON_FREE,
    COMMON_PAID,
    FREE,
    MATCH,
    PAID,
    TEASERS,
    Entry,
    IndexedSection,
    SearchIndex,
)

LONGEST_QUERY = 256

IsOut = Callable[[date], bool]
"""Tells whether the issue of a date is out."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that holds the words; `section` is "" for the front page.

    `locked`: the reader may see its heading alone, so it has no snippet.
    """

    date: date
    section: str
    title: str
    headline: str
    locked: bool
    snippet: str | None
    paid: bool = False  # the snippet is paid text
    number: int = 1  # of the section's page that holds the words
    by_heading: bool = False  # the words stand in its heading alone
    at: int | None = None  # the letters before that page, as in a `Place`


@dataclass(frozen=True, slots=True)
class Source:
    """A query over the columns `within`, and the columns to take the snippet from where it matches."""

    within: str
    columns: tuple[int, ...]
    is_public: bool = True


SOURCES = (
    Source("heading free", (FREE, COMMON_FREE)),
    Source("heading free common_free", (COMMON_FREE, FREE)),
    Source("heading teasers", (TEASERS,)),
    Source("heading free paid", (PAID,), is_public=False),
    Source("heading free common_free paid common_paid", (PAID, COMMON_PAID), is_public=False),
)
"""In order of preference, free text first: the first source whose text holds a word gives the snippet.

Where only the heading holds the words, the first source with a text gives it.
"""

PUBLIC = (FREE, COMMON_FREE, TEASERS)


class Search:
    """Searches issues that are out. Every method blocks, and locks out the others: call them from a thread.

    There are two indexes: a public one without paid text, and one with all texts. Paid text, and issues that
    are not out, must not be in the index that a reader without access searches: they would show in the hits,
    and in their order, since the rank counts all texts of an index.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._public = SearchIndex()
        self._whole = SearchIndex()
        self._ahead: dict[date, list[Entry]] = {}  # issues that are not out yet
        self._indexed: set[date] = set()

    def put(self, issue: Issue, first: str, is_out: IsOut) -> None:
        """Index an issue in place of its earlier state. `first`: the publication's first language."""
        fallback = edition_for(issue, first, first).language
        entries = [
            entry
            for language, edition in issue.editions.items()
            for entry in _entries(issue, edition, fallback=language == fallback)
        ]
        with self._lock:
            self._forget(issue.date)
            self._ahead[issue.date] = entries
            self._take_up(is_out)

    def forget(self, day: date) -> None:
        with self._lock:
            self._forget(day)

    def find(self, words: str, language: str, is_out: IsOut, access: Access, limit: int) -> list[Hit]:
        """Return at most `limit` hits, best first; none where `words` holds no word."""
        full = access is Access.FULL
        with self._lock:
            self._take_up(is_out)
            index = self._whole if full else self._public
            match = query(index, words)
            if not match:
                return []
            hidden = [day for day in self._indexed if not is_out(day)]  # where a clock was set back
            places = index.find(match, language, hidden, limit)
            return [_hit(index, place, match, full=full) for place in places]

    def close(self) -> None:
        with self._lock:  # SQLite crashes when it is closed while another thread writes
            self._public.close()
            self._whole.close()

    def _take_up(self, is_out: IsOut) -> None:
        """Index the issues that have come out since."""
        for day in sorted(self._ahead):
            if is_out(day):
                self._indexed.add(day)
                entries = self._ahead.pop(day)
                self._whole.put(day, entries)
                self._public.put(day, (replace(entry, paid="") for entry in entries))

    def _forget(self, day: date) -> None:
        self._ahead.pop(day, None)
        self._indexed.discard(day)
        self._public.forget(day)
        self._whole.forget(day)


def _hit(index: SearchIndex, place: IndexedSection, match: str, *, full: bool) -> Hit:
    sources = [source for source in SOURCES if full or source.is_public]
    snippets = [
        (column, index.snippet(place.id, column, words))
        for source in sources
        if index.holds(place.id, words := f"{{{source.within}}} : ({match})")
        for column in source.columns
    ]
    texts = [(column, text) for column, text in snippets if text]
    column, text = next(
        (snippet for snippet in texts if MATCH in snippet[1]), texts[0] if texts else (FREE, "")
    )
    return Hit(
        place.date,
        place.section,
        place.title,
        place.headline,
        place.closed and not full,
        text.replace(MATCH, "") or None,
        paid=column not in PUBLIC,
        by_heading=MATCH not in text,
    )


def _entries(issue: Issue, edition: Edition, *, fallback: bool) -> Iterator[Entry]:
    """Yield the front page, which is public, and each section, its paid text apart."""
    entry = partial(Entry, issue.date, edition.language, fallback)
    title = edition.title
    yield entry(
        "", title, title, heading=title, teasers=" · ".join(edition.also), free="", paid="", closed=False
    )
    for section in gate(edition, Access.FULL).sections:
        yield entry(
            section.id,
            title,
            section.headline,
            heading=f"{section.kicker}\n{section.headline}",
            free=plain(section.free),
            paid=plain(section.paid),
            closed=bool(section.paid) and not section.free,
        )


def query(index: SearchIndex, words: str) -> str:
    """Return an FTS5 query for what a reader typed: each word quoted, the last one as a prefix."""
    cut = words[:LONGEST_QUERY].encode("utf-8", "ignore").decode()
    terms = index.words(cut)
    return " ".join(f'"{word}"' for word in terms) + " *" if terms else ""
