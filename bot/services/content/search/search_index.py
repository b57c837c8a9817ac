"""A full-text index over sections, in memory (SQLite FTS5)."""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.content.search_folding import alike

SNIPPET_WORDS = 20
FREE, PAID, COMMON_FREE, COMMON_PAID, TEASERS = range(1, 6)
"""Columns of the index; column 0 holds kicker and headline.

A line that recurs stands in the `COMMON_` column of its text, every other line in the plain one; the other
column has an empty line there, so that the text can be put together again.
"""

FEWEST = 4
"""With fewer issues no line counts as one that recurs."""

_TOKENIZER = "unicode61 remove_diacritics 2"
_SCHEMA = f"""
CREATE VIRTUAL TABLE texts USING fts5 (
    heading, free, paid, common_free, common_paid, teasers, tokenize = "{_TOKENIZER}"
);
CREATE VIRTUAL TABLE query USING fts5 (words, tokenize = "{_TOKENIZER}");
CREATE VIRTUAL TABLE query_words USING fts5vocab (query, instance);
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    date TEXT NOT NULL,
    language TEXT NOT NULL,
    fallback INTEGER NOT NULL,
    section TEXT NOT NULL,
    title TEXT NOT NULL,
    headline TEXT NOT NULL,
    closed INTEGER NOT NULL
);
CREATE INDEX places_by_date ON places (date, language);
CREATE TABLE lines (
    language TEXT NOT NULL,
    line INTEGER NOT NULL,
    date TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (language, line, date, place)
) WITHOUT ROWID;
CREATE INDEX lines_by_date ON lines (date);
"""
_COMMON = """
WITH issues AS (SELECT language, count(DISTINCT date) AS count FROM places GROUP BY language)
SELECT lines.language, line FROM lines JOIN issues ON issues.language = lines.language
GROUP BY lines.language, line
HAVING max(issues.count) >= :fewest AND 2 * count(DISTINCT date) >= max(issues.count)
"""
_FIND = """
SELECT places.id, places.date, places.section, places.title, places.headline, places.closed
FROM texts JOIN places ON places.id = texts.rowid
WHERE texts MATCH :words AND places.date NOT IN (SELECT value FROM json_each(:hidden)) AND (
    places.language = :language
    OR places.fallback AND NOT EXISTS (
        SELECT 1 FROM places AS other WHERE other.date = places.date AND other.language = :language
    )
)
ORDER BY bm25(texts, 8.0, 1.0, 1.0, 0.0, 0.0, 0.0), places.date DESC, places.id LIMIT :limit
"""
MATCH = "\x02"
"""Marks each word that matches in a snippet; no text holds this character."""

_OPEN = "SELECT 1 FROM texts WHERE texts MATCH :words AND rowid = :id"
_SNIPPET = """
SELECT snippet(texts, :column, char(2), '', '…', :count) FROM texts WHERE texts MATCH :words AND rowid = :id
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place with its words. `closed`: without access nothing below its heading can be read."""

    date: date
    language: str
    fallback: bool  # served where the issue lacks the reader's language
    section: str
    title: str
    headline: str
    heading: str
    free: str
    paid: str
    closed: bool
    teasers: str = ""


@dataclass(frozen=True, slots=True)
class IndexedSection:
    id: int
    date: date
    section: str
    title: str
    headline: str
    closed: bool


