"""Markdown as a tree of markdown-it's tokens, with the paywall line as a token of its own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import heading as markdown_heading
from markdown_it.rules_block import reference as markdown_reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from bot.domain.markdown.bullets import NOT_BREAKING, pasted_list
from bot.domain.markdown.seen import keep_seen
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
PAYWALL_IS = "The paywall is <!-- paywall -->, alone on its line with an empty line above it."
PAYWALL_FORM = (
    "Write <!-- paywall -->, alone on its line with an empty line above it; if it is a note, delete it."
)
MOST_LINES = 40
"""Lines that one finding names."""
OTHER_WALLS = ("more", "membersonly", "subscribersonly", "paidonly", "muro", "murodepago")
LIKE = 0.75
_LETTERS = re.compile(r"[^\W\d_]+")
LOST_MARK = re.compile(r"\[\^[^\[\]\s]+\]")
WIDE_HEADING = re.compile(rf"#{{1,6}}[{NOT_BREAKING}]")
_WORD = re.compile(r"[^:/@?=#]+(?<!\.\w)(?<!\.\w\w)(?<!\.\w\w\w)(?<!\.\w\w\w\w)")
"""What is no address, nor the name of a file."""
FOREIGN = re.compile(r"<!--\s*(?:/?wp:|kg-card-)")
"""Comments that WordPress and Ghost put around everything."""


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
    `lines` the text as it was written, `references` each `[name]: address "title"`.
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
        """Tell whether it is an address, and not a way to write what nobody is to see: `[//]: # (a note)`."""
        return self.address not in ("", "#")


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802  # markdown-it's name
        """Accept every address: our own check follows, and says which line it refuses."""
        return True


def read_tree(text: str, findings: Findings) -> Tree:
    """Parse `text`; stops where things stand too deep in one another."""
    env: dict[str, Any] = {"paywalls": [], "comments": [], "long": [], "lost": [], "foreign": []}
    nodes = _grow(_reader().parse(text, env), findings)
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
    first = (({"label": name, **found}, False) for name, found in env.get("references", {}).items())
    further = ((found, True) for found in env.get("duplicate_refs", ()))
    for found, again in sorted((*first, *further), key=lambda one: one[0]["map"][0]):
        yield Reference(found["map"][0] + 1, found["label"], found["href"], found["title"], again)


def _warn_of_lost_marks(lost: list[tuple[int, str, bool]], findings: Findings) -> None:
    """Name each mark once, where its note seems to begin if it does anywhere."""
    for mark in dict.fromkeys(mark for _line, mark, _begins in lost):
        line, _, begins = next(
            (one for one in lost if one[1] == mark and one[2]), next(one for one in lost if one[1] == mark)
        )
        more = sum(one[1] == mark for one in lost) > 1
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
    """Refuse all comments that another program put around everything: they are one fault."""
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


def _reader() -> MarkdownIt:
    reader = _Reader("commonmark", {"html": False, "maxNesting": LEVELS})
    reader.enable(["table", "strikethrough"])
    reader.use(front_matter_plugin)
    reader.use(footnote_plugin, move_to_end=False)
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    reader.block.ruler.before("table", "comment", _comment_line, ends)
    reader.block.ruler.before("list", "pasted_list", pasted_list, ends)
    reader.block.ruler.at("heading", _heading, {"alt": ["paragraph", "reference", "blockquote"]})
    reader.block.ruler.at("reference", _reference)
    reader.inline.ruler.before("html_inline", "comment", _comment_in_text)
    reader.core.ruler.before("inline", "long", _leave_long_texts)
    # behind "text_join" a mark that is escaped looks like one that is not
    reader.core.ruler.before("text_join", "lost", _find_lost_marks)
    reader.core.ruler.before("text_join", "seen", keep_seen)
    return reader


def _leave_long_texts(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > LONGEST_TEXT:
            state.env["long"].append(Node(token).line)
            token.content = ""


def _find_lost_marks(state: StateCore) -> None:
    for block in state.tokens:
        line, begins = Node(block).line, True
        for token in block.children or ():
            if token.type in ("softbreak", "hardbreak"):
                line, begins = line + 1, True
                continue
            for found in LOST_MARK.finditer(token.content) if token.type == "text" else ():
                state.env["lost"].append((line, found[0], begins and not found.start()))
            begins = False


def _heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a no-break space behind the # as the space that it was meant to be."""
    wide = WIDE_HEADING.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if wide is None:
        return markdown_heading(state, start, end, silent)
    written = state.src
    state.src = f"{written[: wide.end() - 1]} {written[wide.end() :]}"
    try:
        return markdown_heading(state, start, end, silent)
    finally:
        state.src = written


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Leave as text what has a word where an address belongs: `[Ana]: Yes.` is what she said."""
    line, again = state.line, state.env.setdefault("duplicate_refs", [])
    before = len(again)
    if not markdown_reference(state, start, end, silent):
        return False
    is_again = len(again) > before
    last = again[-1] if is_again else next(reversed(state.env["references"].values()))
    if not _WORD.fullmatch(last["href"]):
        return True
    if is_again:
        again.pop()
    else:
        state.env["references"].popitem()
    state.line = line
    return False


def _comment_line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line that begins a comment, however far it is indented."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(COMMENT, begin):
        return False
    if silent:
        return True
    state.line = start + 1
    found = PAYWALL.fullmatch(state.src, begin, state.eMarks[start]) is not None
    is_foreign = FOREIGN.match(state.src, begin) is not None
    if found:
        state.env["paywalls"].append(start + 1)
    elif is_foreign:
        state.env["foreign"].append(start + 1)
    else:
        state.env["comments"].append((start + 1, state.src[begin : state.eMarks[start]]))
    if found:
        token = state.push("paywall", "", 0)
        token.map = [start, start + 1]
    return True


def _comment_in_text(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(COMMENT, state.pos):
        return False
    if not silent:
        state.push("comment", "", 0).content = state.src[state.pos :].partition("\n")[0]
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
