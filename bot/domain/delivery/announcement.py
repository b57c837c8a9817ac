"""An announcement: an admin's message to many readers."""

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
"""Telegram's limits, in UTF-16 units."""

TITLE = 60
"""UTF-16 units, at most, of the title under which lists show an announcement."""

UNSENDABLE = frozenset({"custom_emoji"})
"""Kinds of entities that bots may not send; the plain emoji under a custom one stays in the text."""

ALL = ""
"""The key of a text for all languages."""

Entity: TypeAlias = Mapping[str, Any]
"""Telegram's MessageEntity; `offset` and `length` are UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A call of the Bot API but for its chat. `plain` is its visible text, `name` the name of its file."""

    method: str
    payload: Mapping[str, object]
    plain: str = ""
    name: str = ""

    @property
    def limit(self) -> int:
        """The most UTF-16 units of text that Telegram takes: a caption is shorter than a message."""
        return TEXT_LIMIT if self.method == "sendMessage" else CAPTION_LIMIT

    @property
    def excess(self) -> int:
        """By how many UTF-16 units the text is too long; 0 where it fits."""
        return max(0, units(self.plain) - self.limit)

    @property
    def title(self) -> str:
        """The beginning of the text; without a text, the name of the file."""
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
        """Tell whether the draft began to wait for a text only after this update came."""
        return self.waits_since is not None and update_id < self.waits_since

    @property
    def texts(self) -> str:
        """A short hash of the texts, for buttons: a button with another hash is about older texts."""
        written = sorted(
            (language, message.method, message.payload) for language, message in self.messages.items()
        )
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()[:8]


def cut(text: str, entities: Iterable[Entity], start: int = 0) -> tuple[str, list[dict[str, Any]]]:
    """Return the text after the first `start` UTF-16 units, with both ends trimmed, and the entities that are
    left of it, shifted and clipped to fit.
    """
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
