"""Lines that run together, and list items that lose their level."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.content.markdown.lint.text_blocks import shown
from bot.domain.content.markdown.nodes import Node, Tree
from bot.domain.content.markdown.public import QUOTED
from bot.domain.content.problem import Findings

_HEAD = re.compile(
    r"(?P<number>\d{1,3}(?:\.?[º°ª]|[.)](?!\d)))|(?P<letter>[A-Za-z]\))|(?P<name>\[[^\[\]]{1,40}\]:)"
    r"|(?P<roman>[ivxIVX]{1,4}[.)]\s)|(?P<o>o(?:\t|[\u00a0 ]{2}))\s*\S"
)
_KINDS = ("Pd", "So", "Sm")
_MARKS = "*+-»§†•·@"
_BULLETS = ("o", "§", "»", "•", "·", "Pd")
"""Kinds of signs that people put before items of one list, each at its own depth."""
_DEEPER = 2
LISTS = ("bullet_list", "ordered_list")


@dataclass(frozen=True, slots=True)
class _Line:
    """`runs_on`: the line is joined to the one above, with a space."""

    number: int
    text: str
    runs_on: bool

    @property
    def head(self) -> str | None:
        """Return what kind of sign it begins with: two lines of one kind look like a list, or a dialogue."""
        text = self.text.lstrip()
        head = _HEAD.match(text)
        if head is not None:
            return head.lastgroup
        return _kind(text[0]) if re.search(r"\w", text) else None

    @property
    def is_bullet(self) -> bool:
        """Tell whether its sign stands before an item, and is no dash at a word."""
        return self.head in _BULLETS and self.text.lstrip()[1:2].isspace()


def _kind(sign: str) -> str | None:
    """Return what a sign is like: another dash is like a dash, another emoji like an emoji."""
    if sign.isascii():
        return sign if sign in _MARKS else None
    kind = unicodedata.category(sign)
    return kind if kind in _KINDS else sign if sign in _MARKS else None


def check_lines(tree: Tree, findings: Findings) -> None:
    """Warn of lines that begin alike and are joined to a paragraph, and of items that lost a level."""
    _check_siblings(tree.nodes, tree, findings, is_item=False)
    for root in tree.nodes:
        for node in root.walk():
            if node.type != "table":
                _check_siblings(node.children, tree, findings, is_item=node.type == "list_item")


def _check_siblings(nodes: Sequence[Node], tree: Tree, findings: Findings, *, is_item: bool) -> None:
    for at, node in enumerate(nodes):
        if node.type == "paragraph":
            _check_paragraph(node, nodes[at + 1] if at + 1 < len(nodes) else None, findings, is_item)
    _check_levels(nodes, tree, findings)


def _check_paragraph(node: Node, below: Node | None, findings: Findings, is_item: bool) -> None:
    lines = list(_lines(node.inline))
    heads = [line.head for line in lines]
    for line, head in zip(lines, heads, strict=True):
        if head is None or not line.runs_on:
            continue
        is_alike = heads.count(head) > 1
        bullets = is_item + sum(kind in _BULLETS for kind in heads)  # the item has one of its own
        if is_alike or (bullets > 1 and line.is_bullet):
            above = ", which begins alike" if is_alike else ", so it is no item of a list"
            findings.warn(
                line.number,
                f"“{shown(line.text)}” runs together with the line above{above}.",
                "Begin each with - and a space, or end each with a backslash; if they are one line, write "
                "them as one.",
            )
            return
    last = lines[-1]
    if last.head == "number" and len(lines) > 1 and below is not None and below.type == "ordered_list":
        end = (node.token.map or (0, 0))[1]
        if below.line == end + 1:
            findings.warn(
                last.number,
                f"“{shown(last.text)}” is not of the list below it, but runs together with the line above.",
                "Put an empty line above the list; if it is text, put one below it.",
            )


def _lines(inline: Node) -> Iterator[_Line]:
    number, text, runs_on = inline.line, "", False
    for token in inline.token.children or ():
        if token.type in ("softbreak", "hardbreak"):
            yield _Line(number, text, runs_on)
            number, text, runs_on = number + 1, "", token.type == "softbreak"
        else:
            text += token.content
    yield _Line(number, text, runs_on)


def _check_levels(nodes: Sequence[Node], tree: Tree, findings: Findings) -> None:
    """Name an item that begins further in than the one above it, and yet stands at its level."""
    above: Node | None = None
    for node in nodes:
        if node.type not in LISTS:
            above = None
            continue
        for item in node.children:
            if above is not None and _column(item, tree) - _column(above, tree) >= _DEEPER:
                findings.warn(
                    item.line,
                    "This item begins further in than the one above it, but stands at the same level.",
                    "Begin it with four spaces, or with none if that is meant.",
                )
                return
            above = item


def _column(item: Node, tree: Tree) -> int:
    line = QUOTED.sub("", tree.lines[item.line - 1], count=1).expandtabs(4)
    return len(line) - len(line.lstrip(" "))
