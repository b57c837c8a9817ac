"""Whole blocks: code that is none, unused addresses, long headlines."""

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from bot.domain.content.issue import Section
from bot.domain.content.markdown.lint.headings import in_code, tell_of_lost
from bot.domain.content.markdown.lint.text_blocks import shown
from bot.domain.content.markdown.nodes import Node, Tree
from bot.domain.content.problem import Findings

LONGEST_HEADLINE = 60
NOTE_OF_DOCS = "#cmnt_ref"


_LANGUAGE = re.compile(r"[a-z0-9+#.-]{1,15}|[A-Z+#.-]{1,4}", re.ASCII)
_TABLE_LEAD = re.compile(r"[\s>]*")


def check_fence(node: Node, findings: Findings) -> None:
    """Name the words behind ```, of which only a language's name belongs there."""
    words = node.token.info.strip()
    if words and not _LANGUAGE.fullmatch(words):
        findings.warn(
            node.line,
            f"Nobody sees what stands behind {node.token.markup}: “{shown(words)}”.",
            "Write it in the line below; the name of a language is written small, as in ```python.",
        )


def check_table(table: Node, tree: Tree, findings: Findings) -> None:
    """Name the cells that have no column, and a line that became a row because nothing parts it from them."""
    rows = [row for part in table.children for row in part.children]
    columns = len(rows[0].children)
    for row in rows[1:]:
        cells = _cells(tree.lines[row.line - 1])
        surplus = [cell for cell in cells[columns:] if cell]
        if surplus:
            findings.warn(
                row.line,
                f"This row has more cells than the first row of its table: readers do not see "
                f"“{shown(' | '.join(surplus))}”.",
                "Give the first row and the one below it as many cells; to show a |, write \\|.",
            )
        elif len(cells) == 1 and columns > 1 and "|" not in tree.lines[row.line - 1]:
            findings.warn(
                row.line,
                f"“{shown(cells[0])}” became a row of the table above it.",
                "Put an empty line above it; if it is a row, write a | at its end.",
            )


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in escapedSplit(_TABLE_LEAD.sub("", line, count=1).rstrip())]
    return cells[cells[:1] == [""] : len(cells) - (cells[-1:] == [""])]


def check_code(node: Node, tree: Tree, findings: Findings) -> None:
    """Name a text that became code because it is indented, or because a fence never ends."""
    is_fence = node.type == "fence"
    if is_fence and _ends(node, tree.lines):
        return
    lost = list(in_code(node))
    if is_fence and not _tells_of(node, findings):
        _tell_of_fence(node, bool(lost), findings)
    elif not is_fence and lost:
        for heading in lost:
            tell_of_lost(heading, tree, findings)
    elif not is_fence and not _tells_of(node, findings):
        findings.warn(
            node.line,
            "The text that begins here is shown as code, since it begins with four spaces or a tab.",
            "Delete them; for code, put a line of ``` above and below it.",
        )


def _tell_of_fence(node: Node, holds_section: bool, findings: Findings) -> None:
    what = "A block of code begins here and never ends: all that follows is shown as code{}."
    cure = (
        f"Write {node.token.markup} below it too; to show the signs, write \\{node.token.markup[0]} for each."
    )
    if holds_section:
        findings.error(node.line, what.format(", and its headings open no sections"), cure)
    else:
        findings.warn(node.line, what.format(""), cure)


def _ends(fence: Node, lines: Sequence[str]) -> bool:
    first, end = fence.token.map or (0, 0)
    last = lines[end - 1].lstrip(" >\t").rstrip() if first + 1 < end <= len(lines) else ""
    return last.startswith(fence.token.markup) and not last.strip(fence.token.markup[0])


def _tells_of(code: Node, findings: Findings) -> bool:
    """Tell whether an error names a line of it: one slip is one error."""
    first, end = code.token.map or (0, 0)
    return any(error.line is not None and first < error.line <= end for error in findings.errors)


def check_links(tree: Tree, findings: Findings) -> None:
    """Name addresses of links that nobody sees, and the notes of Google Docs."""
    used: set[str] = set()
    for root in tree.nodes:
        for node in root.walk():
            for token in _with_pictures(node.token.children or ()):
                address = str(token.attrs.get("href") or token.attrs.get("src") or "")
                used.add(address)
                if address.startswith(NOTE_OF_DOCS):
                    findings.error(
                        node.line,
                        "This is a comment of Google Docs, but here it is text, which readers would see.",
                        "Delete it, and its mark in the text.",
                    )
    for reference in tree.references:
        is_note = not reference.leads_anywhere
        if not is_note and (reference.again or reference.address not in used):
            findings.warn(
                reference.line,
                f"Nobody sees this line: it is an address for links named [{reference.name.lower()}].",
                "Delete it; if it is text, write \\[ for its first sign.",
            )


def _with_pictures(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _with_pictures(token.children or ())


def check_headlines(sections: Sequence[Section], findings: Findings) -> None:
    for section in sections:
        if len(section.headline) > LONGEST_HEADLINE:
            findings.warn(
                section.line,
                f"The headline has {len(section.headline)} characters, more than {LONGEST_HEADLINE}: a phone "
                "shows three lines of it, and its button bears only the kicker.",
                "Shorten it, or leave it if that is meant: nothing of it is lost.",
            )


def check_wall(tree: Tree, sections: Sequence[Section], findings: Findings) -> None:
    """Warn of a paywall with nothing free above it; `sections` know where their free part ends."""
    if tree.paywalls and sections and sections[0].free_until == (0,) and sections[0].blocks:
        findings.warn(
            tree.paywalls[0],
            "Nothing stands above the paywall line, so who has no access reads only headlines.",
            "Move it below the first paragraphs, or leave it if the whole issue is meant to be paid.",
        )
