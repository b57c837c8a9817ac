"""The transport: calls the Bot API, with pace and retries."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any

import structlog
from pydantic import SecretStr

from bot.db.engine import update_lock
from bot.domain.delivery.outcome import NotSent, Outcome, Rejected, Sent, Unknown
from bot.services.delivery.cooldowns import LONG_COOLDOWN_SECONDS
from bot.telegram.api.errors import AnswerLostError, NeverSentError, outcome_of
from bot.telegram.api.files import File, request_body
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.idempotency import Retries
from bot.telegram.api.pacing.fair_queue import DUPLICATE, QUEUE_FULL, SUPERSEDED, NoTurnError
from bot.telegram.api.pacing.rate_limiter import LATER_SECONDS, RateLimiter
from bot.telegram.api.update_context import UpdateContext, current
from bot.waiting import Backoff

log = structlog.get_logger(__name__)

ATTEMPTS = 4
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.5, 4.0
"""The backoff between two attempts of a reply that did not reach Telegram."""

ANSWER_LENGTH = 200
"""Characters of the answer to a tap, by Telegram's limit."""

CHANGES_KEPT = 10_000
"""Messages whose last change is remembered: more than are edited while a single edit is retried."""

EDIT = "editMessageText"
COOLING_DOWN = "cooldown"  # a label of the metric: dropped, and not owed (a tap, a status message)

StoreCooldown = Callable[[int | None, float], Awaitable[None]]
"""Stores a cooldown of a chat, or of the whole bot (None), of so many seconds. It raises nothing."""

Dropped = Callable[[str], None]
"""Is called with the reason why a reply was dropped."""


