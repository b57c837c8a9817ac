"""What the lint says of whole blocks: code that is none, addresses that nobody uses, long headlines."""

from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from bot.domain.issue import Section
from bot.domain.markdown.lint.headings import in_code, tell_of_lost
from bot.domain.markdown.nodes import Node, Tree
from bot.domain.problem import Findings

LONGEST_HEADLINE = 60
NOTE_OF_DOCS = "#cmnt_ref"
NOTES_IN_MARKDOWN = "#"
"""The address in `[//]: # (a note)`, which is known as a way to write what nobody is to see."""


def check_code(node: Node, tree: Tree, findings: Findings) -> None:
    """Name a text that became code because it is indented, or because a fence never ends."""
    is_fence = node.type == "fence"
    if is_fence and _ends(node, tree.lines):
        return
    lost = list(in_code(node))
    if is_fence and not _tells_of(node, findings):
        _tell_of_fence(node, bool(lost), findings)
    elif not is_fence and lost:
        for one in lost:
            tell_of_lost(one, findings)
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
    return any(one.line is not None and first < one.line <= end for one in findings.errors)


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
    for name, (line, address) in tree.addresses.items():
        if address not in used and address != NOTES_IN_MARKDOWN:
            findings.warn(
                line,
                f"Nobody sees this line: it is an address for links named [{name.lower()}].",
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
