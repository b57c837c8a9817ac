"""Rich Markdown as rich HTML: headings, lists, tables, quotations, media."""

import html
import re
from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import PurePosixPath
from typing import TypeAlias

from telegram_simulator.api.errors import bad_request
from telegram_simulator.api.urls import split
from telegram_simulator.text import rich_rules as rules
from telegram_simulator.text.rich_markdown_inline import inline

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^`\s]*)[^`]*$")
_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"( {0,3})([-*+]|\d{1,9}[.)])( +|$)(?:\[([ xX])\] +)?(.*)$")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]+)\]:[ \t]*(.*)$")
_FORMULA = re.compile(r" {0,3}\$\$")
_MEDIUM = re.compile(r" {0,3}!\[([^\]]*)\]\(\s*<?([^\s<>]+?)>?(?:\s+\"([^\"]*)\")?\s*\)[ \t]*$")
_DELIMITERS = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_TAG = re.compile(r" {0,3}<([a-z][a-z0-9-]*)\b")
_CELL = re.compile(r"(?<!\\)\|")
_SUMMARY = re.compile(r"\s*<summary>(.*?)</summary>", re.DOTALL)
_HARD_BREAK = re.compile(r"(?: {2,}|\\)\n")

_HOLD_MARKDOWN = frozenset({"details", "tg-collage", "tg-slideshow"})
"""Elements whose content is Markdown; in other blocks of HTML there is none."""
_VIDEOS, _SOUNDS = frozenset({".mp4", ".gif", ".mov", ".webm"}), frozenset({".mp3", ".ogg", ".oga", ".m4a"})

LONGEST = 4 * rules.LENGTH
"""Characters of Markdown: marks and addresses do not count into the length of a text, but to no end."""

FORMULA_LINES = 500
"""How far the end of a formula is looked for."""

Lines: TypeAlias = list[str]
Taken: TypeAlias = tuple[str, int]
"""A block as HTML, and how many lines it takes."""


def to_html(text: str) -> str:
    """Write Rich Markdown as rich HTML. What Telegram refuses is refused when that is parsed.

    ApiError 400 for what is far too long, too deep, or too many blocks: its reading would take minutes.
    """
    if len(text) > LONGEST:
        raise bad_request(f"RICH_MESSAGE_LENGTH_INVALID: text is longer than {rules.LENGTH} characters")
    try:
        return _blocks(text.expandtabs(4).split("\n"))
    except RecursionError:
        raise bad_request(f"RICH_MESSAGE_DEPTH_INVALID: more than {rules.DEPTH} levels are nested") from None


def _blocks(lines: Lines) -> str:
    written, place = list[str](), 0
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        if len(written) >= rules.BLOCKS:
            raise bad_request(f"RICH_MESSAGE_BLOCKS_INVALID: there are more than {rules.BLOCKS} blocks")
        block, taken = _block(lines[place:])
        written.append(block)
        place += taken
    return "\n".join(written)


def _block(lines: Lines) -> Taken:
    return next(taken for taken in (reader(lines) for reader in _READERS) if taken is not None)


def _heading(lines: Lines) -> Taken | None:
    match = _HEADING.match(lines[0])
    if match is None:
        return None
    size = len(match[1])
    return f"<h{size}>{inline(match[2] or '')}</h{size}>", 1


def _rule(lines: Lines) -> Taken | None:
    return ("<hr>", 1) if _RULE.match(lines[0]) else None


def _fence(lines: Lines) -> Taken | None:
    match = _FENCE.match(lines[0])
    if match is None:
        return None
    closing = re.compile(rf" {{0,3}}{match[1][0]}{{{len(match[1])},}}[ ]*$")
    inside = list(takewhile(lambda line: not closing.match(line), lines[1:]))
    code = html.escape("\n".join(inside), quote=False)
    taken = min(len(inside) + 2, len(lines))
    if match[2] == "math":
        return f"<tg-math-block>{code}</tg-math-block>", taken
    language = f' class="language-{html.escape(match[2])}"' if match[2] else ""
    return (f"<pre><code{language}>{code}</code></pre>" if language else f"<pre>{code}</pre>"), taken


