"""Rich messages as bots receive them: a checked tree becomes Bot API blocks and texts."""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from bot.simulator import rich_rules as rules
from bot.simulator.rich_html import Node

RichText: TypeAlias = "str | dict[str, Any] | list[Any]"
Media: TypeAlias = Callable[[Node], dict[str, Any]]
"""Gives the file object of an <img>, <video>, <audio> or <tg-document>, as it stands in its block."""

_SPACES = re.compile(r"[ \t\r\n]+")


class Blocks:
    def __init__(self, media: Media) -> None:
        self._media = media

    def of(self, node: Node) -> list[dict[str, Any]]:
        """Return the blocks in an element; text that stands loose becomes paragraphs."""
        blocks: list[dict[str, Any]] = []
        loose: list[Node | str] = []
        for child in [*node.children, Node("#end")]:
            if isinstance(child, str) or child.tag in rules.INLINE:
                loose.append(child)
                continue
            text = rich_text(loose)
            if text != "":
                blocks.append({"type": "paragraph", "text": text})
            loose = []
            if child.tag in rules.BLOCK:
                blocks.append(self._block(child))
        return blocks

    def _block(self, node: Node) -> dict[str, Any]:
        match node.tag:
            case "p" | "footer":
                return {"type": "paragraph" if node.tag == "p" else "footer", "text": _text(node)}
            case tag if tag in rules.HEADINGS:
                return {"type": "heading", "text": _text(node), "size": rules.HEADINGS[tag]}
            case tag if tag in rules.FILES:
                return {"type": rules.FILES[tag], rules.FILES[tag]: self._media(node)}
            case "ul" | "ol":
                return {"type": "list", "items": self._items(node)}
            case "table":
                return _table(node)
            case "figure":
                return self._figure(node)
        return self._other(node)

    def _other(self, node: Node) -> dict[str, Any]:
        match node.tag:
            case "pre":
                return {"type": "pre", "text": node.text.strip("\n"), **_language(node)}
            case "aside":
                return {"type": "pullquote", "text": _text(node), **_credit(node)}
            case "blockquote" if "expandable" in node.attributes:
                return {"type": "expandable_blockquote", "text": _text(node), **_credit(node)}
            case "blockquote":
                return {"type": "blockquote", "blocks": self.of(node), **_credit(node)}
            case "details":
                opened = {"is_open": True} if "open" in node.attributes else {}
                return {"type": "details", "summary": _part(node, "summary"), "blocks": self.of(node), **opened}
            case "tg-collage" | "tg-slideshow":
                return {"type": node.tag.removeprefix("tg-"), "blocks": self.of(node), **_caption(node)}
            case "tg-button-row":
                buttons = [_button(child) for child in node.children if isinstance(child, Node)]
                return {"type": "buttons", "buttons": buttons}
            case "tg-map":
                place = {"latitude": _number(node, "lat"), "longitude": _number(node, "long")}
                return {"type": "map", "location": place, "zoom": int(_number(node, "zoom"))}
            case "tg-math-block":
                return {"type": "mathematical_expression", "expression": node.text}
        return {"type": "divider"}

    def _figure(self, node: Node) -> dict[str, Any]:
        inside = [child for child in node.children if isinstance(child, Node) and child.tag in rules.BLOCK]
        block = self._block(inside[0]) if inside else {"type": "paragraph", "text": ""}
        return {**block, **_caption(node)}

    def _items(self, node: Node) -> list[dict[str, Any]]:
        ordered, start = node.tag == "ol", node.attributes.get("start", "1")
        number = int(start) if start.lstrip("-").isdecimal() else 1
        items = []
        for child in node.children:
            if isinstance(child, Node):
                label = f"{number}." if ordered else "•"
                numbered = {"value": number} if ordered else {}
                items.append({"label": label, "blocks": self.of(child), **numbered, **_box(child)})
                number += 1
        return items


def rich_text(children: Iterable[Node | str]) -> RichText:
    """Write inline content as RichText, with spaces as HTML has them."""
    parts = [part for part in (_inline(child) for child in children) if part != ""]
    parts = _trimmed(parts)
    return "" if not parts else parts[0] if len(parts) == 1 else parts


