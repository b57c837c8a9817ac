"""Commands behind signs that nobody sees: keyboards for other scripts write a mark of direction before."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_COMMAND = re.compile(r"/\w{1,64}(?:@\w{1,32})?", re.ASCII)


def without_lead(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a raw message without the blanks and unseen signs before its command; others as they are."""
    text = message.get("text")
    if not isinstance(text, str):
        return dict(message)
    shown = next((at for at, sign in enumerate(text) if not _is_unseen(sign)), 0)
    command = _COMMAND.match(text, shown) if shown else None
    if command is None:
        return dict(message)
    lead = len(text[:shown].encode("utf-16-le", "surrogatepass")) // 2
    moved = [{**one, "offset": one["offset"] - lead} for one in message.get("entities") or ()]
    first = {"type": "bot_command", "offset": 0, "length": command.end() - shown}
    others = [
        one for one in moved if one["offset"] > 0 or (one["offset"] == 0 and one["type"] != first["type"])
    ]
    return {**message, "text": text[shown:], "entities": [first, *others]}


def _is_unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) == "Cf"
