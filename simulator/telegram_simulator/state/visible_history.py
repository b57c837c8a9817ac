"""A compact history of what the bot made visible in a chat."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from telegram_simulator.state.chats import Chat
from telegram_simulator.state.messages import Message

WORDS = 60


@dataclass(frozen=True, slots=True)
class Sight:
    """A message of the bot as it became visible: `kind` is new, edit or delete, `words` its first characters,
    `digest` a mark that equal texts share.
    """

    kind: str
    message_id: int
    words: str
    digest: str

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "message_id": self.message_id,
            "words": self.words,
            "digest": self.digest,
        }


def seen(chat: Chat, holding: str = "") -> list[Sight]:
    """Return the bot's messages, edits and deletions in a chat, in order; of texts that hold `holding`."""
    return [_sight(kind, message) for kind, message in _holding(chat.sights(), holding)]


def _holding(sights: Iterable[tuple[str, Message]], words: str) -> Iterable[tuple[str, Message]]:
    return (sight for sight in sights if words in sight[1].content.text)


def _sight(kind: str, message: Message) -> Sight:
    content = message.content
    return Sight(kind, message.message_id, content.text[:WORDS], content.digest)
