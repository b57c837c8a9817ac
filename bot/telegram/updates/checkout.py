"""Refuses payments: answers the pre-checkout query within Telegram's ten seconds."""

from typing import Any

from bot.i18n import language_of, translator_for
from bot.telegram.api.transport import Transport
from bot.telegram.updates.origin import origin


async def answer_checkout(transport: Transport, update: dict[str, Any]) -> None:
    """Refuse the payment if this update is a pre-checkout query; else do nothing.

    Call it before the update is stored: Telegram waits for no more than ten seconds.
    """
    query = update.get("pre_checkout_query")
    if not isinstance(query, dict) or "id" not in query:
        return
    translator = translator_for(language_of(origin({"update_id": 0, "pre_checkout_query": query}).language))
    refusal = translator.plain("Nothing is sold here yet, so you weren’t charged.")
    payload = {"pre_checkout_query_id": str(query["id"]), "ok": False, "error_message": refusal}
    await transport.call_with_retries("answerPreCheckoutQuery", payload)