class Transport:
    """Calls the Bot API for everything but the messages of campaigns.

    - `reply`, `send`, `edit`, `delete`: paced by the rate limiter, retried as `idempotency` allows.
    - `call_with_retries`: not paced, retried as `idempotency` allows.
    - `call`, `fetch`: not paced, once.

    Where one returns an Outcome, nothing is raised for a failure of Telegram or the network. Each of them may
    raise TakenOverError: another process may handle the update by now, so nothing may be called.
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
        """Call the Bot API server at `api_url` for the bot of `token`. `keep` stores cooldowns; `dropped` is
        called with the reason for each reply that is not sent.
        """
        self._request = request
        self._api_url = api_url
        self._token = token
        self._rate_limiter = rate_limiter
        self._store_cooldown = keep
        self._dropped = dropped
        self._sleep = sleep
        self._monotonic = monotonic
        self._change_numbers = count()
        self._changes: dict[tuple[int, int], int] = {}  # by chat and message: the number of its last change

    async def send(self, chat_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Send a message: classic text, or rich when the payload holds `rich_message`."""
        method = "sendRichMessage" if "rich_message" in payload else "sendMessage"
        return await self.reply(method, chat_id, payload, *files)

    async def edit(self, chat_id: int, message_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Edit a message. One that says the same already counts as sent."""
        body = {key: value for key, value in payload.items() if key != "protect_content"}
        return await self.reply(EDIT, chat_id, {"message_id": message_id, **body}, *files)

    async def delete(self, chat_id: int, message_id: int) -> Outcome:
        """Delete a message. One that is deleted already counts as sent."""
        return await self.reply("deleteMessage", chat_id, {"message_id": message_id})

    async def answer(
        self, callback_id: str, text: str | None = None, *, alert: bool = False, url: str | None = None
    ) -> None:
        """Answer a tap on a button, without pace; an answer that comes too late counts as given.

        `text` is shown for a moment, or in a dialog with `alert`. `url`: a link to the bot's private chat,
        which the app opens; it shows no text then.
        """
        payload: dict[str, Any] = {"callback_query_id": callback_id} | ({"url": url} if url else {})
        if text:
            payload |= {"text": text[:ANSWER_LENGTH], "show_alert": alert}
        outcome = await self.call_with_retries("answerCallbackQuery", payload)
        if not isinstance(outcome, Sent):
            log.warning("callback not answered", outcome=repr(outcome))

    async def call_with_retries(self, method: str, payload: Mapping[str, Any]) -> Outcome:
        """Call a method without pace; retry where nothing reached Telegram, or where the answer was lost and
        `idempotency` allows it. Return the last outcome.
        """
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
        log.info("call retried", method=method, reason=outcome.reason, seconds=seconds)
        await self._sleep(seconds)

    async def call(
        self, method: str, payload: Mapping[str, Any], *files: File, deadline: float | None = None
    ) -> Outcome:
        """Call a method once, without pace. `deadline` is in seconds, by default the request's own."""
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
        """Call a method once, without pace; return the HTTP status and the body.

        Raises NeverSentError where nothing left this machine, AnswerLostError where the answer was lost.
        """
        await update_lock.sure()
        return await self._request.exchange(self.url(method), request_body(payload, files), deadline=deadline)

    def url(self, method: str) -> str:
        """Return the URL of a method. It holds the token: never log it."""
        return f"{self._api_url}/bot{self._token.get_secret_value()}/{method}"

    async def too_many_requests(self, chat_id: int, seconds: float) -> int | None:
        """Begin the cooldown of a 429 and store it; return its chat, or None for the whole bot: see
        `RateLimiter.too_many_requests`.
        """
        cooling = self._rate_limiter.too_many_requests(chat_id, seconds)
        write = log.error if seconds > LONG_COOLDOWN_SECONDS else log.warning
        write("Telegram asks for a cooldown", chat_id=cooling or "everyone", seconds=seconds)
        if self._store_cooldown is not None:
            await self._store_cooldown(cooling, seconds)
        return cooling

    async def _delay_chat(self, chat_id: int, outcome: NotSent, backoff: Backoff) -> None:
        if outcome.limited:
            await self.too_many_requests(chat_id, outcome.wait)
        else:
            self._rate_limiter.delay(chat_id, max(next(backoff), outcome.wait))

    async def reply(self, method: str, chat_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Call a method that is about a chat, paced by the rate limiter; return the last outcome.

        1. Each attempt waits for its turn. NotSent: it gets none (too many replies wait, or a cooldown is too
           long); what is owed then is noted in the context of the update.
        2. What did not reach Telegram is tried again, up to four times; a lost answer as `idempotency`
           allows.
        3. An edit is dropped once a later edit of the same message was sent, which it would undo.
        4. A group that has become a supergroup gets the message there, as a reply to none of its messages.
        """
        context = current()
        async with context.aside():
            outcome = await self._reply(context, method, chat_id, payload, files)
            if isinstance(outcome, Rejected) and outcome.moved_to and "message_id" not in payload:
                outcome = await self._reply(
                    context, method, outcome.moved_to, _without_places(payload), files
                )
        return outcome

    async def _reply(
        self,
        context: UpdateContext,
        method: str,
        chat_id: int,
        payload: Mapping[str, Any],
        files: tuple[File, ...],
    ) -> Outcome:
        context.replied = True
        if method.startswith("send") and await context.is_repeated():
            self._dropped(DUPLICATE)
            return NotSent("The same tap has brought this message already.")
        retries: Retries | None = None
        outcome: Outcome = NotSent("not tried")
        change, backoff = next(self._change_numbers), Backoff(FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)
        for _ in range(ATTEMPTS):
            if refused := await self._wait_for_turn(context, method, chat_id):
                return refused
            if self._is_replaced(chat_id, payload.get("message_id"), change):
                self._dropped(SUPERSEDED)
                return outcome
            retries = retries or Retries(method, self._monotonic)
            outcome = await self.call(method, {"chat_id": chat_id, **payload}, *files)
            context.left |= not isinstance(outcome, NotSent)
            if isinstance(outcome, Unknown) and (seconds := _pause(context, method, retries)) is not None:
                await self._sleep_before_retry(method, outcome, seconds)
            elif isinstance(outcome, NotSent):
                await self._delay_chat(chat_id, outcome, backoff)
            else:
                break
        if retries and retries.are_done(outcome):
            return Sent(payload.get("message_id", 0))
        if isinstance(outcome, NotSent):
            context.owed = max(context.owed, outcome.wait if outcome.limited else LATER_SECONDS)
        if isinstance(outcome, Sent):
            self._rate_limiter.accepted(chat_id)
        else:
            log.info("reply not sent", method=method, outcome=repr(outcome))
        return outcome

    def _is_replaced(self, chat_id: int, message_id: int | None, change: int) -> bool:
        """Tell whether a later change of this message was sent; if not, note this one as the last."""
        if message_id is None:
            return False
        last = self._changes.pop((chat_id, message_id), change)
        self._changes[chat_id, message_id] = max(last, change)
        if len(self._changes) > CHANGES_KEPT:
            del self._changes[next(iter(self._changes))]
        return last > change

    async def _wait_for_turn(self, context: UpdateContext, method: str, chat_id: int) -> NotSent | None:
        """Wait for the chat's turn, or return why this reply gets none; note what is owed then."""
        try:
            if (wait := self._rate_limiter.cooldown_left(chat_id)) <= context.patience:
                context.wants(is_edit=method == EDIT)
                # Before the turn: replies that waited for this after it would leave late, and in a burst.
                await update_lock.sure()
                wait = await self._rate_limiter.turn(
                    chat_id,
                    context.patience,
                    asker=context.asker,
                    begun=context.left,
                    seen=context.waits,
                )
        except NoTurnError as error:
            # Not in a group, where the answers to others would wait behind it.
            if str(error) == QUEUE_FULL and chat_id > 0:
                context.owed = max(context.owed, LATER_SECONDS)
            self._dropped(str(error))
            return NotSent(f"It gets no turn: {error}.")
        if not wait:
            return None
        context.owed = max(context.owed, wait)
        if not context.seen.command:
            self._dropped(COOLING_DOWN)
        log.info("reply postponed", method=method, seconds=wait, owed=context.seen.command)
        return NotSent("Its chat has a cooldown, or it waits too long for room.", wait)


def _without_places(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out references to messages and topics: a supergroup numbers them anew."""
    return {
        key: value for key, value in payload.items() if key not in ("reply_parameters", "message_thread_id")
    }


def _pause(context: UpdateContext, method: str, retries: Retries) -> float | None:
    """Return the seconds until the next attempt after a lost answer, None for none.

    Where the update is handled again and a part of its answer had left before, a message is not retried: it
    has perhaps arrived already, and would come a third time.
    """
    return None if context.once and method.startswith("send") else retries.pause()
