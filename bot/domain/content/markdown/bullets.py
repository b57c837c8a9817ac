"""Pasted bullets (`• one`, line by line), read as a list."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.rules_block import StateBlock

NOT_BREAKING = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
"""Spaces that editors paste and Markdown takes for letters, as a class of a pattern."""

SIGNS = "•◦▪▫‣⁃●○■□∙⦁\uf0b7\uf0a7\uf0d8"
SHAPES = "●○■□"
"""Signs that are as often a legend, or the end of a text, as bullets."""

_BULLET = re.compile(
    rf"(?:(?P<sign>[{SIGNS}])|(?P<dot>·)(?=\s)|(?P<own>[-*+])(?=[{NOT_BREAKING}]))\s*"
    rf"(?=\S)(?=[^\n]*[^\s·{SIGNS}])"
)
_DEEPER = 2


@dataclass(frozen=True, slots=True)
class Item:
    """Lines `first` to `end` (exclusive); the first begins with `sign`, `indent` columns in.

    `parted`: an empty line stands above it.
    """

    first: int
    end: int
    sign: str
    indent: int
    parted: bool

    def holds(self, other: "Item") -> bool:
        """Tell whether a later item stands below this one: further in, or under another sign."""
        further = other.indent - self.indent
        return further >= _DEEPER or (other.sign != self.sign and further >= (1 if other.parted else 0))


def pasted_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read lines that begin with a bullet as a list, also with empty lines between; a markdown-it rule."""
    bullet = _bullet(state, start)
    if state.is_code_block(start) or bullet is None or start in _legends(state):
        return False
    if silent and bullet[0][0] not in SHAPES:
        return True
    items = list(_items(state, start, end))
    if _is_legend(items):
        _legends(state).update(item.first for item in items)
        return False
    if silent:
        return True
    _emit(state, items)
    state.line = items[-1].end
    return True


def _legends(state: StateBlock) -> set[int]:
    """Return the lines that begin with such a sign and stay as they are."""
    legends: set[int] = state.env.setdefault("legends", set())
    return legends


def _is_legend(items: Sequence[Item]) -> bool:
    """Tell whether lines begin with different signs at one depth, one of them a shape: a legend, no list."""
    signs: dict[int, set[str]] = {}
    for item in items:
        signs.setdefault(item.indent, set()).add(item.sign)
    return any(len(some) > 1 and not some.isdisjoint(SHAPES) for some in signs.values())


def _bullet(state: StateBlock, line: int) -> re.Match[str] | None:
    return _BULLET.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])


def _items(state: StateBlock, line: int, end: int) -> Iterator[Item]:
    parted = False
    while line < end and state.sCount[line] >= state.blkIndent:
        bullet = _bullet(state, line)
        if bullet is None:
            return
        first, line = line, _end_of_text(state, line + 1, end)
        yield Item(first, line, bullet[0][0], state.sCount[first], parted)
        parted = line < end and state.isEmpty(line)
        while line < end and state.isEmpty(line):
            line += 1


def _end_of_text(state: StateBlock, line: int, end: int) -> int:
    """Return where the paragraph ends that goes on at `line`."""
    kind, state.parentType = state.parentType, "paragraph"
    while line < end and not state.isEmpty(line) and not _ends(state, line, end):
        line += 1
    state.parentType = kind
    return line


def _ends(state: StateBlock, line: int, end: int) -> bool:
    if _bullet(state, line) is not None:
        return True
    if state.sCount[line] < 0 or state.is_code_block(line):
        return False
    return any(rule(state, line, end, True) for rule in state.md.block.ruler.getRules("paragraph"))


def _emit(state: StateBlock, items: Sequence[Item]) -> None:
    state.push("bullet_list_open", "ul", 1).map = [items[0].first, items[-1].end]
    at = 0
    while at < len(items):
        head, at = items[at], at + 1
        inner = at
        while at < len(items) and head.holds(items[at]):
            at += 1
        state.push("list_item_open", "li", 1).map = [head.first, items[at - 1].end]
        _emit_text(state, head)
        if inner < at:
            _emit(state, items[inner:at])
        state.push("list_item_close", "li", -1)
    state.push("bullet_list_close", "ul", -1)


def _emit_text(state: StateBlock, item: Item) -> None:
    written = state.getLines(item.first, item.end, state.blkIndent, False).strip()
    state.push("paragraph_open", "p", 1).map = [item.first, item.end]
    inline = state.push("inline", "", 0)
    inline.map, inline.children = [item.first, item.end], []
    inline.content = _BULLET.sub("", written, count=1)
    state.push("paragraph_close", "p", -1)
