"""The body of an edition: first-level headings and what stands under them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from bot.domain.content.blocks import words
from bot.domain.content.commands import RESERVED, TOP_STORY
from bot.domain.content.issue import Blocks, Path, Section
from bot.domain.content.markdown.blocks import WRITTEN_ID, BlockReader
from bot.domain.content.markdown.nodes import Node, Tree
from bot.domain.content.markdown.notes import Definitions, NoteReader, definitions
from bot.domain.content.markdown.public import check_notes, check_underlines
from bot.domain.content.markdown.text import TextReader
from bot.domain.content.problem import Findings

ID = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
NEARLY_ID = re.compile(
    r"\{\s*[#＃﹟♯]\s*[A-Za-z]\w*\s*(?:\}|$)|\{\s*[A-Za-z]\w*\s*\}\s*$|[(\[]\s*[#＃﹟♯]\s*[A-Za-z]\w*\s*[)\]]\s*$|(?<=\s)[#＃﹟♯][A-Za-z]\w*\s*$",
    re.ASCII,
)
"""What may have been meant for an id: other brackets, another #, a space, words behind it."""
LONGEST_ID = 32
EXAMPLE = "a line such as `# Politics: A headline {#politics}`"


@dataclass(slots=True)
class Body:
    """The sections before they are split at the paywall, and the labels of their notes.

    `wall`: the index of the section that holds the paywall, and the path in it.
    """

    paywall_line: int | None

    sections: list[Section] = field(default_factory=list)
    notes: list[tuple[str | int, ...]] = field(default_factory=list)
    wall: tuple[int, Path] | None = None

    def split_at_paywall(self) -> tuple[Section, ...]:
        """Return the sections, each with the place where its free part ends."""
        if self.wall is None:
            return tuple(self.sections)
        number, path = self.wall
        here = self.sections[number] if self.sections else None
        end = None if here is not None and path == (len(here.blocks),) and here.blocks else path
        return tuple(
            replace(section, free_until=None if at < number else end if at == number else (0,))
            for at, section in enumerate(self.sections)
        )

    def holds_paid_text(self) -> bool:
        return any(section.free_until is not None and section.blocks for section in self.split_at_paywall())


def read_body(tree: Tree, findings: Findings) -> Body:
    """Read the sections in their order; what is wrong is added to `findings`."""
    parts = _parts(tree.nodes)
    notes = definitions(tree, findings)
    body = Body(paywall_line=tree.paywalls[0] if tree.paywalls else None)
    _check_beginning(parts[0], findings)
    if any(node.type == "paywall" for node in parts[0]):
        body.wall = (0, (0,))
    for heading, *nodes in parts[1:]:
        _add_section(body, heading, nodes, notes, findings)
    notes.warn_of_unmarked(findings)
    if not body.sections:
        findings.error(
            None, "The edition has no section.", "Add a line such as `# Politics: A headline {#politics}`."
        )
    _check_ids(body.sections, findings)
    _check_wall(tree, body, findings)
    check_underlines(tree, findings)
    check_notes(tree, body.split_at_paywall(), notes.named, body.notes, findings)
    return body


