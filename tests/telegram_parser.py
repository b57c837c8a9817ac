"""Telegram's own text parser (TDLib), which judges classic pages."""

import json
from functools import cache
from typing import Any, NamedTuple

import tdjson

PAGE_UNITS = 4096
PAGE_BYTES = 32_768
PAGE_ENTITIES = 100


class Refused(Exception):  # noqa: N818  # what Telegram does; the text is its own
    """TDLib does not take the text; the message is TDLib's."""


class Parsed(NamedTuple):
    text: str
    entities: list[dict[str, Any]]


def parse(html: str) -> Parsed:
    """Return the visible text and its entities (offsets in UTF-16 units); Refused as Telegram would."""
    _quiet()
    answer = _execute(
        {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
    )
    if answer["@type"] == "error":
        raise Refused(answer["message"])
    return Parsed(answer["text"], answer["entities"])


def accepted(html: str) -> Parsed:
    """Like `parse`, and check the limits of a message as well."""
    parsed = parse(html)
    units = len(parsed.text.encode("utf-16-le")) // 2
    if units > PAGE_UNITS or len(html.encode()) > PAGE_BYTES or len(parsed.entities) > PAGE_ENTITIES:
        raise Refused(f"too long: {units} units, {len(html.encode())} bytes, {len(parsed.entities)} entities")
    if not parsed.text.strip():
        raise Refused("message text is empty")
    return parsed


@cache
def _quiet() -> None:
    _execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def _execute(request: dict[str, object]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    return answer
