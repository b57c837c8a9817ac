"""The transport: calls the Bot API, and says what became of it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp
import structlog
from pydantic import SecretStr

from bot.db.engine import update_lock
from bot.domain.delivery.outcome import NotSent, Outcome, Rejected, Sent, Unknown
from bot.services.delivery.cooldowns import LONG_COOLDOWN_SECONDS
from bot.telegram.api.errors import AnswerLostError, NeverSentError, outcome_of
from bot.telegram.api.idempotency import Retries
from bot.telegram.api.pacing.fair_queue import CROWDED, REPEATED, REPLACED, NoTurnError
from bot.telegram.api.pacing.rate_limiter import LATER_SECONDS, RateLimiter
from bot.telegram.api.request import AiohttpRequest
from bot.telegram.updates.update_context import UpdateContext, current
from bot.waiting import Backoff

log = structlog.get_logger(__name__)

ATTEMPTS = 4
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.5, 4.0
"""Between two attempts of a reply that did not reach Telegram."""

ANSWER_LENGTH = 200
CHANGES_KEPT = 10_000
"""Messages: more than are changed while one change is tried again."""

EDIT = "editMessageText"
COOLING_DOWN = "halted"  # and not owed: a tap, a board

StoreCooldown = Callable[[int | None, float], Awaitable[None]]
"""Keeps a halt of a chat, or of all (None), for so many seconds; what goes wrong is its own matter."""

Dropped = Callable[[str], None]
"""Hears why an answer is not given."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload; payloads name it as `attach://NAME`."""

    name: str
    content: bytes
    media_type: str


