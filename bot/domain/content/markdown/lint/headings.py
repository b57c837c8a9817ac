"""Headings that Markdown did not take for headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from bot.domain.content.markdown.lint.text_blocks import TextBlock, nested, shown
from bot.domain.content.markdown.nodes import Node, Tree
from bot.domain.content.markdown.sections import make_id
from bot.domain.content.markdown.seen import CLOSES, OPENS, SEEN, UNSEEN, escaped
from bot.domain.content.problem import Findings

_ESCAPED = escaped("#")
OTHER_SIGNS = "＃﹟♯⌗"
_LINE = re.compile(rf"[\s{UNSEEN}{OPENS}]*(?P<sign>[#{OTHER_SIGNS}{_ESCAPED}]+)(?P<rest>[^\n]*)")
_HASH = rf"[#{OTHER_SIGNS}{_ESCAPED}]"
_ID = re.compile(rf"\{{:?\s*{_HASH}\s*[^\W\d_][^{{}}#\n]*\}}[\s.,;:\\{CLOSES}]*$", re.MULTILINE)
_ESCAPED_ID = re.compile(rf"{escaped('{')}\s*{_HASH}[^\n]*(?:\}}|{escaped('}')})\s*$")
_HTML = re.compile(r"<h1\b[^<>\n]{0,300}>[^\n]*", re.IGNORECASE)
_KICKER = re.compile(rf"[\s{UNSEEN}]*[^\W\d_][^:\n]{{0,40}}:\s+\S")
_MOST = 6

_COLON = re.compile(r"\S:\s+\S")
_GLUED = re.compile(r"(?P<before>[^\W\d_][^:：/\n]{0,30}?)\s*(?P<sign>：\s*|:)(?=[^\W\d_]|[¿¡“«\"])")
_DASHED = re.compile(r"(?P<before>[^\W\d_]\w*(?: \w+){0,2})\s+(?P<sign>[–—-])\s+(?=\S)")

_TITLE = re.compile(r"(?P<kicker>[^\W\d_][^:\n]{0,40}):\s+(?P<headline>\S[^\n]*?)\s*")
_SENTENCE = re.compile(r"[.…;:,]\W*$")

FORM = "Begin the line with one # and a space, and nothing before them"
TAG = "if it is a hashtag, write \\#"


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that looks like a heading: its #s in `sign`, its text in `rest`; `before`: the text above it."""

    line: int
    before: str
    sign: str
    rest: str

    @property
    def is_meant(self) -> bool:
        """Tell whether it would have opened a section, for certain."""
        if self.is_escaped:
            return bool(_ID.search(self.rest) or _ESCAPED_ID.search(self.rest))
        return bool(_ID.search(self.rest)) or (len(self.sign) == 1 and bool(_KICKER.match(self.rest)))

    @property
    def is_escaped(self) -> bool:
        return self.sign.startswith(_ESCAPED)

    @property
    def is_number(self) -> bool:
        """Tell whether it says what is number one, `#1`, and no more."""
        return self.sign == "#" and self.rest[:1].isdigit() and not _ID.search(self.rest)

    def reason(self, written: str) -> str:
        """Say why it was not taken; `written` is its line in the file."""
        if unseen := re.search(f"[{UNSEEN}]", self.before):
            return f"a sign that nobody sees (U+{ord(unseen[0]):04X}) stands before its #"
        return self._of_sign() or _of_lead(written.partition("#")[0].strip(" \t>"))

    def _of_sign(self) -> str | None:
        other = next((sign for sign in self.sign if sign in OTHER_SIGNS), None)
        if other is not None:
            return f"its {other} is {'a wide one' if other == '＃' else 'another sign'}"
        if self.is_escaped:
            return "its # is escaped"
        if len(self.sign) > _MOST:
            return f"it begins with more than {_MOST} #"
        return None if self.rest[:1].isspace() else "no space stands behind its #"


def _of_lead(lead: str) -> str:
    """Say why a # with a space behind it was not taken; `lead` is what stands before it."""
    if not lead:
        return "it begins with four spaces or a tab"
    if not lead.strip():
        return f"a space that does not break (U+{ord(lead[0]):04X}) stands before its #"
    return f"“{lead.strip()}” stands before its #"


def lost_headings(text_block: TextBlock) -> Iterator[Lost]:
    """Return the lines of a paragraph that look like headings."""
    for number, text in enumerate(text_block.text.split("\n") if text_block.kind == "paragraph" else ()):
        lost = _lost(text, text_block.line + number)
        if lost is not None and (not lost.is_escaped or lost.is_meant) and not lost.is_number:
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


