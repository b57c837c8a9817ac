"""The way out: everything the bot says to Telegram, and what became of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from pydantic import SecretStr

from bot.db import held
from bot.domain.delivery import NotSent, Outcome, Sent, Unknown
from bot.telegram.errors import (
    NOT_MODIFIED,
    STALE_CALLBACK,
    AnswerLostError,
    NeverSentError,
    outcome_of,
    says,
)
from bot.telegram.lanes import Lanes
from bot.telegram.request import AiohttpRequest

log = structlog.get_logger(__name__)

ATTEMPTS = 4
PATIENCE_SECONDS = 30.0
"""A reply that could only go out later than this is dropped: the reader has asked again by then."""

ANSWER_LENGTH = 200
LONG_SECONDS = 600.0
"""A halt longer than this is an error in the log."""

KeepHalt = Callable[[int | None, float], Awaitable[None]]
"""Keeps a halt of a chat, or of all (None), for so many seconds; what goes wrong is its own matter."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload; payloads name it as `attach://NAME`."""

    name: str
    content: bytes
    media_type: str


class Transport:
    def __init__(
        self,
        request: AiohttpRequest,
        api_url: str,
        token: SecretStr,
        lanes: Lanes,
        keep: KeepHalt | None = None,
    ) -> None:
        """Speak for the bot of `token` to the Bot API server at `api_url`; `keep` remembers halts."""
        self._request = request
        self._api_url = api_url
        self._token = token
        self._lanes = lanes
        self._keep = keep

    async def send(self, chat_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Send a message: classic text, or rich when the payload holds `rich_message`."""
        method = "sendRichMessage" if "rich_message" in payload else "sendMessage"
        return await self.reply(method, chat_id, payload, *files)

    async def edit(self, chat_id: int, message_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Turn a message into another; one that is so already counts as sent."""
        body = {key: value for key, value in payload.items() if key != "protect_content"}
        outcome = await self.reply("editMessageText", chat_id, {"message_id": message_id, **body}, *files)
        return Sent(message_id) if says(outcome, NOT_MODIFIED) else outcome

    async def delete(self, chat_id: int, message_id: int) -> Outcome:
        return await self.reply("deleteMessage", chat_id, {"message_id": message_id})

    async def answer(self, callback_id: str, text: str | None = None, *, alert: bool = False) -> None:
        """Answer a tap on a button, at once; an answer that comes too late is no matter."""
        payload: dict[str, Any] = {"callback_query_id": callback_id}
        if text:
            payload |= {"text": text[:ANSWER_LENGTH], "show_alert": alert}
        outcome = await self.call("answerCallbackQuery", payload)
        if not isinstance(outcome, Sent) and not says(outcome, *STALE_CALLBACK):
            log.warning("callback not answered", outcome=repr(outcome))

    async def call(
        self, method: str, payload: Mapping[str, Any], *files: File, deadline: float | None = None
    ) -> Outcome:
        """Call a method once, with no pace and no second try."""
        try:
            status, body = await self.fetch(method, payload, *files, deadline=deadline)
        except NeverSentError as error:
            return NotSent(str(error), wait=0.5)
        except AnswerLostError as error:
            return Unknown(str(error))
        return outcome_of(status, body)

    async def fetch(
        self, method: str, payload: Mapping[str, Any], *files: File, deadline: float | None = None
    ) -> tuple[int, bytes]:
        """Call a method once and return the answer as it came.

        Raises NeverSentError where nothing left this machine, AnswerLostError for all else; TakenOverError
        where another process may handle by now what this belongs to.
        """
        await held.sure()
        return await self._request.exchange(self.url(method), _body(payload, files), deadline=deadline)

    def url(self, method: str) -> str:
        """Return a method's address; it holds the token."""
        return f"{self._api_url}/bot{self._token.get_secret_value()}/{method}"

    async def limited(self, chat_id: int, seconds: float) -> int | None:
        """Take up a 429: send nothing to that chat for so long, or to anyone (None) when it is a repeated
        one; return whom.
        """
        whom = self._lanes.limit(chat_id, seconds)
        write = log.error if seconds > LONG_SECONDS else log.warning
        write("Telegram halts us", chat_id=whom or "everyone", seconds=seconds)
        if self._keep is not None:
            await self._keep(whom, seconds)
        return whom

    async def _hold(self, chat_id: int, outcome: NotSent, attempt: int) -> None:
        if outcome.limited:
            await self.limited(chat_id, outcome.wait)
        else:
            self._lanes.delay(chat_id, outcome.wait * 2**attempt)

    async def reply(self, method: str, chat_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Call any method at the chat's pace; try again only what was certainly not handed over."""
        outcome: Outcome = NotSent("not tried")
        for attempt in range(ATTEMPTS):
            if away := await self._lanes.turn(chat_id, PATIENCE_SECONDS):
                outcome = NotSent("This chat is halted by Telegram.", away)
                break
            outcome = await self.call(method, {"chat_id": chat_id, **payload}, *files)
            if not isinstance(outcome, NotSent):
                break
            await self._hold(chat_id, outcome, attempt)
        if not isinstance(outcome, Sent) and not says(outcome, NOT_MODIFIED):
            log.info("reply not sent", method=method, outcome=repr(outcome))
        return outcome


def _body(payload: Mapping[str, Any], files: tuple[File, ...]) -> bytes | aiohttp.FormData:
    if not files:
        return json.dumps(payload).encode()
    form = aiohttp.FormData()
    for name, value in payload.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for file in files:
        form.add_field(file.name, file.content, filename=file.name, content_type=file.media_type)
    return form


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """Wait, but no longer than until the program stops."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
