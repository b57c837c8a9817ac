"""Nodes of Markdown, turned into the blocks of a section."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.content.issue import (
    Block,
    Blocks,
    Box,
    Code,
    List,
    Paragraph,
    Path,
    Quotation,
    Rule,
    Subheading,
    Table,
    Text,
)
from bot.domain.content.markdown.nodes import Node
from bot.domain.content.markdown.numbers import moved, numbered
from bot.domain.content.markdown.pictures import begins_with_picture, read_pictures
from bot.domain.content.markdown.stories import is_story, read_story, warn_of_other_sign
from bot.domain.content.markdown.text import Marker, TextReader, kept_by_telegram
from bot.domain.content.problem import Findings

WRITTEN_ID = re.compile(r"\s*\{#([^{}]*)\}\s*$")
SKIPPED = ("front_matter", "footnote_reference")


@dataclass(slots=True)
class BlockReader:
    """Reads the blocks of one section or note. `paywall`: the path of the paywall line, if one was read."""

    findings: Findings
    mark: Marker
    paywall: Path | None = None

    def read(self, nodes: Sequence[Node], here: Path = ()) -> Blocks:
        """Read the sibling nodes at `here`. A second-level heading makes a box of what follows it."""
        blocks: list[Block] = []
        for node, inside in _with_boxes(nodes) if not here else ((node, None) for node in nodes):
            if node.type == "paywall":
                self.paywall = self.paywall or (*here, len(blocks))
            elif inside is not None:
                blocks.append(self._box(node, inside, (len(blocks),)))
            elif node.type not in SKIPPED:
                blocks += self._blocks(node, (*here, len(blocks)))
        return tuple(blocks)

    def _blocks(self, node: Node, here: Path) -> Sequence[Block]:
        blocks: Sequence[Block]
        match node.type:
            case "paragraph":
                blocks = self._paragraph(node)
            case "bullet_list" | "ordered_list":
                blocks = self._list(node, here)
            case "blockquote":
                blocks = self._quotation(node, here)
            case "heading":
                text = self._text(node.inline)
                blocks = (Subheading(text),) if text else ()
            case "table":
                blocks = (self._table(node),)
            case "hr":
                blocks = (Rule(),)
            case _:
                blocks = (self._code(node),)
        return blocks

    def _box(self, heading: Node, inside: Sequence[Node], here: Path) -> Box:
        blocks = self.read(inside, here)
        if self.paywall == (*here, len(blocks)):
            self.paywall = _after(here)
        return Box(self._text(heading.inline), blocks)

    def _list(self, node: Node, here: Path) -> tuple[List, ...]:
        items: list[Blocks] = []
        numbers: list[int] = []
        for item in node.children:
            place = (*here, len(items))
            blocks = self.read(item.children, place)
            self._leave(place, len(blocks))
            if blocks:
                items.append(blocks)
                numbers.append(int(item.token.info or 0))
        if not items:
            self._leave(here, 0)
            return ()
        lists = (List(tuple(items)),) if node.type == "bullet_list" else numbered(items, numbers)
        if self.paywall is not None and self.paywall[: len(here)] == here:
            self.paywall = moved(self.paywall, here, [len(part.items) for part in lists])
        return lists

    def _quotation(self, node: Node, here: Path) -> Sequence[Block]:
        if is_story(node):
            if any(child.type == "paywall" for child in node.children):
                self.paywall = self.paywall or _after(here)
            return read_story(node, self.findings)
        warn_of_other_sign(node, self.findings)
        blocks = self.read(node.children, here)
        self._leave(here, len(blocks))
        return (Quotation(blocks),) if blocks else ()

    def _leave(self, place: Path, count: int) -> None:
        """Move a paywall at the start or the end of the block at `place` out of it: a place has one path."""
        if self.paywall == (*place, 0):
            self.paywall = place
        elif self.paywall == (*place, count):
            self.paywall = _after(place)

    def _text(self, inline: Node) -> Text:
        return TextReader(self.findings, self.mark, inline.line).read(inline.token.children or ())

    def _paragraph(self, node: Node) -> Sequence[Block]:
        tokens = node.inline.token.children or []
        if begins_with_picture(tokens):
            return read_pictures(tokens, node.line, self.mark, self.findings)
        text = self._text(node.inline)
        return (Paragraph(text),) if text else ()

    def _table(self, node: Node) -> Table:
        rows = [row for part in node.children for row in part.children]
        head, *body = (tuple(self._text(cell.inline) for cell in row.children) for row in rows)
        return Table(head, tuple(body), tuple(_alignment(cell) for cell in rows[0].children))

    def _code(self, node: Node) -> Code:
        return Code(kept_by_telegram(node.token.content).rstrip("\n"))


def _after(place: Path) -> Path:
    return (*place[:-1], place[-1] + 1)


def _with_boxes(nodes: Sequence[Node]) -> list[tuple[Node, list[Node] | None]]:
    """Pair each second-level heading with the nodes of its box, and every other node with None."""
    pairs: list[tuple[Node, list[Node] | None]] = []
    box: list[Node] | None = None
    for node in nodes:
        if node.type == "heading":
            box = [] if node.token.tag == "h2" else None
            pairs.append((node, box))
        elif box is None:
            pairs.append((node, None))
        else:
            box.append(node)
    return pairs


def _alignment(cell: Node) -> str:
    return str(cell.token.attrs.get("style", "")).removeprefix("text-align:")