def _formula(lines: Lines) -> Taken | None:
    """Read $$…$$, on one line or on several."""
    if not _FORMULA.match(lines[0]):
        return None
    whole = "\n".join(lines[:FORMULA_LINES])
    match = re.match(r"\s*\$\$(.+?)\$\$[ \t]*(?=\n|$)", whole, re.DOTALL)
    if match is None:
        return None
    formula = html.escape(match[1].strip(), quote=False)
    return f"<tg-math-block>{formula}</tg-math-block>", match[0].count("\n") + 1


def _quotation(lines: Lines) -> Taken | None:
    """Read a quotation; a line that only goes on with its last paragraph needs no mark."""
    if not _QUOTE.match(lines[0]):
        return None
    quoted = list(takewhile(_goes_on_quoting, lines[1:]))
    inside = [_QUOTE.sub("", line, count=1) for line in [lines[0], *quoted]]
    return f"<blockquote>{_blocks(inside)}</blockquote>", len(inside)


def _goes_on_quoting(line: str) -> bool:
    return bool(_QUOTE.match(line) or (line.strip() and not _interrupts(line)))


def _list(lines: Lines) -> Taken | None:
    first = _ITEM.match(lines[0])
    if first is None:
        return None
    ordered, items, place = first[2][-1] in ".)", list[str](), 0
    while place < len(lines):
        match = _ITEM.match(lines[place])
        if match is None or (match[2][-1] != first[2][-1]) or _RULE.match(lines[place]):
            break
        inside = _item_lines(match, (lines[number] for number in range(place + 1, len(lines))))
        items.append(_item(match, inside))
        place += len(inside)
    start = first[2][:-1].lstrip("0") or "0"
    opening = "ul" if not ordered else "ol" if start == "1" else f'ol start="{start}"'
    return f"<{opening}>{''.join(items)}</{opening[:2]}>", place


def _item(match: re.Match[str], inside: Lines) -> str:
    checked = " checked" if match[4] in ("x", "X") else ""
    box = f'<input type="checkbox"{checked}>' if match[4] else ""
    content = _blocks(inside)
    only = len(inside) == 1 or not any(not line.strip() for line in inside)
    if only and content.startswith("<p>"):  # a tight item holds its first words without a paragraph
        content = content.removeprefix("<p>").replace("</p>", "", 1)
    return f"<li>{box}{content}</li>"


def _item_lines(match: re.Match[str], following: Iterable[str]) -> Lines:
    """Return the lines of a list's item: its first one, what is indented, what goes on with a paragraph."""
    indent = len(match[1]) + len(match[2]) + 1
    inside = [match[5]]
    for line in following:
        outside = line.strip() and not line.startswith(" " * min(indent, 2))
        if outside and (_interrupts(line) or _ITEM.match(line) or not inside[-1].strip()):
            break
        inside.append(line[indent:] if line[:indent].isspace() else line.lstrip())
    while len(inside) > 1 and not inside[-1].strip():
        inside.pop()
    return inside


def _table(lines: Lines) -> Taken | None:
    if len(lines) < 2 or "|" not in lines[0] or not _DELIMITERS.match(lines[1]):
        return None
    head, marks = _cells(lines[0]), _cells(lines[1])
    if len(head) != len(marks):
        return None
    body = list(takewhile(lambda line: bool(line.strip()) and not _interrupts(line), lines[2:]))
    sides = [_side(mark) for mark in marks]
    rows = [_row(head, sides, "th"), *(_row(_cells(line), sides, "td") for line in body)]
    return f"<table>{''.join(rows)}</table>", len(body) + 2


def _cells(line: str) -> Lines:
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip().strip("|"))]


def _side(mark: str) -> str:
    left, right = mark.startswith(":"), mark.endswith(":")
    return "center" if left and right else "right" if right else "left" if left else ""


def _row(cells: Lines, sides: Lines, tag: str) -> str:
    padded = [*cells, *[""] * len(sides)][: len(sides)]
    written = [
        f'<{tag} align="{side}">{inline(cell)}</{tag}>' if side else f"<{tag}>{inline(cell)}</{tag}>"
        for cell, side in zip(padded, sides, strict=True)
    ]
    return f"<tr>{''.join(written)}</tr>"


