"""A fast, barely strict Bot API server for the bench."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

BATCH = 100
"""Updates in one answer, as Telegram's own limit."""

PATIENCE_SECONDS = 120
ASKING = 5_000_000_001
ANSWERS: dict[str, object] = {
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getStarTransactions": {"transactions": []},
    "getMe": {"id": 7, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
    "getMyDescription": {"description": "", "short_description": ""},
    "getMyShortDescription": {"description": "", "short_description": ""},
}
"""Answers that are always the same."""


class RefusedError(Exception):
    """A call that Telegram would refuse; the text goes back to the caller."""


@dataclass(frozen=True, slots=True)
class Served:
    """What became of an offer: seconds until the last reply, and each reply's own seconds, sorted."""

    seconds: float
    waits: Sequence[float]

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    def wait(self, share: float) -> float:
        """Return how long the reply took that `share` of all replies were not slower than."""
        return self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))]


@dataclass(slots=True)
class Bot:
    """One bot's updates, and the chats that wait for its reply, each with when it asked."""

    updates: deque[dict[str, Any]] = field(default_factory=deque)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    asked: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    faults: Counter[str] = field(default_factory=Counter)


class BotApi:
    """`async with BotApi() as telegram`: any token is a bot; `offer` plays readers who write to it."""

    def __init__(self) -> None:
        self.latency = 0.0  # seconds that a sendMessage takes
        self.pushes = False  # whether some get what they did not ask for
        self._bots: dict[str, Bot] = {}
        self._count = 0
        server = web.Server(self._serve, access_log=None, handler_cancellation=True)
        self._runner = web.ServerRunner(server, shutdown_timeout=0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def bot(self, token: str) -> Bot:
        return self._bots.setdefault(token, Bot())

    async def offer(self, token: str, count: int, *, every: float = 0.0, first: int = ASKING) -> Served:
        """Let `count` readers, numbered from `first`, write /latest `every` so many seconds; await replies.

        Every reader must get exactly one reply that Telegram would take; AssertionError otherwise.
        """
        bot = self.bot(token)
        bot.waits.clear()
        began = time.perf_counter()
        for number in range(count):
            await _until(began + number * every)
            self._write(bot, first + number)
        bot.done.clear()
        async with asyncio.timeout(PATIENCE_SECONDS):
            if bot.asked:
                await bot.done.wait()
        seconds = time.perf_counter() - began
        assert len(bot.waits) == count, f"{len(bot.waits)} replies to {count} commands"
        assert not bot.faults, f"Calls that Telegram would refuse: {dict(bot.faults)}"
        return Served(seconds, sorted(bot.waits))

    def _write(self, bot: Bot, reader: int) -> None:
        self._count += 1
        person = {"id": reader, "is_bot": False, "first_name": "Ana", "language_code": "en"}
        message = {
            "message_id": self._count,
            "date": int(time.time()),
            "chat": {"id": reader, "type": "private", "first_name": "Ana"},
            "from": person,
            "text": "/latest",
            "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
        }
        bot.asked[reader] = time.perf_counter()
        bot.updates.append({"update_id": self._count, "message": message})
        bot.news.set()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        _, token, method = request.path.split("/")
        bot = self.bot(token.removeprefix("bot"))
        try:
            result = await self._call(bot, method, fields(request.content_type, await request.read()))
        except RefusedError as error:
            bot.faults[str(error)] += 1
            return web.json_response({"ok": False, "error_code": 400, "description": str(error)}, status=400)
        return web.json_response({"ok": True, "result": result})

    async def _call(self, bot: Bot, method: str, fields: dict[str, Any]) -> object:
        match method:
            case "getUpdates":
                return await _updates(bot, int(fields.get("offset", 0)), float(fields.get("timeout", 0)))
            case "sendMessage":
                return await self._send(bot, fields)
            case "setMyCommands" | "setMyDescription" | "setMyShortDescription" | "deleteWebhook":
                return True
        if method in ANSWERS:
            return ANSWERS[method]
        raise RefusedError(f"Not Found: method {method}")

    async def _send(self, bot: Bot, fields: dict[str, Any]) -> dict[str, Any]:
        chat, text, markup = int(fields["chat_id"]), str(fields["text"]), fields["reply_markup"]
        if not 0 < len(text) <= 4096 or fields.get("parse_mode") != "HTML":
            raise RefusedError("Bad Request: message is too long, empty, or no HTML")
        if not all(button["text"] for row in markup["inline_keyboard"] for button in row):
            raise RefusedError("Bad Request: a button without words")
        if self.latency:
            await asyncio.sleep(self.latency)
        self._reply(bot, chat)
        self._count += 1
        return {
            "message_id": self._count,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Ana"},
            "text": text,
            "reply_markup": markup,
        }

    def _reply(self, bot: Bot, chat: int) -> None:
        asked = bot.asked.pop(chat, None)
        if asked is None and self.pushes:
            return
        if asked is None:
            raise RefusedError("This chat did not ask, or has been answered already")
        bot.waits.append(time.perf_counter() - asked)
        if not bot.asked:
            bot.done.set()


def fields(content_type: str, body: bytes) -> dict[str, Any]:
    """Read a call's fields: JSON, or a form whose nested values are JSON."""
    if content_type == "application/json":
        return dict(json.loads(body))
    values: dict[str, Any] = dict(parse_qsl(body.decode()))
    if "reply_markup" in values:
        values["reply_markup"] = json.loads(values["reply_markup"])
    return values


async def _updates(bot: Bot, offset: int, seconds: float) -> list[dict[str, Any]]:
    """Answer a poll: what is at or after `offset`, or nothing after `seconds`."""
    while bot.updates and bot.updates[0]["update_id"] < offset:
        bot.updates.popleft()
    if not bot.updates:
        bot.news.clear()
        try:
            async with asyncio.timeout(seconds):
                await bot.news.wait()
        except TimeoutError:
            return []
    return [bot.updates[index] for index in range(min(BATCH, len(bot.updates)))]


async def _until(moment: float) -> None:
    wait = moment - time.perf_counter()
    if wait > 0:
        await asyncio.sleep(wait)
