"""A chat of one bot: who is in it, what stands in it, what was seen there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.simulator.messages import NOTHING, Bubble, Content, Message
from bot.simulator.signals import Signal

Seen: TypeAlias = tuple[str, Any]
"""("new" | "edit" | "delete", Bubble) or ("alert", {text, show_alert})."""


@dataclass(slots=True)
class Chat:
    """`told` hears of everything that becomes visible, as (kind, data); `act` is where in `history` the
    people of the chat last did something.
    """

    id: int
    fields: dict[str, Any]
    told: Callable[[str, dict[str, Any]], None]
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    menu_button: Mapping[str, Any] | None = None
    history: list[Seen] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    act: int = 0
    signal: Signal = field(default_factory=Signal)
    _last_id: int = 0

    @property
    def private(self) -> bool:
        return bool(self.fields["type"] == "private")

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, **self.fields}

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
    ) -> Message:
        self._last_id += 1
        message = Message(self._last_id, sender, now, content, markup, protected, None, reply_to, extra)
        self.messages[message.message_id] = message
        self._see("new", message.bubble())
        return message

    def change(
        self, message: Message, content: Content, markup: Mapping[str, Any] | None, now: datetime
    ) -> None:
        message.content = content
        message.markup = markup
        message.edited = now
        self._see("edit", message.bubble())

    def remove(self, message: Message) -> None:
        del self.messages[message.message_id]
        self._see("delete", message.bubble())

    def answered(self, text: str, *, show_alert: bool, url: str | None) -> None:
        """Take the answer to a tap; one that says nothing only ends the waiting."""
        answer = {"text": text, "show_alert": show_alert} | ({"url": url} if url else {})
        self.answers.append(answer)
        if text or url:
            self._see("alert", answer)

    def acted(self) -> None:
        self.act = len(self.history)

    def message_json(self, message: Message) -> dict[str, Any]:
        """Return the message as the Bot API's Message."""
        body: dict[str, Any] = {
            "message_id": message.message_id,
            "from": dict(message.sender),
            "chat": self.as_json(),
            "date": int(message.date.timestamp()),
            **message.extra,
        }
        if message.edited is not None and message.from_bot:
            body["edit_date"] = int(message.edited.timestamp())
        original = self.messages.get(message.reply_to or 0)
        if original is not None:
            body["reply_to_message"] = _without_reply(self.message_json(original))
        if message.protected:
            body["has_protected_content"] = True
        body |= message.content.fields
        if message.markup and "inline_keyboard" in message.markup:
            body["reply_markup"] = dict(message.markup)
        return body

    def _see(self, kind: str, data: Any) -> None:
        self.history.append((kind, data))
        self.told(kind, data.as_json() if isinstance(data, Bubble) else data)
        self.signal.fire()


def _without_reply(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "reply_to_message"}
