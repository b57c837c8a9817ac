"""What is published: issues, their editions, and the blocks a section is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
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
    """Items of blocks; bullets when `start` is None, else numbers from `start`."""

    items: "tuple[Blocks, ...]"
    start: int | None = None
    continued: bool = False  # the first item goes on from before a cut and shows no mark of its own


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
    """One first-level heading with what follows. `blocks` holds free and paid text alike: only
    `access.gate` may hand it on.
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
    """A picture beside the editions, held whole: readers never get half of a new one."""

    content: bytes = field(repr=False)
    media_type: str
    digest: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Issue:
    """One week's briefing. `out_at` is the moment (UTC) from which readers may meet it."""

    date: date
    out_at: datetime
    editions: Mapping[str, Edition]
    cover: Cover | None = None


def is_out(issue: Issue, now: datetime) -> bool:
    return now >= issue.out_at


def edition_for(issue: Issue, language: str, first: str) -> Edition:
    """Return the edition in `language`, else in `first` (the publication's), else in any language."""
    known = issue.editions.get(language) or issue.editions.get(first)
    return known if known is not None else next(iter(issue.editions.values()))


def split(blocks: Blocks, path: Path | None) -> tuple[Blocks, Blocks]:
    """Cut into what stands before `path` and what stands after it; None leaves all before the cut.

    What a path runs through is cut in two; one that runs into a block that has no parts (the other
    language's path, say) puts that block after the cut.
    """
    if path is None:
        return blocks, ()
    index = path[0]
    if len(path) == 1 or index >= len(blocks):
        return blocks[:index], blocks[index:]
    before, after = _halves(blocks[index], path[1:])
    return blocks[:index] + before, after + blocks[index + 1 :]


def _halves(block: Block, path: Path) -> tuple[Blocks, Blocks]:
    match block:
        case List():
            return _list_halves(block, path)
        case Quotation():
            before, after = split(block.blocks, path)
            return (
                (Quotation(before),) if before else (),
                (Quotation(after),) if after else (),
            )
        case Box():
            before, after = split(block.blocks, path)
            rest = replace(block, blocks=after, continued=True)
            return (replace(block, blocks=before),), (rest,) if after else ()
        case _:
            return (), (block,)


def _list_halves(block: List, path: Path) -> tuple[Blocks, Blocks]:
    index, inside = path[0], path[1:]
    items = block.items
    head, rest = split(items[index], inside) if inside and index < len(items) else ((), ())
    cut = bool(head and rest)
    above = items[:index] + ((head,) if head else ())
    below = ((rest,) if rest else ()) + items[index + (1 if head or rest else 0) :]
    moved = len(above) - (1 if cut else 0)
    tail = replace(
        block,
        items=below,
        start=None if block.start is None else block.start + moved,
        continued=cut or (block.continued and moved == 0),
    )
    return (replace(block, items=above),) if above else (), (tail,) if below else ()


def plain(blocks: Blocks) -> str:
    """Return the words of the blocks, a line for each text; footnotes' marks are no words."""
    return "\n".join(line for block in blocks for line in _lines(block) if line)


def _lines(block: Block) -> list[str]:
    lines: list[str] = []
    match block:
        case Paragraph(text) | Subheading(text):
            lines = [_words(text)]
        case List(items):
            lines = [plain(item) for item in items]
        case Quotation(blocks) | Note(_, blocks):
            lines = [plain(blocks)]
        case Box(title, blocks):
            lines = [_words(title), plain(blocks)]
        case Table(head, rows):
            lines = [" ".join(map(_words, row)) for row in (head, *rows)]
        case Picture(_, alt, caption):
            lines = [alt, _words(caption)]
        case StoryCard(title, author, written):
            lines = [" · ".join(part for part in (title, author, written) if part)]
        case Code(text=code):
            lines = [code]
        case Rule():
            pass
    return lines


def _words(text: Text) -> str:
    return "".join(run.text for run in text if run.note is None)


def marks(blocks: Blocks) -> set[int]:
    """Return the numbers of the footnotes whose marks stand in the blocks."""
    return {run.note for block in blocks for run in _runs(block) if run.note is not None}


def _runs(block: Block) -> Iterator[Run]:
    match block:
        case Paragraph(text) | Subheading(text) | Picture(caption=text):
            yield from text
        case List(items):
            for item in items:
                yield from _all_runs(item)
        case Quotation(blocks) | Note(_, blocks):
            yield from _all_runs(blocks)
        case Box(title, blocks):
            yield from title
            yield from _all_runs(blocks)
        case Table(head, rows):
            for row in (head, *rows):
                for cell in row:
                    yield from cell
        case StoryCard() | Code() | Rule():
            pass


def _all_runs(blocks: Blocks) -> Iterator[Run]:
    for block in blocks:
        yield from _runs(block)
