"""Our Markdown: markdown-it with a few rules of our own."""

import re

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

from bot.domain.content.markdown.bullets import NOT_BREAKING, pasted_list
from bot.domain.content.markdown.seen import keep_seen

DEEPEST = 16
"""Lists, quotations and footnotes inside one another."""

LEVELS = 6 * DEEPEST
"""Depth below which markdown-it drops text without a word: well beyond what is refused here."""

LONGEST_TEXT = 16_384
"""Characters of one paragraph, heading or cell: markdown-it takes their number squared for some signs."""

PAYWALL = re.compile(r"<!--\s*paywall\s*-->[ \t]*", re.IGNORECASE)
COMMENT = "<!--"
FOREIGN = re.compile(r"<!--\s*(?:/?wp:|kg-card-)")
"""Comments that WordPress and Ghost put around everything."""

LOST_MARK = re.compile(r"\[\^[^\[\]\s]+\]")
WIDE_HEADING = re.compile(rf"#{{1,6}}[{NOT_BREAKING}]")
_WORD = re.compile(r"[^:/@?=#]+(?<!\.\w)(?<!\.\w\w)(?<!\.\w\w\w)(?<!\.\w\w\w\w)")
"""What is no address, nor the name of a file."""


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802  # markdown-it's name
        """Accept every address: our own check follows, and says which line it refuses."""
        return True


def markdown_reader() -> MarkdownIt:
    """Return a parser; what it meets and keeps out of the tree is collected in `env` (see `read_tree`)."""
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
            state.env["long"].append(_line(token))
            token.content = ""


def _find_lost_marks(state: StateCore) -> None:
    for block in state.tokens:
        line, begins = _line(block), True
        for token in block.children or ():
            if token.type in ("softbreak", "hardbreak"):
                line, begins = line + 1, True
                continue
            for mark in LOST_MARK.finditer(token.content) if token.type == "text" else ():
                state.env["lost"].append((line, mark[0], begins and not mark.start()))
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
    if PAYWALL.fullmatch(state.src, begin, state.eMarks[start]) is not None:
        state.env["paywalls"].append(start + 1)
        state.push("paywall", "", 0).map = [start, start + 1]
    elif FOREIGN.match(state.src, begin) is not None:
        state.env["foreign"].append(start + 1)
    else:
        state.env["comments"].append((start + 1, state.src[begin : state.eMarks[start]]))
    return True


def _comment_in_text(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(COMMENT, state.pos):
        return False
    if not silent:
        state.push("comment", "", 0).content = state.src[state.pos :].partition("\n")[0]
    state.pos += len(COMMENT)
    return True


def _line(token: Token) -> int:
    """Count from 1; 0 where markdown-it names no line."""
    return token.map[0] + 1 if token.map else 0
