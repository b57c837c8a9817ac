"""Answers the pre-checkout query, which Telegram wants answered within ten seconds."""

from typing import Any

from bot.i18n import language_of, speech
from bot.telegram.origin import origin
from bot.telegram.transport import Transport


async def answer_checkout(transport: Transport, update: dict[str, Any]) -> None:
    """Refuse the payment if this update is a pre-checkout query; else do nothing. Call it before storing."""
    query = update.get("pre_checkout_query")
    if not isinstance(query, dict) or "id" not in query:
        return
    voice = speech(language_of(origin({"update_id": 0, "pre_checkout_query": query}).language))
    refusal = voice.plain("Nothing is sold here yet, so you weren’t charged.")
    payload = {"pre_checkout_query_id": str(query["id"]), "ok": False, "error_message": refusal}
    await transport.persist("answerPreCheckoutQuery", payload)
