"""Markdown as a tree of markdown-it's tokens, with the paywall line as a token of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from bot.domain.problem import Findings

DEEPEST = 16
"""Lists, quotations and footnotes inside one another."""

CONTAINERS = ("bullet_list", "ordered_list", "blockquote", "footnote_reference")
LEVELS = 6 * DEEPEST
"""Depth below which markdown-it drops text without a word: well beyond what is refused here."""
LONGEST_TEXT = 16_384
"""Characters of one paragraph, heading or cell: markdown-it takes their number squared for some signs."""
PAYWALL = re.compile(r"<!--\s*paywall\s*-->[ \t]*", re.IGNORECASE)
COMMENT = "<!--"
LOST_MARK = re.compile(r"\[\^[^\[\]\s]+\]")


@dataclass(slots=True)
class Node:
    """A token that opens something together with what stands in it, or a token by itself."""

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
    """`paywalls` holds the lines of all paywall lines, `inline_notes` the texts of notes like ^[this],
    `lines` the text as it was written.
    """

    nodes: list[Node]
    paywalls: list[int]
    inline_notes: dict[int, list[Token]]
    lines: list[str]


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802  # markdown-it's name
        """Accept every address: our own check follows, and says which line it refuses."""
        return True


def read_tree(text: str, findings: Findings) -> Tree:
    """Parse `text`; stops where things stand too deep in one another."""
    env: dict[str, Any] = {"paywalls": [], "comments": [], "long": [], "lost": []}
    nodes = _grow(_reader().parse(text, env), findings)
    for line in env["comments"]:
        refuse_comment(line, findings)
    for line in env["long"]:
        _refuse_long(line, findings)
    for line, mark in env["lost"]:
        findings.warn(
            line,
            f"The footnote's mark {mark} has no note, so readers see it as text.",
            f"Write the note in a paragraph of its own that begins with {mark}: or delete the mark.",
        )
    notes = env.get("footnotes", {}).get("list", {})
    inline = {number: note["tokens"] for number, note in notes.items() if "tokens" in note}
    return Tree(nodes, env["paywalls"], inline, text.split("\n"))


def refuse_comment(line: int, findings: Findings) -> None:
    findings.error(
        line,
        "An HTML comment that is not the paywall line.",
        "Delete it. The paywall is <!-- paywall -->, alone on its line with an empty line above it.",
    )


def _refuse_long(line: int, findings: Findings) -> None:
    findings.error(
        line,
        f"A paragraph has more than {LONGEST_TEXT} characters.",
        "Put empty lines where it can be divided: a message of Telegram holds a quarter of that.",
    )


def _reader() -> MarkdownIt:
    reader = _Reader("commonmark", {"html": False, "maxNesting": LEVELS})
    reader.enable(["table", "strikethrough"])
    reader.use(front_matter_plugin)
    reader.use(footnote_plugin, move_to_end=False)
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    reader.block.ruler.before("table", "comment", _comment_line, ends)
    reader.inline.ruler.before("html_inline", "comment", _comment_in_text)
    reader.core.ruler.before("inline", "long", _leave_long_texts)
    # behind "text_join" a mark that is escaped looks like one that is not
    reader.core.ruler.before("text_join", "lost", _find_lost_marks)
    return reader


def _leave_long_texts(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > LONGEST_TEXT:
            state.env["long"].append(Node(token).line)
            token.content = ""


def _find_lost_marks(state: StateCore) -> None:
    for block in state.tokens:
        line = Node(block).line
        for token in block.children or ():
            line += token.type in ("softbreak", "hardbreak")
            if token.type == "text":
                state.env["lost"] += [(line, mark) for mark in LOST_MARK.findall(token.content)]


def _comment_line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line that begins a comment, however far it is indented."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(COMMENT, begin):
        return False
    if silent:
        return True
    state.line = start + 1
    found = PAYWALL.fullmatch(state.src, begin, state.eMarks[start]) is not None
    state.env["paywalls" if found else "comments"].append(start + 1)
    if found:
        token = state.push("paywall", "", 0)
        token.map = [start, start + 1]
    return True


def _comment_in_text(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(COMMENT, state.pos):
        return False
    if not silent:
        state.push("comment", "", 0)
    state.pos += len(COMMENT)
    return True


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
