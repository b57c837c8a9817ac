"""Footnotes, numbered in every section by the order of their marks."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from bot.domain.content.issue import Blocks, Note, Paragraph
from bot.domain.content.markdown.blocks import BlockReader
from bot.domain.content.markdown.nodes import Node, Tree
from bot.domain.content.markdown.text import TextReader
from bot.domain.content.problem import Findings


@dataclass(slots=True)
class Definitions:
    """The notes of an edition, by label, and those written in place (`^[like this]`), by number."""

    named: dict[str, Node]
    inline: dict[int, list[Token]]
    marked: set[str] = field(default_factory=set)

    def warn_of_unmarked(self, findings: Findings) -> None:
        for label, node in self.named.items():
            if label not in self.marked:
                findings.warn(
                    node.line,
                    f"The footnote {label!r} has no mark in the text, so nobody sees it.",
                    f"Write [^{label}] where it belongs.",
                )


def definitions(tree: Tree, findings: Findings) -> Definitions:
    named: dict[str, Node] = {}
    for root in tree.nodes:
        for node in root.walk():
            if node.type == "footnote_reference":
                _define(node, named, findings)
    return Definitions(named, tree.inline_notes)


def _define(node: Node, named: dict[str, Node], findings: Findings) -> None:
    label = str(node.token.meta["label"])
    if label in named:
        findings.error(
            node.line,
            f"The footnote {label!r} is already written on line {named[label].line}.",
            "Give one of the two another label.",
        )
    named.setdefault(label, node)
    for inner in node.walk():
        if inner.type == "paywall":
            findings.error(
                inner.line,
                "The paywall line stands in a footnote.",
                "Move it into the text: a footnote belongs to the place of its mark.",
            )


@dataclass(slots=True)
class NoteReader:
    """Numbers the marks of one section, then reads the notes that they call for."""

    definitions: Definitions
    findings: Findings
    _numbers: dict[str | int, int] = field(default_factory=dict)
    _calls: list[tuple[str | int, int]] = field(default_factory=list)

    def mark(self, token: Token, line: int) -> int:
        """Return the number of the note that a mark calls for: the same one for every mark of it."""
        key = token.meta.get("label", token.meta["id"])
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._calls.append((key, line))
        return self._numbers[key]

    @property
    def keys(self) -> tuple[str | int, ...]:
        """The key of each note, by its number: its label, or a number for one written in place."""
        return tuple(key for key, _line in self._calls)

    def notes(self) -> tuple[Note, ...]:
        """Read the notes; a mark inside a note calls for a further one."""
        notes: list[Note] = []
        while len(notes) < len(self._calls):
            notes.append(Note(len(notes) + 1, self._read(*self._calls[len(notes)])))
        return tuple(notes)

    def _read(self, key: str | int, line: int) -> Blocks:
        if isinstance(key, str):
            self.definitions.marked.add(key)
            return BlockReader(self.findings, self.mark).read(self.definitions.named[key].children, (0,))
        return self._in_place(self.definitions.inline[key], line)

    def _in_place(self, tokens: Sequence[Token], line: int) -> Blocks:
        text = TextReader(self.findings, self.mark, line).read(tokens)
        return (Paragraph(text),) if text else ()
