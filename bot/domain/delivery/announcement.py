"""An announcement: an admin's message, to be sent to many."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from bot.domain.pages.text_cutting import shorten, units
from bot.domain.readers.audience import Audience

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TITLE = 60
"""UTF-16 units of what lists call an announcement."""

UNSENDABLE = frozenset({"custom_emoji"})
"""Bots may not send these; the emoji that stands under one stays."""

ALL = ""
"""Stands for every language, where none has a text of its own."""

Entity: TypeAlias = Mapping[str, Any]
"""Telegram's MessageEntity; `offset` and `length` are UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A call of the Bot API without its chat; `plain` is what is read of it, `name` that of its file."""

    method: str
    payload: Mapping[str, object]
    plain: str = ""
    name: str = ""

    @property
    def limit(self) -> int:
        """How many UTF-16 units Telegram allows."""
        return TEXT_LIMIT if self.method == "sendMessage" else CAPTION_LIMIT

    @property
    def excess(self) -> int:
        """How many UTF-16 units it is longer than that."""
        return max(0, units(self.plain) - self.limit)

    @property
    def title(self) -> str:
        return shorten(" ".join(self.plain.split()) or self.name, TITLE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A broadcast before it is confirmed; `messages` has one for each language, or one for `ALL`."""

    nonce: str
    admin_id: int
    made_at: datetime
    messages: Mapping[str, Announcement]
    audience: Audience | None = None
    waits_for: str | None = None  # the language whose text the admin is about to write
    waits_since: int | None = None  # the update that made it wait
    used_at: datetime | None = None

    def is_younger(self, update_id: int) -> bool:
        """Tell whether it began to wait after this update, which was handled before then."""
        return self.waits_since is not None and update_id < self.waits_since

    @property
    def texts(self) -> str:
        """What a button carries to say of which texts it speaks: others have another."""
        written = sorted(
            (language, message.method, message.payload) for language, message in self.messages.items()
        )
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()[:8]


def cut(text: str, entities: Iterable[Entity], start: int = 0) -> tuple[str, list[dict[str, Any]]]:
    """Return what follows the first `start` UTF-16 units, its ends trimmed, and its own entities with it."""
    rest = _decoded(_encoded(text)[2 * start :])
    words = rest.strip()
    first = start + units(rest) - units(rest.lstrip())
    length = units(words)
    moved = (_moved(entity, first, length) for entity in entities if entity["type"] not in UNSENDABLE)
    return words, [entity for entity in moved if entity["length"] > 0]


def _moved(entity: Entity, first: int, length: int) -> dict[str, Any]:
    """Shift an entity to a text that begins at `first`, and clip it to that text's length."""
    begin = max(0, entity["offset"] - first)
    end = min(length, entity["offset"] + entity["length"] - first)
    return {**entity, "offset": begin, "length": end - begin}


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _decoded(content: bytes) -> str:
    return content.decode("utf-16-le", "surrogatepass")
