"""Text inside rich blocks, as the Bot API's RichText."""

import math
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from telegram_simulator.text import rich_buttons
from telegram_simulator.text import rich_rules as rules
from telegram_simulator.text.rich_html import Node

RichText: TypeAlias = str | dict[str, Any] | list[Any]
_SPACES = re.compile(r"[ \t\r\n]+")


def rich_text(children: Iterable[Node | str]) -> RichText:
    """Write inline content as RichText, without the spaces at its ends."""
    parts = _parts(children)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(" ")
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(" ")
    return _joined([part for part in parts if part != ""])


def text_of(node: Node) -> RichText:
    """Return an element's own text, without the blocks and credits in it."""
    return rich_text(child for child in node.children if isinstance(child, str) or child.tag in rules.INLINE)


def text_of_part(node: Node, tag: str) -> RichText:
    """Return the text of an element's child of this tag, "" without one."""
    parts = [child for child in node.children if isinstance(child, Node) and child.tag == tag]
    return text_of(parts[0]) if parts else ""


def button(node: Node) -> dict[str, Any]:
    """Return a <tg-button> as RichMessageButton."""
    return {"text": _joined(_parts(node.children)), **rich_buttons.described(node.attributes)}


def number(node: Node, name: str) -> float:
    """Return an attribute as a number, 0 when it is none."""
    try:
        value = float(node.attributes.get(name, "0"))
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def _parts(children: Iterable[Node | str]) -> list[RichText]:
    return [part for part in map(_inline, children) if part != ""]


def _joined(parts: list[RichText]) -> RichText:
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else parts


def _inline(child: Node | str) -> RichText:
    if isinstance(child, str):
        return _SPACES.sub(" ", child)
    text = _joined(_parts(child.children))
    if child.tag in rules.STYLES:
        return {"type": rules.STYLES[child.tag], "text": text}
    return _SPECIAL[child.tag](child, text)


def _link(node: Node, text: RichText) -> RichText:
    href = node.attributes.get("href")
    if href is None:
        return {"type": "anchor", "name": node.attributes["name"]}
    if node.to_reference:
        return {"type": "reference_link", "text": text, "reference_name": href[1:]}
    if href.startswith("#"):
        return {"type": "anchor_link", "text": text, "anchor_name": href[1:]}
    return {"type": "url", "text": text, "url": href}


def _moment(node: Node, text: RichText) -> RichText:
    form = node.attributes.get("format", "")
    return {
        "type": "date_time",
        "text": text,
        "unix_time": int(number(node, "unix")),
        "date_time_format": form,
    }


def _emoji(node: Node, _text: RichText) -> RichText:
    emoji = node.attributes.get("emoji-id", "")
    return {"type": "custom_emoji", "custom_emoji_id": emoji, "alternative_text": node.text}


_SPECIAL: dict[str, Callable[[Node, RichText], RichText]] = {
    "a": _link,
    "br": lambda _node, _text: "\n",
    "tg-button": lambda node, _text: {"type": "button", "button": button(node)},
    "tg-emoji": _emoji,
    "tg-math": lambda node, _text: {"type": "mathematical_expression", "expression": node.text},
    "tg-reference": lambda node, text: {
        "type": "reference",
        "text": text,
        "name": node.attributes.get("name", ""),
    },
    "tg-time": _moment,
}
