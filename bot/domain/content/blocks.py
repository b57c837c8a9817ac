"""Blocks as trees: cut at a place, read as words."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.content.issue import (
    Block,
    Blocks,
    Box,
    Code,
    List,
    Note,
    Paragraph,
    Path,
    Picture,
    Quotation,
    Rule,
    Run,
    StoryCard,
    Subheading,
    Table,
    Text,
)


def split(blocks: Blocks, path: Path | None) -> tuple[Blocks, Blocks]:
    """Split blocks at `path` into those before it and those after it; None: all are before it.

    A list, a quotation or a box that holds the place is split in two. Where the path leads into a block
    without parts, as the path of the other language may, that block comes after the cut.
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
        start=block.number(moved),
        continued=cut or (block.continued and moved == 0),
    )
    return (replace(block, items=above),) if above else (), (tail,) if below else ()


def plain(blocks: Blocks) -> str:
    """Return the words of the blocks, a line for each text."""
    return "\n".join(line for block in blocks for line in _lines(block) if line)


def _lines(block: Block) -> list[str]:
    lines: list[str] = []
    match block:
        case Paragraph(text) | Subheading(text):
            lines = [words(text)]
        case List(items):
            lines = [plain(item) for item in items]
        case Quotation(blocks) | Note(_, blocks):
            lines = [plain(blocks)]
        case Box(title, blocks):
            lines = [words(title), plain(blocks)]
        case Table(head, rows):
            lines = [" ".join(map(words, row)) for row in (head, *rows)]
        case Picture(_, alt, caption):
            lines = [alt, words(caption)]
        case StoryCard(title, author, written):
            lines = [" · ".join(part for part in (title, author, written) if part)]
        case Code(text=code):
            lines = [code]
        case Rule():
            pass
    return lines


def words(text: Text) -> str:
    """Return the text without styles and without the marks of footnotes."""
    return "".join(run.text for run in text if run.note is None)


def note_numbers(blocks: Blocks) -> set[int]:
    """Return the numbers of the footnotes whose marks stand in the blocks."""
    return {run.note for block in blocks for run in _runs(block) if run.note is not None}


def called(blocks: Blocks, notes: tuple[Note, ...]) -> set[int]:
    """Return the numbers of the notes that the blocks refer to, directly or through other notes."""
    called_notes: set[int] = set()
    asked = note_numbers(blocks)
    while new := asked - called_notes:
        called_notes |= new
        asked = note_numbers(tuple(note for note in notes if note.number in new))
    return called_notes


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


def gains_in_rich(block: Block) -> bool:
    """Tell whether there is a table or a picture in this block: lines of text in the classic rendering."""
    match block:
        case Table():
            return True
        case Picture():
            return (block.url or "").lower().startswith("https://")
        case List():
            return any(gains_in_rich(inner) for item in block.items for inner in item)
        case Quotation() | Box() | Note():
            return any(map(gains_in_rich, block.blocks))
        case _:
            return False
