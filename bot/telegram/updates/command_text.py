"""Finds commands that clients write in unusual ways.

They stand behind characters that nobody sees (keyboards for other scripts write a direction mark first),
begin with a wide slash, or stand in a caption.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_SLASHES = "/\uff0f\u2044\u2215"
_COMMAND = re.compile(rf"[{_SLASHES}][A-Za-z0-9_]{{1,64}}(?:@[A-Za-z0-9_]{{1,32}})?(?!\w)")
_FIELDS = (("text", "entities"), ("caption", "caption_entities"))


def as_meant(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a raw message whose command begins it, with an ordinary slash; others as they are."""
    meant = dict(message)
    for words, entities in _FIELDS:
        meant |= _as_meant(message, words, entities)
    return meant


def _as_meant(message: Mapping[str, Any], words: str, entities: str) -> dict[str, Any]:
    text = message.get(words)
    if not isinstance(text, str) or text.startswith("/"):
        return {}
    shown = next((at for at, sign in enumerate(text) if not _is_unseen(sign)), 0)
    command = _COMMAND.match(text, shown)
    if command is None:
        return {}
    lead = len(text[:shown].encode("utf-16-le", "surrogatepass")) // 2
    moved = [{**entity, "offset": entity["offset"] - lead} for entity in message.get(entities) or ()]
    first = {"type": "bot_command", "offset": 0, "length": command.end() - shown}
    others = [
        entity
        for entity in moved
        if entity["offset"] > 0 or (entity["offset"] == 0 and entity["type"] != first["type"])
    ]
    return {words: f"/{text[shown + 1 :]}", entities: [first, *others]}


def _is_unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) == "Cf"
