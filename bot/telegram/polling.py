"""Long polling: asks Telegram for updates and acknowledges only what is in the inbox."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import structlog

from bot.db.away import may_pass
from bot.domain.delivery import NotSent, Outcome, Sent
from bot.telegram.checkout import answer_checkout
from bot.telegram.errors import AnswerLostError, NeverSentError, outcome_of
from bot.telegram.intake import Intake
from bot.telegram.transport import Transport, pause

log = structlog.get_logger(__name__)

POLL_SECONDS = 30
FIRST_PAUSE_SECONDS = 0.1
STANDBY_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
"""After failures in a row each pause is twice the one before, up to this."""

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "pre_checkout_query")


class Polling:
    def __init__(
        self,
        transport: Transport,
        intake: Intake,
        leads: Callable[[], bool],
        *,
        poll_seconds: int = POLL_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._intake = intake
        self._leads = leads
        self._poll_seconds = poll_seconds
        self._monotonic = monotonic
        self._answered: float | None = None
        self._offset = 0
        self._has_webhook = True
        self._pause = FIRST_PAUSE_SECONDS
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Poll until `stop` while this process leads; whatever goes wrong is logged and tried again."""
        while not self._stopping.is_set():
            if not self._leads():
                self._answered = None
                await pause(STANDBY_SECONDS, self._stopping)
                continue
            self._answered = self._monotonic() if self._answered is None else self._answered
            await self._attempt()
        self._answered = None

    async def _attempt(self) -> None:
        try:
            await self._once()
            self._pause = FIRST_PAUSE_SECONDS
        except Exception as error:  # noqa: BLE001  # whatever it is: without polling nobody is answered
            if not may_pass(error):  # else the database tells it
                log.warning("no updates for now", error=_sentence(error))
            await pause(max(self._pause, getattr(error, "wait", 0.0)), self._stopping)
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        self._stopping.set()

    @property
    def silence(self) -> float | None:
        """Seconds since Telegram last answered, or since polling began; None while nobody polls here."""
        return None if self._answered is None else self._monotonic() - self._answered

    async def _once(self) -> None:
        if self._has_webhook:  # one that was set once would keep every update to itself
            _insist("deleteWebhook", await self._transport.call("deleteWebhook", {}))
            self._has_webhook = False
        updates = await self._ask(self._poll_seconds)
        self._answered = self._monotonic()
        await self._keep(updates)

    async def _keep(self, updates: list[dict[str, Any]]) -> None:
        for update in updates:
            await answer_checkout(self._transport, update)
        if updates:
            await self._intake.take(updates)
            # Ids may start anew after a quiet week: the newest is the last one, not the greatest.
            self._offset = int(updates[-1]["update_id"]) + 1

    async def _ask(self, seconds: int) -> list[dict[str, Any]]:
        request = {"offset": self._offset, "timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        status, body = await self._transport.fetch("getUpdates", request, deadline=seconds + 10.0)
        try:
            answer = json.loads(body)
        except ValueError:
            raise AnswerLostError("The answer to getUpdates is no JSON.") from None
        if status != 200 or not isinstance(answer, dict) or answer.get("ok") is not True:
            _insist("getUpdates", outcome_of(status, body))
        return _updates(answer.get("result"))


class RefusedError(Exception):
    """Telegram answered with an error: a wrong token, a second bot, a pause of `wait` seconds."""

    def __init__(self, method: str, outcome: Outcome) -> None:
        super().__init__(f"Telegram refused {method}: {getattr(outcome, 'reason', '')}")
        self.wait = outcome.wait if isinstance(outcome, NotSent) else 0.0


def _insist(method: str, outcome: Outcome) -> None:
    if not isinstance(outcome, Sent):
        raise RefusedError(method, outcome)


def _updates(result: Any) -> list[dict[str, Any]]:
    """Return what is an update; anything else could never be acknowledged."""
    found = result if isinstance(result, list) else []
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("update_id"), int)]


def _sentence(error: Exception) -> str:
    """Say what happened; the text of an error that is not ours may hold an update, or worse."""
    ours = isinstance(error, RefusedError | NeverSentError | AnswerLostError)
    return str(error) if ours else type(error).__name__