def _medium(lines: Lines) -> Taken | None:
    match = _MEDIUM.match(lines[0])
    if match is None or split(match[2]).netloc in ("emoji", "time"):
        return None
    source = html.escape(match[2])
    tag = _medium_tag(match[2])
    shown = f'<img src="{source}">' if tag == "img" else f'<{tag} src="{source}"></{tag}>'
    if match[3]:
        shown = f"<figure>{shown}<figcaption>{inline(match[3])}</figcaption></figure>"
    return shown, 1


def _medium_tag(source: str) -> str:
    address = split(source)
    named = {kind: tag for tag, kind in rules.FILES.items()}
    if address.scheme == "tg":
        return named.get(address.netloc, "img")
    ending = PurePosixPath(address.path).suffix.lower()
    return "video" if ending in _VIDEOS else "audio" if ending in _SOUNDS else "img"


def _footnote(lines: Lines) -> Taken | None:
    match = _NOTE.match(lines[0])
    if match is None:
        return None
    return f'<p><tg-reference name="{html.escape(match[1])}">{inline(match[2])}</tg-reference></p>', 1


def _html(lines: Lines) -> Taken | None:
    """Read a block of HTML up to where its element ends; its content is Markdown in a few only."""
    match = _TAG.match(lines[0])
    if match is None or match[1] not in rules.BLOCK:
        return None
    whole = "\n".join(lines)
    end = _end_of(match[1], whole)
    taken = whole[:end].count("\n") + 1
    block = "\n".join(lines[:taken])
    return (_holding_markdown(match[1], block) if match[1] in _HOLD_MARKDOWN else block), taken


def _end_of(tag: str, text: str) -> int:
    """Return where the element that begins a text ends; an element without an end ends with its line."""
    depth = 0
    for match in re.finditer(rf"<(/?){tag}\b[^<>]*?(/?)>", text):
        depth += -1 if match[1] else not match[2] and tag not in rules.VOID
        if depth == 0:
            return match.end()
        if depth > rules.DEPTH:  # it is refused anyway
            break
    return max(text.find("\n"), 0)


def _holding_markdown(tag: str, block: str) -> str:
    match = re.fullmatch(rf"\s*(<{tag}\b[^>]*>)(.*)(</{tag}>)(.*)", block, re.DOTALL)
    if match is None:
        return block
    summary = _SUMMARY.match(match[2])
    title = f"<summary>{inline(summary[1])}</summary>" if summary else ""
    inside = match[2][summary.end() :] if summary else match[2]
    return f"{match[1]}{title}{_blocks(inside.split(chr(10)))}{match[3]}{match[4]}"


def _paragraph(lines: Lines) -> Taken:
    """Read a paragraph, or a heading that is underlined."""
    inside = [lines[0].lstrip(" ")]
    for line in lines[1:]:
        underline = _UNDERLINE.match(line)
        if underline:
            size = 1 if underline[1].startswith("=") else 2
            return f"<h{size}>{_flowing(inside)}</h{size}>", len(inside) + 1
        if not line.strip() or _interrupts(line):
            break
        inside.append(line.lstrip(" "))
    return f"<p>{_flowing(inside)}</p>", len(inside)


def _flowing(lines: Lines) -> str:
    return inline(_HARD_BREAK.sub("<br>", "\n".join(lines).strip()))


def _interrupts(line: str) -> bool:
    """Tell whether a line begins another block although no blank line stands before it."""
    item = _ITEM.match(line)
    listed = item is not None and item[5] != "" and item[2] in ("-", "*", "+", "1.", "1)")
    tag = _TAG.match(line)
    return (
        listed
        or (tag is not None and tag[1] in rules.BLOCK)
        or any(pattern.match(line) for pattern in (_HEADING, _RULE, _FENCE, _QUOTE, _MEDIUM, _FORMULA))
    )


_READERS: tuple[Callable[[Lines], Taken | None], ...] = (
    _heading, _fence, _rule, _quotation, _list, _formula, _footnote, _html, _medium, _table, _paragraph,
)  # fmt: skip
