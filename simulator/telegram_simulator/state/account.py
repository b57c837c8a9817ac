"""A bot: its chats, commands, webhook, and updates that wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from telegram_simulator.network.updates import UpdateQueue
from telegram_simulator.state.chats import Chat, MessageIds
from telegram_simulator.state.events import EventData, Events

CHAT_TYPES = ("private", "group", "supergroup", "channel")
OWN_MESSAGE_IDS = frozenset({"supergroup", "channel"})
"""Kinds of chats that number their messages themselves; a bot's other chats share one counter."""

Scope: TypeAlias = tuple[str] | tuple[str, int] | tuple[str, int, int]
"""A BotCommandScope: its type, then its chat, then its user."""


@dataclass(slots=True)
class Query:
    """A tap that waits for its answer; `asked` is monotonic."""

    chat: Chat | None
    asked: float


@dataclass(slots=True)
class Webhook:
    """`ip_address` is where updates go, "" while nobody knows; with `fixed_address` no name is looked up."""

    url: str = ""
    secret: str | None = None
    max_connections: int = 40
    ip_address: str = ""
    fixed_address: bool = False
    failed_at: int | None = None
    failure: str = ""


@dataclass(slots=True)
class Account:
    """A bot."""

    token: str = field(repr=False)
    events: Events = field(repr=False)
    updates: UpdateQueue = field(repr=False)
    webhook: Webhook = field(default_factory=Webhook)
    chats: dict[int, Chat] = field(default_factory=dict, repr=False)
    queries: dict[str, Query] = field(default_factory=dict, repr=False)
    checkouts: set[str] = field(default_factory=set, repr=False)
    commands: dict[tuple[Scope, str], list[dict[str, Any]]] = field(default_factory=dict, repr=False)
    words: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    menu_button: Mapping[str, Any] = field(default_factory=lambda: {"type": "commands"})
    settings: dict[str, Any] = field(default_factory=dict, repr=False)
    synchronization_failed_at: int | None = None
    """When Telegram and the Bot API server were last cut off from each other, in Unix seconds."""
    webhook_allowed_at: float = field(default=0.0, repr=False)
    message_ids: MessageIds = field(default_factory=MessageIds, repr=False)

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    @property
    def username(self) -> str:
        return f"sim{self.id}_bot"

    @property
    def name(self) -> str:
        return self.words.get(("name", ""), f"Bot {self.id}")

    def as_user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def chat(self, chat_id: int, fields: dict[str, Any]) -> Chat:
        """Return the chat, made when it is new."""
        if chat_id not in self.chats:
            own = fields["type"] in OWN_MESSAGE_IDS
            ids = MessageIds() if own else self.message_ids
            self.chats[chat_id] = Chat(
                chat_id, fields, lambda kind, data_source: self.tell(kind, chat_id, data_source), ids
            )
        return self.chats[chat_id]

    def tell(self, kind: str, chat_id: int, data_source: EventData) -> None:
        self.events.publish(kind, self.id, chat_id, data_source)

    def remember_mentioned(self, update: Mapping[str, Any], now: float) -> None:
        """Register the chats and queries that a raw update mentions, so that the bot can answer them."""
        for kind, body in update.items():
            if not isinstance(body, Mapping):
                continue
            message = body.get("message")
            source = message if isinstance(message, Mapping) else body
            chat = self._learn_chat(source.get("chat"))
            if kind == "callback_query" and isinstance(body.get("id"), str):
                self.queries[body["id"]] = Query(chat, now)
            if kind == "pre_checkout_query" and isinstance(body.get("id"), str):
                self.checkouts.add(body["id"])

    def _learn_chat(self, place: object) -> Chat | None:
        if (
            not isinstance(place, Mapping)
            or place.get("type") not in CHAT_TYPES
            or not _is_id(place.get("id"))
        ):
            return None
        chat = self.chat(place["id"], {name: value for name, value in place.items() if name != "id"})
        chat.started = True
        return chat


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
