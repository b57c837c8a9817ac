"""Blocks as classic Telegram HTML: the few tags that every client shows."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

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
from bot.domain.pages.rendering.inline import escape, inline, visible
from bot.domain.pages.rendering.lines import card_text, picture_text, table_lines
from bot.domain.pages.text_cutting import units

LIMITS = (4096, 32_768, 100)
"""UTF-16 units after parsing, bytes before parsing, entities (the server drops what is beyond)."""

_TAPPED = re.compile(r"(?<!\w)@(?=\w|\Z)|(?<![\w/:.<])/(?=[a-z])", re.IGNORECASE)
"""A handle, or what reads as a command: a tap on /stop would end what somebody subscribed to."""
_OPENING = re.compile(r"<[a-z]")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_INDENT = "\u00a0\u00a0\u00a0"  # Telegram trims ordinary spaces
_BLANK = re.compile(r"[ \t\n]+")  # a no-break space stays
_NARROW = 34
"""Characters of a table's row that a phone shows in one line."""
_LONG_ITEM = 120
_LINE = 19
"""Letters that a line break leaves empty, of a line of 38."""


def payload(text: str, preview: Mapping[str, object] | None = None) -> dict[str, Any]:
    """Return the payload of a message of this HTML: with no link preview, unless one is given."""
    options = {"is_disabled": True} if preview is None else preview
    return {"text": text, "parse_mode": "HTML", "link_preview_options": options}


def measure(text: str) -> tuple[int, ...]:
    """Return what `LIMITS` bounds."""
    return units(visible(text)), len(text.encode()), len(_OPENING.findall(text))


def height(text: str) -> int:
    shown = visible(text)
    return units(shown) + _LINE * (shown.count("\n") + 2)


def join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def line(markup: str) -> str:
    return markup


def written(text: str) -> str:
    """Keep handles from becoming mentions of strangers, and words behind a slash commands to tap: Telegram
    finds them by itself in classic text.
    """
    return _TAPPED.sub("\\g<0>\u2060", text)


def masthead(title: str, below: str) -> str:
    return "\n".join(part for part in (f"<b>{escape(written(title))}</b>" if title else "", below) if part)


def heading(kicker: str, headline: str, counter: str) -> str:
    above = " · ".join(part for part in (escape(written(kicker.upper())), counter) if part)
    return "\n".join(
        part for part in (above, f"<b>{escape(written(headline))}</b>" if headline else "") if part
    )


def cover() -> str:
    """The picture is the message's link preview, above the text."""
    return ""


def body(shown: Shown) -> str:
    return _blocks(shown, quoted=False)


def _superscript(mark: str) -> str:
    return mark.translate(_SUPERSCRIPTS)


_text = partial(inline, mark=_superscript, newline="\n", written=written)


def _blocks(blocks: Blocks, *, quoted: bool) -> str:
    """A list stands right below its heading."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if part := _block(block, 0, quoted=quoted):
            tight = isinstance(before, Subheading) and isinstance(block, List)
            parts += ["\n" if tight else "\n\n", part] if parts else [part]
            before = block
    return "".join(parts)


def _block(block: Block, depth: int, *, quoted: bool) -> str:  # noqa: C901, PLR0911  # one line per kind of block
    match block:
        case Paragraph():
            return _text(block.text)
        case Subheading():
            return f"<b>{_text(block.text)}</b>"
        case List():
            return _list(block, depth, quoted=quoted)
        case Quotation():
            return _quotation(_blocks(block.blocks, quoted=True), quoted=quoted)
        case Table():
            return _table(block, quoted=quoted)
        case Picture():
            return _text(picture_text(block))
        case StoryCard():
            return _text(card_text(block))
        case Box():
            return _box(block, quoted=quoted)
        case Rule():
            return "———"
        case Code():
            return f"<pre>{escape(block.text)}</pre>"
        case Note():
            return f"{_superscript(str(block.number))} {_blocks(block.blocks, quoted=quoted)}"


def _list(block: List, depth: int, *, quoted: bool) -> str:
    items = [_item(item, _mark(block, n), depth, quoted=quoted) for n, item in enumerate(block.items)]
    loose = depth == 0 and any(_is_long(item) for item in items)
    return ("\n\n" if loose else "\n").join(items)


def _is_long(item: str) -> bool:
    return len(item) > _LONG_ITEM and len(visible(item)) > _LONG_ITEM


def _mark(block: List, index: int) -> str:
    if block.continued and not index:
        return ""
    return "• " if block.start is None else f"{block.number(index)}. "


def _item(item: Blocks, mark: str, depth: int, *, quoted: bool) -> str:
    indent = _INDENT * depth
    parts = [_block(block, depth + 1, quoted=quoted) for block in item]
    plain_ones = [isinstance(block, Paragraph) for block in item]
    following = [
        indent + _INDENT + part if is_plain else part
        for part, is_plain in zip(parts, plain_ones, strict=True)
    ]
    return indent + mark + "\n".join([*parts[:1], *following[1:]])


def _quotation(content: str, *, quoted: bool) -> str:
    """Telegram's quotations do not nest: an inner one is part of the outer."""
    if quoted or not content:
        return content
    return f"<blockquote>{content}</blockquote>"


def _box(block: Box, *, quoted: bool) -> str:
    quotation = _quotation(_blocks(block.blocks, quoted=True), quoted=quoted)
    title = "" if block.continued or not block.title else f"<b>{_text(block.title)}</b>"
    return "\n".join(part for part in (title, quotation) if part)


def _table(block: Table, *, quoted: bool) -> str:
    rows = [tuple(_cell(cell) for cell in row) for row in (block.head, *block.rows)]
    widths = _widths(rows)
    if sum(widths) + 2 * len(widths) - 2 > _NARROW:
        return _blocks(table_lines(block), quoted=quoted)
    lines = ["  ".join(_aligned(row, widths, block.align)).rstrip() for row in rows]
    return f"<pre>{escape(chr(10).join(lines))}</pre>"


def _cell(text: Text) -> str:
    return _BLANK.sub(" ", "".join(_superscript(run.text) if run.note else run.text for run in text)).strip()


def _widths(rows: list[tuple[str, ...]]) -> list[int]:
    columns = max((len(row) for row in rows), default=0)
    return [max(len(row[n]) for row in rows if n < len(row)) for n in range(columns)]


def _aligned(row: tuple[str, ...], widths: list[int], align: tuple[str, ...]) -> list[str]:
    signs = {"right": ">", "center": "^"}
    return [
        f"{cell:{signs.get(align[n] if n < len(align) else '', '<')}{widths[n]}}"
        for n, cell in enumerate(row)
    ]
