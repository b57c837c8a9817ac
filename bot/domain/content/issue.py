"""Issues, their editions, and the blocks of a section."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. A line break inside a paragraph is a newline in `text`."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    link: str | None = None
    note: int | None = None  # a footnote's mark; `text` is then its number


Text: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading of the third level or deeper."""

    text: Text


@dataclass(frozen=True, slots=True)
class List:
    """Items of blocks; bullets when `start` is None, else numbers from `start`, each `step` more."""

    items: "tuple[Blocks, ...]"
    start: int | None = None
    continued: bool = False  # the first item goes on from before a cut and shows no mark of its own
    step: int = 1  # -1 counts down

    def number(self, index: int) -> int | None:
        """Return the number of an item; None for bullets."""
        return None if self.start is None else self.start + self.step * index


@dataclass(frozen=True, slots=True)
class Quotation:
    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    align: tuple[str, ...] = ()  # "left", "center", "right" or "" a column


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    alt: str
    caption: Text = ()


@dataclass(frozen=True, slots=True)
class StoryCard:
    """Points to a related story; `written` is free text as the editor wrote it."""

    title: str
    author: str
    written: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    title: Text
    blocks: "Blocks"
    continued: bool = False  # goes on from before a cut


@dataclass(frozen=True, slots=True)
class Rule:
    pass


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote's text; it stands at the end of the part that holds its mark."""

    number: int
    blocks: "Blocks"


Block: TypeAlias = (
    Paragraph | Subheading | List | Quotation | Table | Picture | StoryCard | Box | Rule | Code | Note
)
Blocks: TypeAlias = tuple[Block, ...]

Path: TypeAlias = tuple[int, ...]
"""Where the free part of a section ends, as indexes into the tree: the first index counts blocks of the
section, the next ones go down (an item of a list, a block of that item, a block of a box …). Everything
before it in reading order is free. `(0,)` is a wholly paid section."""


@dataclass(frozen=True, slots=True)
class Section:
    """A first-level heading with what follows it.

    `blocks` holds free and paid text: only `gate.gate` may hand it on.
    """

    id: str
    kicker: str
    headline: str
    line: int
    blocks: Blocks
    free_until: Path | None = None  # None: wholly free
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue in one language. `revision` changes with every change of its files."""

    date: date
    language: str
    title: str
    sections: tuple[Section, ...]
    revision: str
    series: str = ""
    author: str = ""
    credit: str = ""
    url: str | None = None
    also: tuple[str, ...] = ()
    paywall_line: int | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture beside the editions, in memory: readers never get half of a new file."""

    content: bytes = field(repr=False)
    media_type: str
    digest: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Issue:
    """One week's briefing. `out_at`: its hour (UTC), before which no reader meets it."""

    date: date
    out_at: datetime
    editions: Mapping[str, Edition]
    cover: Cover | None = None


def edition_for(issue: Issue, language: str, first: str) -> Edition:
    """Return the edition in `language`, else in `first` (the publication's), else in any language."""
    known = issue.editions.get(language) or issue.editions.get(first)
    return known if known is not None else next(iter(issue.editions.values()))