def _parts(nodes: Sequence[Node]) -> list[list[Node]]:
    """Split the nodes at every first-level heading; nodes before the first heading come first."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.type == "heading" and node.token.tag == "h1":
            parts.append([])
        parts[-1].append(node)
    return parts


def _check_beginning(nodes: Sequence[Node], findings: Findings) -> None:
    for node in nodes:
        if node.type not in ("front_matter", "footnote_reference", "paywall"):
            findings.error(
                node.line,
                "Text stands before the first heading.",
                f"Put {EXAMPLE} above it.",
            )
            return


def _add_section(
    body: Body, heading: Node, nodes: Sequence[Node], notes: Definitions, findings: Findings
) -> None:
    reader = NoteReader(notes, findings)
    blocks = BlockReader(findings, reader.mark)
    section = _section(heading, blocks.read(nodes), body, findings)
    if blocks.paywall is not None and body.wall is None:
        body.wall = (len(body.sections), blocks.paywall)
    body.sections.append(replace(section, notes=reader.notes()))
    body.notes.append(reader.keys)


def _section(heading: Node, blocks: Blocks, body: Body, findings: Findings) -> Section:
    line = heading.line
    tokens = heading.inline.token.children or ()
    written = words(TextReader(findings, NoNotes(findings), line).read(tokens)).replace("\n", " ")
    text = WRITTEN_ID.sub("", written).strip()
    before, colon, after = text.partition(": ")
    kicker, headline = (before.strip(), after.strip()) if colon and after.strip() else ("", text.rstrip(":"))
    if not headline:
        findings.error(line, "A heading has no words.", f"Write {EXAMPLE}.")
    if not blocks:
        findings.warn(line, f"The section {text!r} has no text.", "Write it, or delete its heading.")
    match = WRITTEN_ID.search(written)
    nearly = NEARLY_ID.search(written) if match is None else None
    number = len(body.sections) + 1
    meant = (match[1] if match else "") or (nearly[0].strip("([{ #＃﹟♯}])") if nearly else "")
    made = make_id(meant or text, number)
    shown = f" Readers see “{nearly[0].strip()}” in it: is {{#{made}}} meant?" if nearly else ""
    if not heading.token.markup.startswith("#"):
        pass  # underlined: `check_underlines` names it
    elif match is not None:
        _check_id(match[1], made, line, findings)
    elif body.paywall_line is not None and body.paywall_line < line:
        findings.error(
            line,
            f"A section begins here, behind the paywall, and everybody may read its heading: {text!r}."
            f"{shown}",
            f"Write {{#{made}}} behind the heading if that is meant; begin the line with another sign than # "
            "if it is text.",
        )
    else:
        findings.warn(
            line,
            f"The heading has no id; {make_id(text, number)!r} was made from it.{shown}",
            f"Write the same id in every language, such as {{#{made}}}.",
        )
    return Section(match[1] if match else make_id(text, number), kicker, headline, line, blocks)


@dataclass(frozen=True, slots=True)
class NoNotes:
    """Gives no number to a footnote's mark in a heading."""

    findings: Findings

    def __call__(self, _token: Token, line: int) -> None:
        self.findings.error(line, "A footnote's mark stands in a heading.", "Move it into the text below.")


def _check_id(written: str, made: str, line: int, findings: Findings) -> None:
    if not ID.fullmatch(written):
        findings.error(
            line,
            f"{written!r} is no id.",
            f"Write {{#{made}}}: an id has at most 32 of a–z, 0–9 and _, and begins with a letter.",
        )


def make_id(text: str, number: int) -> str:
    """Make an id of a heading's text; of a text without Latin letters, one with `number`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    joined = re.sub(r"[^a-z0-9]+", "_", re.sub(r"['’]", "", plain)).strip("_")
    if not joined:
        return f"section_{number}"
    named = joined if joined[0].isalpha() else f"s_{joined}"
    short = named[:LONGEST_ID].strip("_")
    return f"{short[: LONGEST_ID - 3]}_{number}" if short in RESERVED else short


def _check_ids(sections: Sequence[Section], findings: Findings) -> None:
    lines: dict[str, int] = {}
    for number, section in enumerate(sections):
        if section.id in lines:
            findings.error(
                section.line,
                f"The id {section.id!r} is already that of line {lines[section.id]}.",
                "Give one of the two another one.",
            )
        lines.setdefault(section.id, section.line)
        if section.id in RESERVED and not (section.id == TOP_STORY and number == 0):
            findings.error(
                section.line,
                f"The id {section.id!r} is the name of a command"
                + (" that opens the first section." if section.id == TOP_STORY else "."),
                f"Choose another one, such as {{#{section.id}_news}}.",
            )


def _check_wall(tree: Tree, body: Body, findings: Findings) -> None:
    if tree.paywalls and body.wall is None and not findings.errors:
        findings.error(
            tree.paywalls[0],
            "The paywall line stands where a text cannot be cut.",
            "Move it out of the footnote or the card that it stands in.",
        )
