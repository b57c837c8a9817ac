"""Markdown as a tree of nodes, with the paywall line as one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from markdown_it.token import Token

from bot.domain.content.markdown.grammar import DEEPEST, LONGEST_TEXT, markdown_reader
from bot.domain.content.problem import Findings

CONTAINERS = ("bullet_list", "ordered_list", "blockquote", "footnote_reference")
PAYWALL_IS = "The paywall is <!-- paywall -->, alone on its line with an empty line above it."
PAYWALL_FORM = (
    "Write <!-- paywall -->, alone on its line with an empty line above it; if it is a note, delete it."
)
MOST_LINES = 40
"""Lines that one finding names."""
OTHER_WALLS = ("more", "membersonly", "subscribersonly", "paidonly", "muro", "murodepago")
LIKE = 0.75
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class Node:
    """A token that opens something, with the nodes in it; or a token by itself."""

    token: Token
    children: "list[Node]" = field(default_factory=list)

    @property
    def type(self) -> str:
        return self.token.type.removesuffix("_open")

    @property
    def line(self) -> int:
        """Count from 1; 0 where markdown-it names no line."""
        return self.token.map[0] + 1 if self.token.map else 0

    @property
    def inline(self) -> "Node":
        """The text of a paragraph, a heading or a table's cell."""
        return self.children[0]

    def walk(self) -> "Iterator[Node]":
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed text.

    `paywalls`: the line numbers of all paywall lines. `inline_notes`: the texts of notes like ^[this].
    `lines`: the text as it was written. `references`: each `[name]: address "title"`.
    """

    nodes: list[Node]
    paywalls: list[int]
    inline_notes: dict[int, list[Token]]
    lines: list[str]
    references: tuple["Reference", ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An address that links are to use by its name; one `again` has a name that was taken, and no effect."""

    line: int
    name: str
    address: str
    title: str
    again: bool

    @property
    def leads_anywhere(self) -> bool:
        """Tell whether it is an address; `[//]: # (a note)` is a way to write a comment."""
        return self.address not in ("", "#")


def read_tree(text: str, findings: Findings) -> Tree:
    """Parse `text`. ContentErrors where blocks are nested too deep."""
    env: dict[str, Any] = {"paywalls": [], "comments": [], "long": [], "lost": [], "foreign": []}
    nodes = _grow(markdown_reader().parse(text, env), findings)
    for line, comment in env["comments"]:
        refuse_comment(line, comment, findings)
    _refuse_foreign(env["foreign"], findings)
    for line in env["long"]:
        _refuse_long(line, findings)
    _warn_of_lost_marks(env["lost"], findings)
    notes = env.get("footnotes", {}).get("list", {})
    inline = {number: note["tokens"] for number, note in notes.items() if "tokens" in note}
    return Tree(nodes, env["paywalls"], inline, text.split("\n"), tuple(_references(env)))


def _references(env: Mapping[str, Any]) -> Iterator[Reference]:
    first = (({"label": name, **address}, False) for name, address in env.get("references", {}).items())
    further = ((address, True) for address in env.get("duplicate_refs", ()))
    for address, again in sorted((*first, *further), key=lambda reference: reference[0]["map"][0]):
        yield Reference(address["map"][0] + 1, address["label"], address["href"], address["title"], again)


def _warn_of_lost_marks(lost: list[tuple[int, str, bool]], findings: Findings) -> None:
    """Name each mark once, where its note seems to begin if it does anywhere."""
    for mark in dict.fromkeys(mark for _line, mark, _begins in lost):
        places = [(line, begins) for line, other, begins in lost if other == mark]
        line, begins = next((place for place in places if place[1]), places[0])
        more = len(places) > 1
        cure = (
            f"Write {mark}: with the colon, if its note begins here; to show the mark, write \\{mark}."
            if begins and more
            else f"Write the note in a paragraph of its own that begins with {mark}: or delete the mark."
        )
        findings.warn(line, f"The footnote's mark {mark} has no note, so readers see it as text.", cure)


def refuse_comment(line: int, text: str, findings: Findings) -> None:
    """Refuse a comment that begins with `text`; one that nearly is the paywall line is to become it."""
    what = "An HTML comment that is not the paywall line."
    findings.error(line, what, PAYWALL_FORM if is_nearly_paywall(text) else f"Delete it. {PAYWALL_IS}")


def _refuse_foreign(lines: list[int], findings: Findings) -> None:
    """Refuse the comments that another program put around the whole text, as one error."""
    if not lines:
        return
    further = ", ".join(map(str, lines[1:MOST_LINES])) + ("…" if len(lines) > MOST_LINES else "")
    more = f", and {len(lines) - 1} further ones (lines {further})" if len(lines) > 1 else ""
    findings.error(
        lines[0],
        f"An HTML comment of another program, not the paywall line{more}.",
        f"Delete {'all of them' if more else 'it'}. {PAYWALL_IS}",
    )


def is_nearly_paywall(text: str) -> bool:
    """Tell whether somebody wrote a paywall line with a slip, or the word of another program for it."""
    word = "".join(_LETTERS.findall(text.partition("-->")[0].casefold()))
    return "paywall" in word or word in OTHER_WALLS or bool(get_close_matches(word, ("paywall",), 1, LIKE))


def _refuse_long(line: int, findings: Findings) -> None:
    findings.error(
        line,
        f"A paragraph has more than {LONGEST_TEXT} characters.",
        "Put empty lines where it can be divided: a message of Telegram holds a quarter of that.",
    )


def _grow(tokens: list[Token], findings: Findings) -> list[Node]:
    roots: list[Node] = []
    path: list[Node] = []
    for token in tokens:
        if token.nesting < 0:
            path.pop()
            continue
        node = Node(token)
        (path[-1].children if path else roots).append(node)
        if token.nesting > 0:
            path.append(node)
            _check_depth(path, findings)
    return roots


def _check_depth(path: list[Node], findings: Findings) -> None:
    containers = [node for node in path if node.type in CONTAINERS]
    if len(containers) > DEEPEST:
        findings.error(
            containers[-1].line,
            f"Lists and quotations stand more than {DEEPEST} deep in one another.",
            "Use fewer levels: a phone shows three or four.",
        )
        findings.stop_if_wrong()
