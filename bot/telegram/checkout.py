"""The question before a payment, which Telegram wants answered within ten seconds."""

from typing import Any

from bot.i18n import language_of, speech
from bot.telegram.transport import Transport


async def answer_checkout(transport: Transport, update: dict[str, Any]) -> None:
    """Answer if that is what this update asks; it is done before the update is stored."""
    query = update.get("pre_checkout_query")
    if not isinstance(query, dict) or "id" not in query:
        return
    sender = query.get("from")
    code = sender.get("language_code") if isinstance(sender, dict) else None
    voice = speech(language_of(code if isinstance(code, str) else None))
    refusal = voice.plain("Nothing is sold here yet, so nothing was charged.")
    payload = {"pre_checkout_query_id": str(query["id"]), "ok": False, "error_message": refusal}
    await transport.persist("answerPreCheckoutQuery", payload)