class SearchIndex:
    """Not thread-safe: one caller at a time.

    Lines that recur in half of a language's issues or more (sign-offs, greetings, invitations to subscribe)
    are found but have no weight: places found by them alone come last. They are counted within this index.
    Teasers have no weight either, since a section holds the same.
    """

    def __init__(self) -> None:
        self._common: frozenset[tuple[str, int]] = frozenset()
        self._is_counted = True
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._database.executescript(_SCHEMA)

    def put(self, day: date, entries: Iterable[Entry]) -> None:
        """Index these entries of a day in place of its earlier ones."""
        self.forget(day)
        for entry in entries:
            self._insert(entry)

    def forget(self, day: date) -> None:
        key = (day.isoformat(),)
        self._database.execute("DELETE FROM texts WHERE rowid IN (SELECT id FROM places WHERE date = ?)", key)
        self._database.execute("DELETE FROM places WHERE date = ?", key)
        self._database.execute("DELETE FROM lines WHERE date = ?", key)
        self._is_counted = False

    def words(self, text: str) -> list[str]:
        """Cut a text into words as the index cuts what it holds."""
        self._database.execute("INSERT INTO query (rowid, words) VALUES (1, ?)", (alike(text),))
        rows = self._database.execute("SELECT term FROM query_words ORDER BY offset").fetchall()
        self._database.execute("DELETE FROM query")
        return [word for (word,) in rows]

    def find(self, match: str, language: str, hidden: Iterable[date], limit: int) -> list[IndexedSection]:
        """Return at most `limit` places, best first, without the `hidden` dates. `match`: an FTS5 query."""
        self._count()
        days = json.dumps([day.isoformat() for day in hidden])
        asked = {"words": match, "hidden": days, "language": language, "limit": limit}
        rows = self._database.execute(_FIND, asked).fetchall()
        return [
            IndexedSection(id_, date.fromisoformat(day), section, title, headline, bool(closed))
            for id_, day, section, title, headline, closed in rows
        ]

    def holds(self, id_: int, match: str) -> bool:
        return self._database.execute(_OPEN, {"words": match, "id": id_}).fetchone() is not None

    def snippet(self, id_: int, column: int, match: str) -> str | None:
        """Return the words of a column around what matches, a MATCH before each, or its first words; None
        where it has none.
        """
        asked = {"column": column, "count": SNIPPET_WORDS, "words": match, "id": id_}
        (snippet,) = self._database.execute(_SNIPPET, asked).fetchone()
        return " ".join(snippet.split()) or None

    def close(self) -> None:
        self._database.close()

    def _insert(self, entry: Entry) -> None:
        place = (
            entry.date.isoformat(),
            entry.language,
            entry.fallback,
            entry.section,
            entry.title,
            entry.headline,
            entry.closed,
        )
        cursor = self._database.execute(
            "INSERT INTO places (date, language, fallback, section, title, headline, closed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            place,
        )
        heading, free, paid, teasers = (
            alike(text) for text in (entry.heading, entry.free, entry.paid, entry.teasers)
        )
        hashes = {
            line_hash for text in (free, paid) for line in text.split("\n") if (line_hash := _line_hash(line))
        }
        self._database.executemany(
            "INSERT INTO lines (language, line, date, place) VALUES (?, ?, ?, ?)",
            [(entry.language, line_hash, entry.date.isoformat(), cursor.lastrowid) for line_hash in hashes],
        )
        texts = (heading, *self._parted(entry.language, free, paid), teasers)
        self._database.execute(
            "INSERT INTO texts (rowid, heading, free, paid, common_free, common_paid, teasers) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (cursor.lastrowid, *texts),
        )

    def _count(self) -> None:
        """Count the lines that recur, and move those that changed between the columns."""
        if self._is_counted:
            return
        common = frozenset(self._database.execute(_COMMON, {"fewest": FEWEST}).fetchall())
        changed, self._common = common ^ self._common, common
        places = {
            (place, language)
            for language, line in changed
            for (place,) in self._database.execute(
                "SELECT place FROM lines WHERE language = ? AND line = ?", (language, line)
            )
        }
        for place, language in places:
            self._part(place, language)
        self._is_counted = True

    def _part(self, place: int, language: str) -> None:
        read = "SELECT free, paid, common_free, common_paid FROM texts WHERE rowid = ?"
        free, paid, common_free, common_paid = self._database.execute(read, (place,)).fetchone()
        texts = self._parted(language, _joined(free, common_free), _joined(paid, common_paid))
        self._database.execute(
            "UPDATE texts SET free = ?, paid = ?, common_free = ?, common_paid = ? WHERE rowid = ?",
            (*texts, place),
        )

    def _parted(self, language: str, *texts: str) -> tuple[str, ...]:
        """Return the texts without the lines that recur, then these lines alone."""

        def is_common(line: str) -> bool:
            return (language, _line_hash(line)) in self._common

        own = ("\n".join("" if is_common(line) else line for line in text.split("\n")) for text in texts)
        common = ("\n".join(line if is_common(line) else "" for line in text.split("\n")) for text in texts)
        return (*own, *common)


def _joined(own: str, common: str) -> str:
    return "\n".join(line or other for line, other in zip(own.split("\n"), common.split("\n"), strict=True))


def _line_hash(line: str) -> int:
    """Return a number for all lines that read like this one, whatever its numbers, case and blanks; 0 for a
    line without a letter.
    """
    words = " ".join(re.sub(r"\d+", "0", line.casefold()).split())
    return hash(words) if any(sign.isalpha() for sign in words) else 0
