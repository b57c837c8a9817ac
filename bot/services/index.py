"""A full-text index over sections, in an SQLite database in memory that holds nothing else."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.alike import alike

SNIPPET_WORDS = 20
FREE, PAID = 1, 2
"""Columns of the index; column 0 holds kicker and headline."""

_TOKENIZER = "unicode61 remove_diacritics 2"
_SCHEMA = f"""
CREATE VIRTUAL TABLE texts USING fts5 (heading, free, paid, tokenize = "{_TOKENIZER}");
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
ORDER BY bm25(texts, 8.0, 1.0, 1.0), places.date DESC, places.id LIMIT :limit
"""
_OPEN = "SELECT 1 FROM texts WHERE texts MATCH :words AND rowid = :id"
_SNIPPET = (
    "SELECT snippet(texts, :column, '', '', '…', :count) FROM texts WHERE texts MATCH :words AND rowid = :id"
)


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


@dataclass(frozen=True, slots=True)
class Found:
    id: int
    date: date
    section: str
    title: str
    headline: str
    closed: bool


class Index:
    """Not safe for threads: one at a time."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._database.executescript(_SCHEMA)

    def put(self, day: date, entries: Iterable[Entry]) -> None:
        """Hold these entries of a day, instead of what is held of it."""
        self.forget(day)
        for entry in entries:
            self._insert(entry)

    def forget(self, day: date) -> None:
        hers = (day.isoformat(),)
        self._database.execute(
            "DELETE FROM texts WHERE rowid IN (SELECT id FROM places WHERE date = ?)", hers
        )
        self._database.execute("DELETE FROM places WHERE date = ?", hers)

    def words(self, text: str) -> list[str]:
        """Cut a text into words as the index cuts what it holds."""
        self._database.execute("INSERT INTO query (rowid, words) VALUES (1, ?)", (alike(text),))
        found = self._database.execute("SELECT term FROM query_words ORDER BY offset").fetchall()
        self._database.execute("DELETE FROM query")
        return [word for (word,) in found]

    def find(self, match: str, language: str, hidden: Iterable[date], limit: int) -> list[Found]:
        """Return the best places first, none of the `hidden` dates; `match` is in FTS5's language."""
        days = json.dumps([day.isoformat() for day in hidden])
        asked = {"words": match, "hidden": days, "language": language, "limit": limit}
        rows = self._database.execute(_FIND, asked).fetchall()
        return [
            Found(id_, date.fromisoformat(day), section, title, headline, bool(closed))
            for id_, day, section, title, headline, closed in rows
        ]

    def holds(self, id_: int, match: str) -> bool:
        return self._database.execute(_OPEN, {"words": match, "id": id_}).fetchone() is not None

    def snippet(self, id_: int, column: int, match: str) -> str | None:
        """Return the words of a column around what matches; None where it has none."""
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
        texts = (alike(text) for text in (entry.heading, entry.free, entry.paid))
        self._database.execute(
            "INSERT INTO texts (rowid, heading, free, paid) VALUES (?, ?, ?, ?)", (cursor.lastrowid, *texts)
        )
