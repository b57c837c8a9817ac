"""Rich messages as bots receive them: a tree becomes blocks."""

from collections.abc import Callable
from itertools import count
from typing import Any, TypeAlias

from telegram_simulator.text import rich_rules as rules
from telegram_simulator.text.rich_html import Node
from telegram_simulator.text.rich_texts import button, number, rich_text, text_of, text_of_part

Block: TypeAlias = dict[str, Any]
Media: TypeAlias = Callable[[Node], Any]
"""Gives the file object of an <img>, <video>, <audio> or <tg-document>, as it stands in its block."""


class Blocks:
    def __init__(self, media: Media) -> None:
        self._media = media

    def of(self, node: Node) -> list[Block]:
        """Return the blocks in an element; text that stands loose becomes paragraphs."""
        blocks: list[Block] = []
        loose: list[Node | str] = []
        for child in [*node.children, Node("#end")]:
            if isinstance(child, str) or child.tag in rules.INLINE:
                loose.append(child)
                continue
            text = rich_text(loose)
            loose = []
            if text != "":
                blocks.append({"type": "paragraph", "text": text})
            if child.tag in rules.BLOCK:
                blocks.append(self._block(child))
        return blocks

    def _block(self, node: Node) -> Block:
        if node.tag in rules.FILES:
            kind = rules.FILES[node.tag]
            return {"type": kind, kind: self._media(node)}
        if node.tag in rules.HEADINGS:
            return {"type": "heading", "text": text_of(node), "size": rules.HEADINGS[node.tag]}
        return _BUILDERS[node.tag](self, node)

    def quotation(self, node: Node) -> Block:
        kind = "expandable_blockquote" if "expandable" in node.attributes else "blockquote"
        return {"type": kind, "blocks": self.of(node), **_credit(node)}

    def details(self, node: Node) -> Block:
        opened = {"is_open": True} if "open" in node.attributes else {}
        return {
            "type": "details",
            "summary": text_of_part(node, "summary"),
            "blocks": self.of(node),
            **opened,
        }

    def gallery(self, node: Node) -> Block:
        return {"type": node.tag.removeprefix("tg-"), "blocks": self.of(node), **_caption(node)}

    def figure(self, node: Node) -> Block:
        inside = [child for child in _elements(node) if child.tag in rules.BLOCK]
        return {**self._block(inside[0]), **_caption(node)}

    def listing(self, node: Node) -> Block:
        start = node.attributes.get("start", "")
        first = int(start) if start.isdecimal() else 1
        step = -1 if "reversed" in node.attributes else 1
        items = [
            {"label": "•" if node.tag == "ul" else f"{label}.", "blocks": self.of(item), **_box(item)}
            | ({} if node.tag == "ul" else {"value": label})
            for label, item in zip(count(first, step), _elements(node), strict=False)
        ]
        return {"type": "list", "items": items}


def _elements(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node)]


def _credit(node: Node) -> Block:
    credit = text_of_part(node, "cite")
    return {"credit": credit} if credit else {}


def _caption(node: Node) -> Block:
    captions = [child for child in _elements(node) if child.tag == "figcaption"]
    return {"caption": {"text": text_of(captions[0]), **_credit(captions[0])}} if captions else {}


def _box(item: Node) -> Block:
    boxes = [child for child in _elements(item) if child.tag == "input"]
    if not boxes:
        return {}
    return {"has_checkbox": True} | ({"is_checked": True} if "checked" in boxes[0].attributes else {})


def _preformatted(_blocks: Blocks, node: Node) -> Block:
    names = [child.attributes.get("class", "") for child in _elements(node)]
    known = [name.removeprefix("language-") for name in names if name.startswith("language-")]
    return {"type": "pre", "text": node.text.strip("\n"), **({"language": known[0]} if known else {})}


def _table(_blocks: Blocks, node: Node) -> Block:
    rows = [row for row in _elements(node) if row.tag == "tr"]
    flags = {f"is_{name}": True for name in ("bordered", "striped", "compact") if name in node.attributes}
    caption = text_of_part(node, "caption")
    return {
        "type": "table",
        "cells": [[_cell(cell) for cell in _elements(row)] for row in rows],
        **flags,
        **({"caption": caption} if caption else {}),
    }


def _cell(node: Node) -> Block:
    header = node.tag == "th"
    spans: Block = {
        name: int(number(node, name)) for name in ("colspan", "rowspan") if name in node.attributes
    }
    return {
        "text": text_of(node),
        **({"is_header": True} if header else {}),
        **spans,
        "align": node.attributes.get("align") or ("center" if header else "left"),
        "valign": node.attributes.get("valign") or "middle",
    }


def _map(_blocks: Blocks, node: Node) -> Block:
    place = {"latitude": number(node, "lat"), "longitude": number(node, "long")}
    return {"type": "map", "location": place, "zoom": int(number(node, "zoom"))}


def _buttons(_blocks: Blocks, node: Node) -> Block:
    align = {"align": node.attributes["align"]} if "align" in node.attributes else {}
    return {"type": "buttons", "buttons": [button(child) for child in _elements(node)], **align}


def _worded(kind: str) -> Callable[[Blocks, Node], Block]:
    return lambda _blocks, node: {"type": kind, "text": text_of(node)}


_BUILDERS: dict[str, Callable[[Blocks, Node], Block]] = {
    "p": _worded("paragraph"),
    "footer": _worded("footer"),
    "aside": lambda _blocks, node: {"type": "pullquote", "text": text_of(node), **_credit(node)},
    "pre": _preformatted,
    "hr": lambda _blocks, _node: {"type": "divider"},
    "ul": Blocks.listing,
    "ol": Blocks.listing,
    "blockquote": Blocks.quotation,
    "figure": Blocks.figure,
    "table": _table,
    "details": Blocks.details,
    "tg-collage": Blocks.gallery,
    "tg-slideshow": Blocks.gallery,
    "tg-map": _map,
    "tg-math-block": lambda _blocks, node: {"type": "mathematical_expression", "expression": node.text},
    "tg-button-row": _buttons,
}