def tell_of_lost(lost: Lost, tree: Tree, findings: Findings) -> None:
    reason = lost.reason(tree.lines[lost.line - 1])
    what = f"“{shown(lost.rest)}” opens no section, and readers see the # before it, since {reason}."
    sign = lost.sign[0]
    as_text = f"if it is text, write &#{ord(sign)}; for its {sign}" if sign in OTHER_SIGNS else TAG
    if lost.is_meant:
        other = "delete the {#…} if it is text" if lost.is_escaped else f"{as_text} and no {{#…}}"
        findings.error(lost.line, what, f"{FORM}; {other}.")
    else:
        findings.warn(lost.line, what, f"{FORM}; {as_text}.")


def check_ids(text_block: TextBlock, tree: Tree, without: set[int], findings: Findings) -> None:
    """Refuse lines that end with an id but are no headings, and headings in HTML: each was to be a section.

    Lines in `without` are named already, and left out.
    """
    for number, text in enumerate(text_block.text.split("\n") if text_block.kind != "heading" else ()):
        line = text_block.line + number
        named, html = _ID.search(text), _HTML.search(text)
        if line in without or not (named or html):
            continue
        what = f"“{shown(named[0] if named else text)}” opens no section: "
        above = tree.lines[line - 2] if line > 1 else ""
        if not named:
            what, cure = f"{what}HTML is not read.", f"{FORM}: `# Kicker: Headline {{#id}}`."
        elif re.match(r" {0,3}#{1,6}\s", above):
            what, cure = f"{what}the heading ends on the line above.", "Write the heading in one line."
        else:
            what, cure = f"{what}its line is no heading.", f"{FORM}; if it is text, write \\{{."
        findings.error(line, what, cure)


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


def check_levels(tree: Tree, findings: Findings) -> None:
    """Name headings of a lower level that have an id: each was to be a section."""
    for root in tree.nodes:
        for node in root.walk():
            if node.type != "heading" or node.token.tag == "h1":
                continue
            named = _ID.search(str(node.inline.token.meta.get(SEEN, "")))
            if named is not None and node.token.markup.startswith("#"):
                findings.error(
                    node.line,
                    f"Only first-level headings open sections: {shown(named[0])} would be text, and the "
                    "section lost.",
                    "Write the heading with a single #; if it is to stay in its section, delete the {#…}.",
                )


def check_kickers(tree: Tree, findings: Findings) -> None:
    """Warn of headings whose kicker is none: no space behind its colon, a wide colon, a dash where others
    have a colon.
    """
    headings = [node for node in tree.nodes if node.type == "heading" and node.token.tag == "h1"]
    texts = [_ID.sub("", str(node.inline.token.meta.get(SEEN, ""))) for node in headings]
    others = any(_COLON.search(text) for text in texts)
    for node, text in zip(headings, texts, strict=True):
        glued = _GLUED.match(text) or (_DASHED.match(text) if others else None)
        if glued is None or _COLON.search(text):
            continue
        before, after = shown(glued["before"]), shown(text[glued.end() :])
        findings.warn(
            node.line,
            f"The heading “{shown(text)}” has no kicker, so all of it is the headline.",
            f"Write `{before}: {after}` if “{before}” is its kicker; else write "
            f"&#{ord(glued['sign'][0])}; for its {glued['sign'][0]}.",
        )


def check_bold(tree: Tree, findings: Findings) -> None:
    """Warn of a bold line that reads like a heading, kicker and headline, and has text below it: it was to
    open a section. A sentence is none, nor what stands before several lines, as a speaker's name does.
    """
    headings = [
        (node, match)
        for node, below in pairwise(tree.nodes)
        if node.type == "paragraph" and not _is_first_level(below)
        if (match := _TITLE.fullmatch(_bold(node.inline.token)))
    ]
    kickers = [match["kicker"].casefold() for _, match in headings]
    for node, match in headings:
        if kickers.count(match["kicker"].casefold()) > 1 or _SENTENCE.search(match["headline"]):
            continue
        if any(error.line == node.line for error in findings.errors):
            continue
        line = f"{match['kicker']}: {match['headline']}"
        id_ = make_id(match["kicker"], node.line)
        findings.warn(
            node.line,
            f"“{shown(line)}” is bold, but opens no section: its text belongs to the section above.",
            f"Write `# {shown(line)} {{#{id_}}}`, without the asterisks; "
            "if it is text, write &#58; for its colon.",
        )


def _bold(inline: Token) -> str:
    """Return what is left as text of a paragraph that is bold from end to end; "" of another one."""
    tokens = [
        token
        for token in inline.children or ()
        if token.type not in ("em_open", "em_close") and (token.type != "text" or token.content)
    ]
    opens = [at for at, token in enumerate(tokens) if token.type == "strong_open"]
    if opens != [0] or tokens[-1].type != "strong_close":
        return ""
    return re.sub(f"[{OPENS}{CLOSES}]", "", str(inline.meta.get(SEEN, "")))


def _is_first_level(node: Node) -> bool:
    return node.type == "heading" and node.token.tag == "h1"