class Transport:
    """Everything the bot says to Telegram, but for the copies of campaigns.

    - `reply`, `send`, `edit`, `delete`: at the chat's pace, tried again as `again` allows.
    - `call_with_retries`: without pace, tried again.
    - `call`, `fetch`: once.
    """

    def __init__(
        self,
        request: AiohttpRequest,
        api_url: str,
        token: SecretStr,
        rate_limiter: RateLimiter,
        keep: StoreCooldown | None = None,
        *,
        dropped: Dropped = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Speak for the bot of `token` to the Bot API server at `api_url`; `keep` remembers halts."""
        self._request = request
        self._api_url = api_url
        self._token = token
        self._rate_limiter = rate_limiter
        self._keep = keep
        self._dropped = dropped
        self._sleep = sleep
        self._monotonic = monotonic
        self._numbers = count()
        self._changes: dict[tuple[int, int], int] = {}  # the last one of each message, the newest at the end

    async def send(self, chat_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Send a message: classic text, or rich when the payload holds `rich_message`."""
        method = "sendRichMessage" if "rich_message" in payload else "sendMessage"
        return await self.reply(method, chat_id, payload, *files)

    async def edit(self, chat_id: int, message_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Turn a message into another; one that is so already counts as sent."""
        body = {key: value for key, value in payload.items() if key != "protect_content"}
        return await self.reply(EDIT, chat_id, {"message_id": message_id, **body}, *files)

    async def delete(self, chat_id: int, message_id: int) -> Outcome:
        """Take a message away; one that is gone already counts as sent."""
        return await self.reply("deleteMessage", chat_id, {"message_id": message_id})

    async def answer(
        self, callback_id: str, text: str | None = None, *, alert: bool = False, url: str | None = None
    ) -> None:
        """Answer a tap on a button, at once; an answer that comes too late is no matter. `url`: a link to the
        bot's private chat, which opens then; apps show no text beside it.
        """
        payload: dict[str, Any] = {"callback_query_id": callback_id} | ({"url": url} if url else {})
        if text:
            payload |= {"text": text[:ANSWER_LENGTH], "show_alert": alert}
        outcome = await self.call_with_retries("answerCallbackQuery", payload)
        if not isinstance(outcome, Sent):
            log.warning("callback not answered", outcome=repr(outcome))

    async def call_with_retries(self, method: str, payload: Mapping[str, Any]) -> Outcome:
        """Call a method with no pace, and again where its answer was lost (see `again`) or nothing left."""
        retries = Retries(method, self._monotonic)
        while True:
            outcome = await self.call(method, payload, deadline=retries.deadline)
            if retries.are_done(outcome):
                return Sent(0)
            if not isinstance(outcome, NotSent | Unknown):
                return outcome
            pause = retries.pause(outcome.wait if isinstance(outcome, NotSent) else 0.0)
            if pause is None:
                return outcome
            await self._sleep_before_retry(method, outcome, pause)

    async def _sleep_before_retry(self, method: str, outcome: NotSent | Unknown, seconds: float) -> None:
        log.info("tried again", method=method, reason=outcome.reason, seconds=seconds)
        await self._sleep(seconds)

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
        return outcome_of(status, body, message=method.startswith("send"))

    async def fetch(
        self, method: str, payload: Mapping[str, Any], *files: File, deadline: float | None = None
    ) -> tuple[int, bytes]:
        """Call a method once and return the answer as it came.

        Raises NeverSentError where nothing left this machine, AnswerLostError for all else; TakenOverError
        where another process may handle by now what this belongs to.
        """
        await update_lock.sure()
        return await self._request.exchange(self.url(method), _body(payload, files), deadline=deadline)

    def url(self, method: str) -> str:
        """Return a method's address; it holds the token."""
        return f"{self._api_url}/bot{self._token.get_secret_value()}/{method}"

    async def too_many_requests(self, chat_id: int, seconds: float) -> int | None:
        """Begin and store the cooldown of a 429: of that chat, or of the whole bot (None) when it is a
        repeated one; return which.
        """
        whom = self._rate_limiter.too_many_requests(chat_id, seconds)
        write = log.error if seconds > LONG_COOLDOWN_SECONDS else log.warning
        write("Telegram halts us", chat_id=whom or "everyone", seconds=seconds)
        if self._keep is not None:
            await self._keep(whom, seconds)
        return whom

    async def _hold(self, chat_id: int, outcome: NotSent, backoff: Backoff) -> None:
        if outcome.limited:
            await self.too_many_requests(chat_id, outcome.wait)
        else:
            self._rate_limiter.delay(chat_id, max(next(backoff), outcome.wait))

    async def reply(self, method: str, chat_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Call any method at the chat's pace. What was certainly not handed over is tried again, and what may
        have been as far as its method allows it (see `again`); each try waits for its turn. A change of a
        message is not made any more once a later one was handed over. A message to a group that has become a
        supergroup goes there, and replies to none of its messages.
        """
        asking = current()
        async with asking.aside():
            outcome = await self._reply(asking, method, chat_id, payload, files)
            if isinstance(outcome, Rejected) and outcome.moved_to and "message_id" not in payload:
                outcome = await self._reply(asking, method, outcome.moved_to, _placeless(payload), files)
        return outcome

    async def _reply(
        self,
        asking: UpdateContext,
        method: str,
        chat_id: int,
        payload: Mapping[str, Any],
        files: tuple[File, ...],
    ) -> Outcome:
        asking.replied = True
        if method.startswith("send") and await asking.is_repeated():
            self._dropped(REPEATED)
            return NotSent("The same tap has brought this message already.")
        retries: Retries | None = None
        outcome: Outcome = NotSent("not tried")
        number, backoff = next(self._numbers), Backoff(FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)
        for _ in range(ATTEMPTS):
            if refused := await self._turn(asking, method, chat_id):
                return refused
            if self._is_replaced(chat_id, payload.get("message_id"), number):
                self._dropped(REPLACED)
                return outcome
            retries = retries or Retries(method, self._monotonic)
            outcome = await self.call(method, {"chat_id": chat_id, **payload}, *files)
            asking.left |= not isinstance(outcome, NotSent)
            if isinstance(outcome, Unknown) and (seconds := _pause(asking, method, retries)) is not None:
                await self._sleep_before_retry(method, outcome, seconds)
            elif isinstance(outcome, NotSent):
                await self._hold(chat_id, outcome, backoff)
            else:
                break
        if retries and retries.are_done(outcome):
            return Sent(payload.get("message_id", 0))
        if isinstance(outcome, NotSent):
            asking.owed = max(asking.owed, outcome.wait if outcome.limited else LATER_SECONDS)
        if isinstance(outcome, Sent):
            self._rate_limiter.accepted(chat_id)
        else:
            log.info("reply not sent", method=method, outcome=repr(outcome))
        return outcome

    def _is_replaced(self, chat_id: int, message_id: int | None, number: int) -> bool:
        """Tell whether a later change of this message was handed over, which this one would undo; if not,
        note that this one is.
        """
        if message_id is None:
            return False
        last = self._changes.pop((chat_id, message_id), number)
        self._changes[chat_id, message_id] = max(last, number)
        if len(self._changes) > CHANGES_KEPT:
            del self._changes[next(iter(self._changes))]
        return last > number

    async def _turn(self, asking: UpdateContext, method: str, chat_id: int) -> NotSent | None:
        """Wait for the chat's turn; or return why this answer has none. What a halt keeps back is owed."""
        try:
            if (away := self._rate_limiter.cooldown_left(chat_id)) <= asking.patience:
                asking.wants(turning=method == EDIT)
                await update_lock.sure()  # a turn that waits for this is lost, and goes with many at once
                away = await self._rate_limiter.turn(
                    chat_id,
                    asking.patience,
                    asker=asking.asker,
                    begun=asking.left,
                    seen=asking.waits,
                )
        except NoTurnError as error:
            if str(error) == CROWDED and chat_id > 0:  # in a group the others' answers would wait behind it
                asking.owed = max(asking.owed, LATER_SECONDS)
            self._dropped(str(error))
            return NotSent(f"It gets no turn: {error}.")
        if not away:
            return None
        asking.owed = max(asking.owed, away)
        if not asking.seen.command:
            self._dropped(COOLING_DOWN)
        log.info("reply kept back", method=method, seconds=away, owed=asking.seen.command)
        return NotSent("It is halted by Telegram, or waits too long for room.", away)


def _placeless(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what names messages and topics: where a group has become a supergroup they begin anew."""
    return {
        key: value for key, value in payload.items() if key not in ("reply_parameters", "message_thread_id")
    }


def _pause(asking: UpdateContext, method: str, retries: Retries) -> float | None:
    """Return how long to wait before another try, None for none: no answer arrives more than twice."""
    return None if asking.once and method.startswith("send") else retries.pause()


def _body(payload: Mapping[str, Any], files: tuple[File, ...]) -> bytes | aiohttp.FormData:
    if not files:
        return json.dumps(payload).encode()
    form = aiohttp.FormData()
    for name, value in payload.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for file in files:
        form.add_field(file.name, file.content, filename=file.name, content_type=file.media_type)
    return form
