"""Rich messages: sendRichMessage, and what an edit takes of it."""

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from telegram_simulator.api.errors import bad_request
from telegram_simulator.api.urls import split
from telegram_simulator.methods import media
from telegram_simulator.methods.call import Call
from telegram_simulator.methods.sending import sent
from telegram_simulator.state.files import File
from telegram_simulator.state.messages import Content
from telegram_simulator.text import rich_html, rich_markdown
from telegram_simulator.text.rich_blocks import Blocks
from telegram_simulator.text.rich_html import Node, invalid
from telegram_simulator.text.rich_rules import FILES as KINDS
from telegram_simulator.text.rich_rules import INLINE

SOURCES = ("html", "markdown", "blocks")
FIELDS = frozenset({*SOURCES, "media", "is_rtl", "skip_entity_detection"})


def send_rich_message(call: Call) -> dict[str, Any]:
    return sent(call, call.open_chat(), rich_content(call))


def rich_content(call: Call) -> Content:
    """Read and check rich_message; ApiError 400 says what is wrong."""
    given = call.values.get("rich_message")
    if not isinstance(given, dict):
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    source = _source(given)
    if call.state.strict and set(given) - FIELDS:
        raise bad_request(f"InputRichMessage has no field {', '.join(sorted(set(given) - FIELDS))}")
    tree = rich_html.parse(source, find_emails=not given.get("skip_entity_detection"))
    files = _Files(call, given.get("media"))
    blocks = Blocks(files.shown).of(tree)
    message: dict[str, Any] = {"blocks": blocks}
    if given.get("is_rtl"):
        message["is_rtl"] = True
    fields = {"rich_message": message}
    return Content("rich_message", fields, rich=source, media=files.names, plain=_plain(tree))


def _source(given: Mapping[str, Any]) -> str:
    """Return the message as rich HTML. Blocks are taken as the paragraphs of their text."""
    chosen = [name for name in SOURCES if given.get(name) is not None]
    if not chosen:
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    if len(chosen) > 1:
        raise invalid("CONTENT", f"exactly one of {', '.join(SOURCES)} must be given")
    content = given[chosen[0]]
    if chosen[0] == "blocks":
        return _paragraphs(_texts(content))
    if not isinstance(content, str):
        raise invalid("CONTENT", f"{chosen[0]} must be a String")
    return content if chosen[0] == "html" else rich_markdown.to_html(content)


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{html.escape(text.strip(), quote=False)}</p>" for text in texts if text.strip())


def _texts(blocks: Any) -> list[str]:
    if not isinstance(blocks, list) or not all(
        isinstance(block, dict) and "type" in block for block in blocks
    ):
        raise invalid("BLOCKS", "blocks must be an Array of InputRichBlock")
    return [_flat(block) for block in blocks]


def _flat(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_flat(part) for part in value)
    if isinstance(value, dict):
        inside = ("text", "summary", "items", "blocks", "cells", "caption")
        return " ".join(_flat(value[name]) for name in inside if name in value)
    return ""


def _plain(tree: Node) -> str:
    """Return the text that is seen, a line per block."""
    lines = re.sub(r"[ \t\r\n]+", " ", _lined(tree)).replace("\v", "\n").split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _lined(node: Node) -> str:
    parts = [child if isinstance(child, str) else _lined(child) for child in node.children]
    text = "".join(parts)
    if node.tag in ("td", "th"):
        return f"{text}\t"
    if node.tag == "br":
        return "\v"
    return text if node.tag in INLINE else f"\v{text}\v"


class _Files:
    """The media of one rich message: those it brings, by name, and those it links."""

    def __init__(self, call: Call, given: Any) -> None:
        self._call = call
        self._given = _by_name(given)
        self.names: dict[str, str] = {}

    def shown(self, node: Node) -> Any:
        file = self._find(node, KINDS[node.tag])
        body = file.as_json()
        return [body] if file.kind == "photo" else body

    def _find(self, node: Node, kind: str) -> File:
        source = node.attributes.get("src", "")
        address = split(source)
        if address.scheme in ("http", "https") and address.hostname:
            return self._call.state.files.linked(self._call.account.id, kind, source)
        name = (parse_qs(address.query).get("id") or [""])[0]
        if address.scheme != "tg" or address.netloc != kind or name not in self._given:
            raise invalid("MEDIA", f"there is no media for {source[:100]!r}")
        given = self._given[name]
        if given.get("type") != kind:
            raise invalid("MEDIA", f"media {name!r} is no {kind}")
        file = media.named_file(self._call, kind, "", given.get("media"))
        self.names[name] = file.file_id
        return file


def _by_name(given: Any) -> dict[str, dict[str, Any]]:
    if given is None:
        return {}
    if not isinstance(given, list):
        raise invalid("MEDIA", "media must be an Array of InputRichMessageMedia")
    named = {}
    for entry in given:
        if not isinstance(entry, dict) or not entry.get("id") or not isinstance(entry.get("media"), dict):
            raise invalid("MEDIA", "each of media needs an id and a media")
        named[str(entry["id"])] = entry["media"]
    return named
