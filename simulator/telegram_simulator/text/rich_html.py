"""Reads rich HTML into a tree, refusing what Telegram would refuse."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from telegram_simulator.api.errors import ApiError, bad_request
from telegram_simulator.api.urls import split
from telegram_simulator.text import rich_buttons
from telegram_simulator.text import rich_rules as rules

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_STRAY = re.compile(r"<(?!/?[A-Za-z])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_FORM = re.compile(r"[rR]|w?[dD]?[tT]?")
LONGEST = 16 * rules.LENGTH
"""Characters of HTML: tags do not count into the length of a text, but to no end."""

_LAST_SECOND = 2**31 - 1
_LINKS = ("http", "https", "tg", "mailto", "tel")


@dataclass(slots=True)
class Node:
    """An element; text stands in `children` as strings. `to_reference`: it links to a <tg-reference>."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)
    to_reference: bool = False

    def walk(self, depth: int = 0) -> "Iterator[tuple[Node, int]]":
        """Go through this element (at `depth`) and all below it, in reading order."""
        yield self, depth
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk(depth + 1)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def loose(self) -> int:
        """Count the runs of text that stand between this element's blocks."""
        runs, inside = 0, False
        for child in self.children:
            block = isinstance(child, Node) and child.tag not in rules.INLINE
            blank = isinstance(child, str) and not child.strip()
            runs += not block and not blank and not inside
            inside = not block and (inside or not blank)
        return runs


def parse(html: str, *, find_emails: bool) -> Node:
    """Read and check rich HTML; ApiError 400 says what is wrong. Its media are not looked up here."""
    if len(html) > LONGEST:
        raise invalid("LENGTH", f"text is longer than {rules.LENGTH} characters")
    for name in _ENTITY.findall(html):
        if name not in rules.ENTITIES:
            raise invalid("HTML", f"entity &{name}; is not supported")
    if _STRAY.search(html):
        raise invalid("HTML", 'a "<" that opens no tag must be written as &lt;')
    if "<" in html[html.rfind(">") + 1 :]:  # html.parser would take minutes over many of them
        raise invalid("HTML", 'a tag has no ">"')
    reader = _Reader()
    reader.feed(html)
    root = reader.finish()
    for node, _ in root.walk():
        _check(node)
    _check_limits(root)
    _mark_references(root)
    if find_emails and _EMAIL.search(root.text):
        raise invalid("EMAIL", "text looks like an e-mail address")
    if not root.text.strip() and not any(node.tag in rules.FILES for node, _ in root.walk()):
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    return root


def _mark_references(root: Node) -> None:
    """Tell links to a <tg-reference> from links to an anchor."""
    nodes = [node for node, _ in root.walk()]
    names = {node.attributes.get("name") for node in nodes if node.tag == "tg-reference"}
    for node in nodes:
        node.to_reference = node.tag == "a" and node.attributes.get("href", "").removeprefix("#") in names


