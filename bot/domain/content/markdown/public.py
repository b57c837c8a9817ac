"""Paid text that would become public by mistake: an error each."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.domain.content.blocks import called, split
from bot.domain.content.issue import Section
from bot.domain.content.markdown.nodes import Node, Tree
from bot.domain.content.problem import Findings

NOTE_INDENT = 4
QUOTED = re.compile(r"(?: {0,3}> ?)*")


def check_underlines(tree: Tree, findings: Findings) -> None:
    """Refuse a heading that is made by a line of = or - below a text, wherever it stands."""
    for node in _all(tree):
        if node.type == "heading" and not node.token.markup.startswith("#") and node.token.map:
            findings.error(
                node.token.map[1],
                f"This line makes a heading of the text above it: “{_beginning(node.inline.token.content)}”.",
                "Put an empty line above a line of ---, delete one of ===; a heading begins with # or ##.",
            )


def check_notes(
    tree: Tree,
    sections: Sequence[Section],
    notes: Mapping[str, Node],
    marked: Sequence[Sequence[str | int]],
    findings: Findings,
) -> None:
    """Refuse lines behind the paywall that became part of a free note because an empty line is missing.

    `marked`: the keys of each section's notes, by number.
    """
    for section, keys in zip(sections, marked, strict=True):
        free, _ = split(section.blocks, section.free_until)
        for key in (keys[number - 1] for number in sorted(called(free, section.notes))):
            node = notes.get(key) if isinstance(key, str) else None
            if node is not None and tree.paywalls and node.line > tree.paywalls[0]:
                _check_note(str(key), node, tree, findings)


def _check_note(label: str, note: Node, tree: Tree, findings: Findings) -> None:
    for line in (line for node in note.walk() if node.type == "paragraph" for line in _further(node)):
        text = QUOTED.sub("", tree.lines[line], count=1).expandtabs(NOTE_INDENT)
        if len(text) - len(text.lstrip(" ")) < NOTE_INDENT:
            findings.error(
                line + 1,
                f"This line goes on with the footnote {label!r}, whose mark is in the free part: everybody "
                "would read it.",
                "Put an empty line above it; if it belongs to the note, begin it with four spaces.",
            )
            return


def _further(paragraph: Node) -> range:
    """Return the line numbers, from 0, of all lines of a token but the first."""
    first, end = paragraph.token.map or (0, 0)
    return range(first + 1, end)


def _all(tree: Tree) -> Iterator[Node]:
    for root in tree.nodes:
        yield from root.walk()


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}…"
