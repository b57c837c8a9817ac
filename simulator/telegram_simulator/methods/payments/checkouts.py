"""Answers to pre-checkout queries."""

from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods.answering import STALE
from telegram_simulator.methods.call import Call


def answer_pre_checkout_query(call: Call) -> bool:
    """Say yes, or no with words that the payer reads. In time, once."""
    query_id, refusal = call.text("pre_checkout_query_id"), call.text("error_message")
    if call.flag("ok"):
        refusal = ""
    elif not refusal:
        raise bad_request('parameter "error_message" is required')
    if call.state.payments.of(call.account).checkouts.answer(query_id, refusal or None):
        return True
    if query_id not in call.account.checkouts:  # those of raw updates
        raise bad_request(STALE)
    call.account.checkouts.discard(query_id)
    return True
