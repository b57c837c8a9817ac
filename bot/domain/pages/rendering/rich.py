"""Blocks as rich Telegram HTML: headings, lists, tables, figures, collapsible boxes."""

import re
from functools import partial

from bot.domain.content.gate import Shown
from bot.domain.content.issue import (
    Block,
    Blocks,
    Box,
    Code,
    List,
    Note,
    Paragraph,
    Picture,
    Quotation,
    Rule,
    StoryCard,
    Subheading,
    Table,
    Text,
)
from bot.domain.pages.rendering.cells import row
from bot.domain.pages.rendering.inline import escape, inline, safe_link, visible
from bot.domain.pages.rendering.lines import card_text, picture_text, table_lines
from bot.domain.pages.text_cutting import units

LIMITS = (32_768, 500, 50)
"""UTF-16 units of text, blocks (nested ones, list items and table rows too), media."""

_DEEPEST = 8
"""Open blocks from which on no container nests; Telegram allows 16 with the five an inline style can add."""
_COLUMNS = 20
_LINE = 19
"""Letters that the end of a block leaves empty, of a line of 38; above it is half a line of nothing."""
_PICTURE = 400
_BLOCK = re.compile(r"<(?:p|h\d|ul|ol|li|blockquote|figure|table|tr|details|footer|hr|pre)[ />]")


def measure(text: str) -> tuple[int, ...]:
    """Return what `LIMITS` bounds."""
    return units(visible(text)), len(_BLOCK.findall(text)), text.count("<img ")


def height(text: str) -> int:
    return units(visible(text)) + _LINE * 2 * len(_BLOCK.findall(text)) + _PICTURE * text.count("<img ")


def join(*parts: str) -> str:
    return "".join(parts)


def line(markup: str) -> str:
    return f"<p>{markup.replace(chr(10), '<br>')}</p>" if markup else ""


def written(text: str) -> str:
    """Return it as it is: Telegram looks for no mentions in rich pages (`skip_entity_detection`)."""
    return text


def masthead(title: str, below: str) -> str:
    return (f"<h1>{escape(title)}</h1>" if title else "") + line(below)


def heading(kicker: str, headline: str, counter: str) -> str:
    above = " · ".join(part for part in (escape(kicker.upper()), counter) if part)
    return (f"<h4>{above}</h4>" if above else "") + (f"<h2>{escape(headline)}</h2>" if headline else "")


def cover() -> str:
    """Return the issue's cover as a figure; its picture is attached under the name `cover`."""
    return '<figure><img src="tg://photo?id=cover"/></figure>'


def body(shown: Shown) -> str:
    return _blocks(shown, 0)


_text = partial(inline, mark=lambda mark: f"<sup>{mark}</sup>", newline="<br>")


def _blocks(blocks: Blocks, depth: int) -> str:
    return "".join(_block(block, depth) for block in blocks)


def _block(block: Block, depth: int) -> str:  # noqa: C901, PLR0911  # one line per kind of block
    match block:
        case Paragraph():
            return f"<p>{_text(block.text)}</p>"
        case Subheading():
            return f"<h4>{_text(block.text)}</h4>"
        case List():
            return _list(block, depth)
        case Quotation():
            inner = _blocks(block.blocks, depth + 1)
            return f"<blockquote>{inner}</blockquote>" if depth < _DEEPEST else inner
        case Table():
            return _table(block, depth)
        case Picture():
            return _picture(block)
        case StoryCard():
            return f"<p>{_text(card_text(block))}</p>"
        case Box():
            return _box(block, depth)
        case Rule():
            return "<hr/>"
        case Code():
            return f"<pre>{escape(block.text)}</pre>"
        case Note():
            return _note(block, depth)


def _list(block: List, depth: int) -> str:
    """An item that goes on from before a cut stands before the list, where it gets no mark."""
    first, items = (
        ("", block.items) if not block.continued else (_blocks(block.items[0], depth), block.items[1:])
    )
    start = block.number(len(block.items) - len(items))
    if depth >= _DEEPEST:
        return first + "".join(_blocks(item, depth) for item in items)
    inner = "".join(f"<li>{_blocks(item, depth + 2)}</li>" for item in items)
    if not items:
        return first
    if start is None:
        return f"{first}<ul>{inner}</ul>"
    attributes = ("" if start == 1 else f' start="{start}"') + (" reversed" if block.step < 0 else "")
    return f"{first}<ol{attributes}>{inner}</ol>"


def _table(block: Table, depth: int) -> str:
    if max(len(row) for row in (block.head, *block.rows)) > _COLUMNS or depth >= _DEEPEST:
        return _blocks(table_lines(block), depth)
    head = _row(block.head, block.align, "th") if any(block.head) else ""
    rows = "".join(_row(cells, block.align, "td") for cells in block.rows)
    return f"<table bordered striped>{head}{rows}</table>"


def _row(cells: tuple[Text, ...], align: tuple[str, ...], tag: str) -> str:
    return row(map(_text, cells), align, tag, attribute="align")


def _picture(block: Picture) -> str:
    """Telegram fetches a picture by its https address only; any other is a line with a link."""
    source = safe_link(block.url)
    if source is None or not source.lower().startswith("https://"):
        return f"<p>{_text(picture_text(block))}</p>"
    caption = _text(block.caption) or escape(block.alt)
    under = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img src="{source}"/>{under}</figure>'


def _box(block: Box, depth: int) -> str:
    title = "" if block.continued else _text(block.title)
    inner = _blocks(block.blocks, depth + 1)
    if depth >= _DEEPEST or not inner:
        return f"<h3>{title}</h3>{inner}" if title else inner
    heading = f"<h3>{title}</h3>" if title else ""
    return f"{heading}<blockquote>{inner}</blockquote>"


def _note(block: Note, depth: int) -> str:
    mark = f"<sup>{block.number}</sup>"
    match block.blocks:
        case (Paragraph(text), *others):
            return f"<footer>{mark} {_text(text)}</footer>{_blocks(tuple(others), depth)}"
        case _:
            return f"<footer>{mark}</footer>{_blocks(block.blocks, depth)}"
