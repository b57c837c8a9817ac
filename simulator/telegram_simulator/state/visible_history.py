"""A compact history of what the bot made visible in a chat."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from telegram_simulator.state.chats import Chat
from telegram_simulator.state.messages import Message

PREVIEW_LENGTH = 60


@dataclass(frozen=True, slots=True)
class HistoryEntry:
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


def visible_history(chat: Chat, containing: str = "") -> list[HistoryEntry]:
    """Return the bot's messages, edits and deletions in a chat, in order.

    Only of texts that contain `containing`.
    """
    return [_entry(kind, message) for kind, message in _containing(chat.bot_history(), containing)]


def _containing(history: Iterable[tuple[str, Message]], words: str) -> Iterable[tuple[str, Message]]:
    return (entry for entry in history if words in entry[1].content.text)


def _entry(kind: str, message: Message) -> HistoryEntry:
    content = message.content
    return HistoryEntry(kind, message.message_id, content.text[:PREVIEW_LENGTH], content.digest)