def invalid(what: str, why: str) -> ApiError:
    return bad_request(f"RICH_MESSAGE_{what}_INVALID: {why}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [Node("#root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = self._put(tag, attrs)
        if tag not in rules.VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in rules.MAY_CLOSE_ITSELF:
            raise invalid("HTML", f"tag <{tag}/> cannot close itself")
        self._put(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        expected = self._open[-1].tag
        if tag != expected:
            raise invalid("HTML", f"unmatched end tag </{tag}>, expected </{expected}>")
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise invalid("HTML", f"comments are not supported: {data[:20]!r}")

    def handle_decl(self, decl: str) -> None:
        raise invalid("HTML", f"declarations are not supported: {decl[:20]!r}")

    def handle_pi(self, data: str) -> None:
        raise invalid("HTML", f"instructions are not supported: {data[:20]!r}")

    def finish(self) -> Node:
        self.close()
        if len(self._open) > 1:
            raise invalid("HTML", f"can't find end tag corresponding to start tag <{self._open[-1].tag}>")
        return self._open[0]

    def _put(self, tag: str, attrs: list[tuple[str, str | None]]) -> Node:
        if len(self._open) > rules.DEPTH + 1:
            raise invalid("DEPTH", f"more than {rules.DEPTH} levels are nested")
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        return node


def _check(node: Node) -> None:
    allowed = rules.CHILDREN.get(node.tag, rules.INLINE | {"#text"})
    for child in node.children:
        if isinstance(child, str):
            if child.strip() and "#text" not in allowed:
                raise invalid("HTML", f"text cannot stand in <{node.tag}>")
        elif child.tag not in allowed:
            raise invalid("HTML", f"tag <{child.tag}> is not supported in <{node.tag.removeprefix('#')}>")
    unknown = sorted(set(node.attributes) - rules.ATTRIBUTES.get(node.tag, frozenset()))
    if unknown:
        raise invalid("HTML", f"tag <{node.tag}> has no attribute {', '.join(unknown)}")
    if node.tag in _CHECKS:
        _CHECKS[node.tag](node)
    if node.tag == "figure" and not _has_blocks(node):
        raise invalid("HTML", "a figure needs a media block")
    if node.tag == "table" and max(map(_columns, _rows(node)), default=0) > rules.COLUMNS:
        raise invalid("TABLE", f"a table has more than {rules.COLUMNS} columns")


def _check_link(node: Node) -> None:
    href = node.attributes.get("href")
    if href is None:
        if not node.attributes.get("name"):
            raise invalid("HTML", "tag <a> needs href or name")
        return
    if href.startswith("#") and len(href) > 1:
        return
    if split(href).scheme not in _LINKS:
        raise invalid("URL", f"link {href[:100]!r} is not http, https, tg, mailto or tel")


def _check_moment(node: Node) -> None:
    unix, form = node.attributes.get("unix", ""), node.attributes.get("format", "")
    if not (unix.isascii() and unix.isdecimal() and 0 < int(unix) <= _LAST_SECOND):
        raise invalid("HTML", f"tag <tg-time> has no time in unix={unix[:20]!r}")
    if not _FORM.fullmatch(form):
        raise invalid("HTML", f"tag <tg-time> has an unknown format {form[:20]!r}")


def _check_row(node: Node) -> None:
    if not 1 <= sum(isinstance(child, Node) for child in node.children) <= rules.BUTTONS_IN_ROW:
        raise invalid("HTML", f"tag <tg-button-row> holds 1 to {rules.BUTTONS_IN_ROW} buttons")
    if node.attributes.get("align", "left") not in rules.ALIGNMENTS:
        raise invalid("HTML", "tag <tg-button-row> has an unknown align")


_CHECKS: dict[str, Callable[[Node], None]] = {
    "a": _check_link,
    "tg-time": _check_moment,
    "tg-button": lambda node: rich_buttons.check(node.attributes),
    "tg-button-row": _check_row,
}


def _check_limits(root: Node) -> None:
    if len(root.text) > rules.LENGTH:
        raise invalid("LENGTH", f"text is longer than {rules.LENGTH} characters")
    nodes = list(root.walk())
    loose = sum(node.loose() for node, _ in nodes if "p" in rules.CHILDREN.get(node.tag, ()))
    if loose + sum(node.tag in rules.COUNTED for node, _ in nodes) > rules.BLOCKS:
        raise invalid("BLOCKS", f"there are more than {rules.BLOCKS} blocks")
    if sum(node.tag in rules.FILES for node, _ in nodes) > rules.MEDIA:
        raise invalid("MEDIA", f"there are more than {rules.MEDIA} media")
    if max(depth for _, depth in nodes) > rules.DEPTH:
        raise invalid("DEPTH", f"more than {rules.DEPTH} levels are nested")


def _has_blocks(node: Node) -> bool:
    return any(isinstance(child, Node) and child.tag in rules.BLOCK for child in node.children)


def _rows(table: Node) -> list[Node]:
    return [child for child in table.children if isinstance(child, Node) and child.tag == "tr"]


def _columns(row: Node) -> int:
    spans = [child.attributes.get("colspan") or "1" for child in row.children if isinstance(child, Node)]
    return sum(int(span) if span.isdecimal() else 1 for span in spans)
