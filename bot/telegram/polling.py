"""Long polling: asks Telegram for updates and acknowledges only what is in the inbox."""

import asyncio
import json
from typing import Any

import structlog

from bot.db.session import DatabaseError
from bot.i18n import language_of, speech
from bot.telegram.errors import AnswerLostError, NeverSentError
from bot.telegram.intake import Intake
from bot.telegram.transport import Transport, pause

log = structlog.get_logger(__name__)

POLL_SECONDS = 30
RETRY_SECONDS = 2.0
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "pre_checkout_query")


class Polling:
    def __init__(self, transport: Transport, intake: Intake, *, poll_seconds: int = POLL_SECONDS) -> None:
        self._transport = transport
        self._intake = intake
        self._poll_seconds = poll_seconds
        self._offset = 0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Poll until `stop`; whatever goes wrong is logged and tried again."""
        # A webhook that was set once would keep every update to itself.
        await self._transport.call("deleteWebhook", {})
        while not self._stopping.is_set():
            try:
                updates = await self._ask(self._poll_seconds)
                await self._keep(updates)
            except (NeverSentError, AnswerLostError, RefusedError, DatabaseError) as error:
                log.warning("no updates for now", error=_sentence(error))
                await pause(RETRY_SECONDS, self._stopping)

    def stop(self) -> None:
        self._stopping.set()

    async def _keep(self, updates: list[dict[str, Any]]) -> None:
        for update in updates:
            await self._answer_checkout(update)
        if updates:
            await self._intake.take(updates)
            # Ids may start anew after a quiet week: the newest is the last one, not the greatest.
            self._offset = int(updates[-1]["update_id"]) + 1

    async def _answer_checkout(self, update: dict[str, Any]) -> None:
        """Telegram gives a checkout ten seconds: it is answered before it is stored."""
        query = update.get("pre_checkout_query")
        if not isinstance(query, dict) or "id" not in query:
            return
        voice = speech(language_of((query.get("from") or {}).get("language_code")))
        refusal = voice.plain("Nothing is sold here yet, so nothing was charged.")
        payload = {"pre_checkout_query_id": str(query["id"]), "ok": False, "error_message": refusal}
        await self._transport.call("answerPreCheckoutQuery", payload)

    async def _ask(self, seconds: int) -> list[dict[str, Any]]:
        request = {"offset": self._offset, "timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        status, body = await self._transport.fetch("getUpdates", request, deadline=seconds + 10.0)
        try:
            answer = json.loads(body)
        except ValueError:
            raise AnswerLostError("The answer to getUpdates is no JSON.") from None
        if status != 200 or not answer.get("ok"):
            raise RefusedError(f"Telegram refused getUpdates: {answer.get('description')}")
        return list(answer["result"])


class RefusedError(Exception):
    """Telegram answered getUpdates with an error: a wrong token, a second bot, a pause."""


def _sentence(error: Exception) -> str:
    return type(error).__name__ if isinstance(error, DatabaseError) else str(error)
