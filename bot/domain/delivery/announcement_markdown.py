"""Announcements in Markdown, for the command line."""

from collections.abc import Sequence

from bot.domain.content.gate import Shown
from bot.domain.content.markdown.blocks import BlockReader
from bot.domain.content.markdown.nodes import read_tree
from bot.domain.content.markdown.notes import NoteReader, definitions
from bot.domain.content.markdown.source import decode
from bot.domain.content.problem import Findings, Problem
from bot.domain.delivery.announcement import Announcement
from bot.domain.pages.rendering import classic
from bot.domain.pages.rendering.inline import visible


def read_announcement(source: bytes, path: str) -> tuple[Announcement, Sequence[Problem]]:
    """Return the announcement that a file holds, and warnings. Raises ContentErrors with what is wrong.

    `path` is the file's name in errors and warnings.
    """
    findings = Findings(path)
    text = classic.body(_shown(source, findings))
    findings.stop_if_wrong()
    plain = visible(text)
    _check_size(text, findings)
    return Announcement("sendMessage", classic.payload(text), plain), findings.warnings


def _shown(source: bytes, findings: Findings) -> Shown:
    tree = read_tree(decode(source, findings), findings)
    for line in tree.paywalls:
        findings.error(line, "A paywall line in an announcement, which is the same for all.", "Delete it.")
    if tree.nodes and tree.nodes[0].type == "front_matter":
        findings.error(1, "An announcement has no front matter.", "Delete it, with the lines of ---.")
    notes = definitions(tree, findings)
    reader = NoteReader(notes, findings)
    blocks = BlockReader(findings, reader.mark).read(tree.nodes)
    if not blocks:
        findings.error(None, "There is nothing to send.", "Write what readers shall get.")
    below = reader.notes()
    notes.warn_of_unmarked(findings)
    # An announcement is the same for everyone, whatever she may read: there is no gate to pass.
    return Shown((*blocks, *below))


def _check_size(text: str, findings: Findings) -> None:
    """Add an error for each limit of a message that the text exceeds. ContentErrors."""
    units = ("characters", "bytes of markup", "pieces of formatting and links")
    for size, limit, unit in zip(classic.measure(text), classic.LIMITS, units, strict=True):
        if size > limit:
            findings.error(
                None,
                f"{size:,} {unit}: {size - limit:,} more than one message holds.",
                "Shorten it.",
            )
    findings.stop_if_wrong()
