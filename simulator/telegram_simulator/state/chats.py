"""One bot's chat: members, messages, and the history of what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from telegram_simulator.condition import Condition
from telegram_simulator.state.events import EventData
from telegram_simulator.state.messages import NOTHING, Content, Message
from telegram_simulator.state.topics import Topics

Seen: TypeAlias = tuple[str, Any]
"""("new" | "edit" | "delete", Bubble) or ("alert", {text, show_alert})."""

_Past: TypeAlias = tuple[str, Message | dict[str, Any]]
"""An entry of the history: a copy of the message as it stood then. All chats share its content object."""


@dataclass(slots=True)
class MessageIds:
    """Numbers messages from 1 upwards, for one chat or for several that share the counter."""

    last: int = 0

    def next(self) -> int:
        """Take the next number."""
        self.last += 1
        return self.last


@dataclass(slots=True)
class Chat:
    """`told(kind, news)` is called for everything that becomes visible. `act` is the length of the history
    when somebody in the chat last did something: `hears` waits for what comes after it. `requests` are the
    ids of those who ask to join, `joined` of those who came later than the first members.
    """

    id: int
    fields: dict[str, Any]
    told: Callable[[str, EventData], None]
    ids: MessageIds = field(default_factory=MessageIds)
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    requests: set[int] = field(default_factory=set)
    joined: set[int] = field(default_factory=set)
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    menu_button: Mapping[str, Any] | None = None
    answers: list[dict[str, Any]] = field(default_factory=list)
    act: int = 0
    topics: Topics = field(default_factory=Topics)
    changed: Condition = field(default_factory=Condition)
    _past: list[_Past] = field(default_factory=list)

    @property
    def private(self) -> bool:
        return bool(self.fields["type"] == "private")

    @property
    def seen_so_far(self) -> int:
        """The length of the history."""
        return len(self._past)

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, **self.fields} | ({"is_forum": True} if self.topics.is_forum else {})

    def history(self, since: int = 0) -> list[Seen]:
        """Return the history from entry `since` on, in order."""
        return [
            (kind, past.bubble() if isinstance(past, Message) else past) for kind, past in self._past[since:]
        ]

    def bot_history(self) -> list[tuple[str, Message]]:
        """Return the bot's part of the history: ("new" | "edit" | "delete", the message as it stood)."""
        return [(kind, past) for kind, past in self._past if isinstance(past, Message) and past.from_bot]

    def add(
        self,
        sender: Mapping[str, Any],
        content: Content,
        now: datetime,
        *,
        markup: Mapping[str, Any] | None = None,
        protected: bool = False,
        reply_to: int | None = None,
        extra: Mapping[str, Any] = NOTHING,
        thread: int | None = None,
    ) -> Message:
        message = Message(
            self.ids.next(), sender, now, content, markup, protected, None, reply_to, extra, thread
        )
        self.messages[message.message_id] = message
        self._see("new", replace(message))
        return message

    def change(
        self, message: Message, content: Content, markup: Mapping[str, Any] | None, now: datetime
    ) -> None:
        message.content = content
        message.markup = markup
        message.edited = now
        self._see("edit", replace(message))

    def remove(self, message: Message) -> None:
        del self.messages[message.message_id]
        self._see("delete", replace(message))

    def answered(self, text: str, *, show_alert: bool, url: str | None) -> None:
        """Record the answer to a tap. It becomes visible only when it has a text or a URL."""
        answer = {"text": text, "show_alert": show_alert} | ({"url": url} if url else {})
        self.answers.append(answer)
        if text or url:
            self._see("alert", answer)

    def acted(self) -> None:
        self.act = len(self._past)

    def next_id(self) -> int:
        """Return the number that the next message will have."""
        return self.ids.last + 1

    def skip_number_one(self) -> None:
        """Give no message the number 1."""
        self.ids.last = max(self.ids.last, 1)

    def message_json(self, message: Message) -> dict[str, Any]:
        """Return the message as the Bot API's Message."""
        body: dict[str, Any] = {
            "message_id": message.message_id,
            **self._author(message),
            "chat": self.as_json(),
            "date": int(message.date.timestamp()),
            **message.extra,
        }
        if message.edited is not None and message.from_bot:
            body["edit_date"] = int(message.edited.timestamp())
        body |= self._thread_json(message)
        original = self.messages.get(message.reply_to or self._beginning(message) or 0)
        if original is not None:
            body["reply_to_message"] = _without_reply(self.message_json(original))
        if message.protected:
            body["has_protected_content"] = True
        body |= message.content.fields
        if message.markup and "inline_keyboard" in message.markup:
            body["reply_markup"] = dict(message.markup)
        return body

    def _author(self, message: Message) -> dict[str, Any]:
        """Return who a message is from: in a channel, the channel itself."""
        if self.fields["type"] == "channel":
            return {"sender_chat": self.as_json()}
        return {"from": dict(message.sender)}

    def _thread_json(self, message: Message) -> dict[str, Any]:
        """Return the message's `message_thread_id`. In supergroups, replies outside of topics have one too:
        the id of the message that began the chain of replies.
        """
        if message.thread is not None:
            return {"message_thread_id": message.thread, "is_topic_message": True}
        if self.fields["type"] != "supergroup" or message.reply_to is None:
            return {}
        return {"message_thread_id": self._root(message)}

    def _root(self, message: Message) -> int:
        before = self.messages.get(message.reply_to or 0)
        return message.message_id if before is None else self._root(before)

    def _beginning(self, message: Message) -> int | None:
        """Return the id of a topic's first service message: what replies to nothing else replies to that."""
        thread = message.thread
        return None if self.private or thread == message.message_id else thread

    def _see(self, kind: str, past: Message | dict[str, Any]) -> None:
        self._past.append((kind, past))
        self.told(kind, past)
        self.changed.notify_all()


def _without_reply(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "reply_to_message"}
