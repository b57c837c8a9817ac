"""Answers to taps."""

from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods.call import Call
from telegram_simulator.text.entities import utf16

STALE = "query is too old and response timeout expired or query ID is invalid"
TEXT_LIMIT = 200


def answer_callback_query(call: Call) -> bool:
    """Answer a tap, once and in time."""
    query = call.account.queries.get(call.text("callback_query_id"))
    if query is None or call.state.now() - query.asked > call.state.tap_seconds:
        raise bad_request(STALE)
    text = call.text("text")
    if utf16(text) > TEXT_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    del call.account.queries[call.text("callback_query_id")]
    if query.chat is not None:
        query.chat.answered(text, show_alert=call.flag("show_alert"), url=call.values.get("url"))
    return True
