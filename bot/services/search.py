"""Search in memory: SQLite's full-text index over every section of every issue."""

import re
import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock

from bot.domain.access import Access, gate
from bot.domain.blocks import plain
from bot.domain.issue import Edition, Issue, edition_for

LONGEST_QUERY = 256
SNIPPET_WORDS = 20
FREE, PAID = 1, 2
"""Columns of the index; column 0 holds kicker and headline."""

_SCHEMA = """
CREATE VIRTUAL TABLE texts USING fts5 (heading, free, paid, tokenize = "unicode61 remove_diacritics 2");
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    date TEXT NOT NULL,
    out_at TEXT NOT NULL,
    language TEXT NOT NULL,
    fallback INTEGER NOT NULL,
    section TEXT NOT NULL,
    title TEXT NOT NULL,
    headline TEXT NOT NULL
);
CREATE INDEX places_by_date ON places (date, language);
"""
_FIND = """
SELECT places.id, places.date, places.section, places.title, places.headline
FROM texts JOIN places ON places.id = texts.rowid
WHERE texts MATCH :words AND places.out_at <= :now AND (
    places.language = :language
    OR places.fallback AND NOT EXISTS (
        SELECT 1 FROM places AS other WHERE other.date = places.date AND other.language = :language
    )
)
ORDER BY bm25(texts, 8.0, 1.0, 1.0), places.date DESC, places.id LIMIT :limit
"""
_OPEN = "SELECT 1 FROM texts WHERE texts MATCH :words AND rowid = :id"
_SNIPPET = (
    "SELECT snippet(texts, :column, '', '', '…', :count) FROM texts WHERE texts MATCH :words AND rowid = :id"
)

_CLOSED = "SELECT 1 FROM texts WHERE rowid = :id AND free = '' AND paid <> ''"


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that holds the words; `section` is "" for the front page. A locked one, whose words stand
    in text that this reader may not see, or which has none that she may, has no snippet.
    """

    date: date
    section: str
    title: str
    headline: str
    locked: bool
    snippet: str | None
    paid: bool = False  # the snippet is paid text
    number: int = 1  # of the section's page that holds the words


class Search:
    """Every method blocks, one at a time: call them from a thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._index = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._index.executescript(_SCHEMA)

    def put(self, issue: Issue, first: str) -> None:
        """Index an issue, instead of what was indexed of it; `first` is the publication's language."""
        fallback = edition_for(issue, first, first).language
        with self._lock:
            self._forget(issue.date)
            for language, edition in issue.editions.items():
                self._add(issue, edition, fallback=language == fallback)

    def forget(self, day: date) -> None:
        with self._lock:
            self._forget(day)

    def find(self, words: str, language: str, now: datetime, access: Access, limit: int) -> list[Hit]:
        """Return the best places first; an empty list when there are no words to look for."""
        match = query(words)
        if not match:
            return []
        asked = {"words": match, "now": _text(now), "language": language, "limit": limit}
        with self._lock:
            return [self._hit(row, match, access) for row in self._index.execute(_FIND, asked).fetchall()]

    def close(self) -> None:
        with self._lock:  # SQLite crashes when it is closed while another thread writes
            self._index.close()

    def _hit(self, row: tuple[int, str, str, str, str], match: str, access: Access) -> Hit:
        id_, day, section, title, headline = row
        public = f"{{heading free}} : ({match})"
        free = self._index.execute(_OPEN, {"words": public, "id": id_}).fetchone() is not None
        closed = not free or self._index.execute(_CLOSED, {"id": id_}).fetchone() is not None
        locked = closed and access is not Access.FULL
        sources = [(FREE, public)] * free + [(PAID, match)] * (access is Access.FULL)
        found = ((column, self._snippet(id_, column, words)) for column, words in sources)
        column, snippet = next((one for one in found if one[1]), (FREE, None))
        return Hit(date.fromisoformat(day), section, title, headline, locked, snippet, column == PAID)

    def _snippet(self, id_: int, column: int, words: str) -> str | None:
        asked = {"column": column, "count": SNIPPET_WORDS, "words": words, "id": id_}
        (snippet,) = self._index.execute(_SNIPPET, asked).fetchone()
        return " ".join(snippet.split()) or None

    def _forget(self, day: date) -> None:
        self._index.execute(
            "DELETE FROM texts WHERE rowid IN (SELECT id FROM places WHERE date = ?)", (day.isoformat(),)
        )
        self._index.execute("DELETE FROM places WHERE date = ?", (day.isoformat(),))

    def _add(self, issue: Issue, edition: Edition, *, fallback: bool) -> None:
        common = (issue.date.isoformat(), _text(issue.out_at), edition.language, fallback)
        front = (edition.title, " · ".join(edition.also), "")
        self._insert((*common, "", edition.title, edition.title), front)
        for section in gate(edition, Access.FULL).sections:
            heading = f"{section.kicker}\n{section.headline}"
            texts = (heading, plain(section.free), plain(section.paid))
            self._insert((*common, section.id, edition.title, section.headline), texts)

    def _insert(self, place: tuple[object, ...], texts: tuple[str, str, str]) -> None:
        cursor = self._index.execute(
            "INSERT INTO places (date, out_at, language, fallback, section, title, headline) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            place,
        )
        composed = (unicodedata.normalize("NFC", text) for text in texts)
        self._index.execute(
            "INSERT INTO texts (rowid, heading, free, paid) VALUES (?, ?, ?, ?)",
            (cursor.lastrowid, *composed),
        )


def query(words: str) -> str:
    """Turn what a reader typed into the index's language: every word quoted, the last one a beginning."""
    cut = words[:LONGEST_QUERY].encode("utf-8", "ignore").decode()
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", cut))
    return " ".join(f'"{word}"' for word in found) + " *" if found else ""


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
