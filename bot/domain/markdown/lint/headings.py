"""Headings that were not taken for headings: their section and its command are gone, the line is text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.markdown.lint.stretches import Stretch, nested, shown
from bot.domain.markdown.nodes import Node, Tree
from bot.domain.markdown.seen import UNSEEN, escaped
from bot.domain.problem import Findings

_ESCAPED = escaped("#")
_LINE = re.compile(rf"[\s{UNSEEN}]*(?P<sign>[#＃{_ESCAPED}]+)(?P<rest>[^\n]*)")
_ID = re.compile(r"\{#[^{}\n]*\}\s*$")
_KICKER = re.compile(rf"[\s{UNSEEN}]*[^\W\d_][^:\n]{{0,40}}:\s+\S")
_MOST = 6

FORM = "Begin the line with one # and a space, and nothing before them"
TAG = "if it is a hashtag, write \\#"


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that looks like a heading, as far as `sign` and `rest`; `before` is what stands above its #."""

    line: int
    before: str
    sign: str
    rest: str

    @property
    def is_meant(self) -> bool:
        """Tell whether it would have opened a section, for certain."""
        return bool(_ID.search(self.rest)) or (len(self.sign) == 1 and bool(_KICKER.match(self.rest)))

    @property
    def is_escaped(self) -> bool:
        return self.sign.startswith(_ESCAPED)

    @property
    def reason(self) -> str:
        unseen = next((sign for sign in self.before if re.match(f"[{UNSEEN}]", sign)), None)
        if unseen is not None:
            return f"a sign that nobody sees (U+{ord(unseen):04X}) stands before its #"
        if "＃" in self.sign:
            return "its ＃ is a wide one"
        if self.is_escaped:
            return "its # is escaped"
        if len(self.sign) > _MOST:
            return f"it begins with more than {_MOST} #"
        if self.rest[:1].isspace():
            return "it begins with four spaces or a tab"
        return "no space stands behind its #"


def lost_headings(found: Stretch) -> Iterator[Lost]:
    """Return the lines of a paragraph that look like headings."""
    for number, text in enumerate(found.text.split("\n") if found.kind == "paragraph" else ()):
        lost = _lost(text, found.line + number)
        if lost is not None and (not lost.is_escaped or _ID.search(lost.rest)):
            yield lost


def in_code(node: Node) -> Iterator[Lost]:
    """Return the lines of a block of code that would have opened sections."""
    first = node.line + (node.type == "fence")
    for number, text in enumerate(node.token.content.split("\n")):
        lost = _lost(text, first + number)
        if lost is not None and lost.is_meant:
            yield lost


def _lost(text: str, line: int) -> Lost | None:
    match = _LINE.match(text)
    if match is None or not match["rest"].strip():
        return None
    return Lost(line, text[: match.start("sign")], match["sign"], match["rest"])


def tell_of_lost(lost: Lost, findings: Findings) -> None:
    what = f"“{shown(lost.rest)}” opens no section, and readers see the # before it, since {lost.reason}."
    if lost.is_meant:
        other = "delete the {#…} if it is text" if lost.is_escaped else f"{TAG} and no {{#…}}"
        findings.error(lost.line, what, f"{FORM}; {other}.")
    else:
        findings.warn(lost.line, what, f"{FORM}; {TAG}.")


def check_nested(tree: Tree, findings: Findings) -> None:
    """Name first-level headings inside lists, quotations and notes."""
    for node in nested(tree.nodes):
        if node.type != "heading" or node.token.tag != "h1" or not node.token.markup.startswith("#"):
            continue
        text = node.inline.token.content
        what = f"“{shown(_ID.sub('', text))}” opens no section, since it stands in a list, a quote or a note."
        if _ID.search(text) or _KICKER.match(text):
            findings.error(
                node.line, what, "Begin the line with its #; for a heading in a list, write ### and no {#…}."
            )
        else:
            findings.warn(node.line, what, "Begin the line with its #; for a heading in a list, write ###.")
