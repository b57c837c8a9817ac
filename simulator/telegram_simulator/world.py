"""The simulator's state: bots, chats, files, faults, rates and events."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from telegram_simulator.chats import Chat, MessageIds
from telegram_simulator.clock import Clock
from telegram_simulator.events import Events, News
from telegram_simulator.faults import Faults
from telegram_simulator.files import Files
from telegram_simulator.halts import Moment
from telegram_simulator.kept import Kept
from telegram_simulator.ledger import Ledger
from telegram_simulator.messages import Content
from telegram_simulator.rates import Rates
from telegram_simulator.signals import Signal
from telegram_simulator.texts import Parser
from telegram_simulator.updates import Updates

TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,}")
SUPERGROUPS = -1_000_000_000_000
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
    url: str = ""
    secret: str | None = None
    max_connections: int = 40
    failed_at: int | None = None
    failure: str = ""


@dataclass(slots=True)
class Account:
    """A bot."""

    token: str = field(repr=False)
    events: Events = field(repr=False)
    updates: Updates = field(repr=False)
    webhook: Webhook = field(default_factory=Webhook)
    chats: dict[int, Chat] = field(default_factory=dict, repr=False)
    queries: dict[str, Query] = field(default_factory=dict, repr=False)
    checkouts: set[str] = field(default_factory=set, repr=False)
    commands: dict[tuple[Scope, str], list[dict[str, Any]]] = field(default_factory=dict, repr=False)
    words: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    menu_button: Mapping[str, Any] = field(default_factory=lambda: {"type": "commands"})
    settings: dict[str, Any] = field(default_factory=dict, repr=False)
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
                chat_id, fields, lambda kind, news: self.tell(kind, chat_id, news), ids
            )
        return self.chats[chat_id]

    def tell(self, kind: str, chat_id: int, news: News) -> None:
        self.events.publish(kind, self.id, chat_id, news)

    def learn(self, update: Mapping[str, Any], now: float) -> None:
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
        if not isinstance(place, Mapping) or not isinstance(place.get("id"), int) or "type" not in place:
            return None
        chat = self.chat(place["id"], {name: value for name, value in place.items() if name != "id"})
        chat.started = True
        return chat


class World:
    def __init__(
        self,
        clock: Clock,
        *,
        strict: bool,
        ledger_rows: int | None,
        zone: str | None,
        tap_seconds: float,
        webhook_pause: float,
    ) -> None:
        self.clock = clock
        self.tap_seconds = tap_seconds
        self.webhook_pause = webhook_pause
        self.strict = strict
        self.zone = zone
        self.parser = Parser()
        self.files = Files()
        self.events = Events()
        self.faults = Faults()
        self.rates = Rates()
        self.ledger = Ledger(ledger_rows)
        self.contents: Kept[Content] = Kept()
        self.keyboards: Kept[Mapping[str, Any] | None] = Kept()
        self.accounts: dict[str, Account] = {}
        self.busy = 0
        self.signal = Signal()
        self.deliver: Callable[[Account], None] = lambda _: None
        self.welcome: Callable[[Account], None] = lambda _: None
        self.perform: Callable[[Account, dict[str, Any]], Awaitable[None]] = _nothing
        self._closing = asyncio.Event()

    def account(self, token: str) -> Account | None:
        """Return the bot of a well-formed token, made when it is new; None for any other text."""
        if not TOKEN.fullmatch(token):
            return None
        if token not in self.accounts:
            self.accounts[token] = Account(token, self.events, Updates(self.clock))
            self.welcome(self.accounts[token])
        return self.accounts[token]

    def known(self, token: str) -> Account:
        account = self.account(token)
        if account is None:
            raise ValueError("This is no bot token: give one like those of @BotFather, as in 12345:AbC…")
        return account

    def knows(self, account: Account) -> bool:
        """Tell whether this bot has not been forgotten since."""
        return self.accounts.get(account.token) is account

    def now(self) -> float:
        """Monotonic seconds, for waits and rates."""
        return time.monotonic()

    def moment(self) -> Moment:
        return Moment(self.now(), self.clock.now())

    async def pause(self, seconds: float) -> None:
        """Sleep for so many seconds, or until the simulator stops."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    def forget(self) -> None:
        """Forget all bots with their chats, updates and webhooks, all files, calls, faults and rates.

        Polls end. Bots that call again are new. The clock stays where it is.
        """
        for account in self.accounts.values():
            account.webhook = Webhook()
            account.updates.clear()
            account.updates.close()
        self.accounts.clear()
        self.files, self.faults, self.rates = Files(), Faults(), Rates()
        self.ledger.clear()

    def close(self) -> None:
        """End every wait at once."""
        self._closing.set()
        for account in self.accounts.values():
            account.updates.close()
        self.events.close()


async def _nothing(_account: Account, _call: dict[str, Any]) -> None:
    pass