def _trimmed(parts: list[RichText]) -> list[RichText]:
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(" ")
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(" ")
    return [part for part in parts if part != ""]


def _inline(child: Node | str) -> RichText:
    if isinstance(child, str):
        return _SPACES.sub(" ", child)
    if child.tag == "br":
        return "\n"
    text = _inside(child)
    if child.tag in rules.STYLES:
        return {"type": rules.STYLES[child.tag], "text": text}
    return _special(child, text)


def _inside(node: Node) -> RichText:
    parts = [part for part in (_inline(child) for child in node.children) if part != ""]
    return "" if not parts else parts[0] if len(parts) == 1 else parts


def _special(node: Node, text: RichText) -> RichText:
    given = node.attributes
    match node.tag:
        case "a" if given.get("href", "").startswith("#"):
            return {"type": "anchor_link", "text": text, "anchor_name": given["href"][1:]}
        case "a" if "href" in given:
            return {"type": "url", "text": text, "url": given["href"]}
        case "a":
            return {"type": "anchor", "name": given["name"]}
        case "tg-reference":
            return {"type": "reference", "text": text, "name": given.get("name", "")}
        case "tg-emoji":
            emoji = {"custom_emoji_id": given.get("emoji-id", ""), "alternative_text": node.text}
            return {"type": "custom_emoji", **emoji}
        case "tg-time":
            moment = {"unix_time": int(_number(node, "unix")), "date_time_format": given.get("format", "")}
            return {"type": "date_time", "text": text, **moment}
        case "tg-math":
            return {"type": "mathematical_expression", "expression": node.text}
    return {"type": "button", "button": _button(node)}


def _text(node: Node) -> RichText:
    return rich_text([child for child in node.children if isinstance(child, str) or child.tag in rules.INLINE])


def _part(node: Node, tag: str) -> RichText:
    found = [child for child in node.children if isinstance(child, Node) and child.tag == tag]
    return _text(found[0]) if found else ""


def _credit(node: Node) -> dict[str, Any]:
    credit = _part(node, "cite")
    return {"credit": credit} if credit else {}


def _caption(node: Node) -> dict[str, Any]:
    found = [child for child in node.children if isinstance(child, Node) and child.tag == "figcaption"]
    return {"caption": {"text": _text(found[0]), **_credit(found[0])}} if found else {}


def _box(item: Node) -> dict[str, Any]:
    boxes = [child for child in item.children if isinstance(child, Node) and child.tag == "input"]
    if not boxes:
        return {}
    return {"has_checkbox": True} | ({"is_checked": True} if "checked" in boxes[0].attributes else {})


def _language(node: Node) -> dict[str, Any]:
    inside = [child for child in node.children if isinstance(child, Node)]
    names = inside[0].attributes.get("class", "") if inside else ""
    return {"language": names.removeprefix("language-")} if names.startswith("language-") else {}


def _table(node: Node) -> dict[str, Any]:
    rows = [child for child in node.children if isinstance(child, Node) and child.tag == "tr"]
    cells = [[_cell(cell) for cell in row.children if isinstance(cell, Node)] for row in rows]
    flags = {f"is_{name}": True for name in ("bordered", "striped", "compact") if name in node.attributes}
    caption = _part(node, "caption")
    return {"type": "table", "cells": cells, **flags, **({"caption": caption} if caption else {})}


def _cell(node: Node) -> dict[str, Any]:
    header = node.tag == "th"
    align = node.attributes.get("align") or ("center" if header else "left")
    spans = {name: int(_number(node, name)) for name in ("colspan", "rowspan") if name in node.attributes}
    text = {"text": _text(node)} | ({"is_header": True} if header else {}) | spans
    return {**text, "align": align, "valign": node.attributes.get("valign") or "middle"}


def _button(node: Node) -> dict[str, Any]:
    given = node.attributes
    action = {"url": given["url"]} if "url" in given else {"callback_data": given.get("data", "")}
    style = {"style": given["style"]} if "style" in given else {}
    return {"text": _inside(node), **action, **style}


def _number(node: Node, name: str) -> float:
    try:
        return float(node.attributes.get(name, "0"))
    except ValueError:
        return 0.0
