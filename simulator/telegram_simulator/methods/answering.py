"""Answers to taps and to checkouts; invoice links."""

import secrets
from typing import Any

from telegram_simulator.api.errors import ApiError, bad_request
from telegram_simulator.methods.call import Call
from telegram_simulator.text.entities import utf16

STALE = "query is too old and response timeout expired or query ID is invalid"
TEXT_LIMIT = 200
SUBSCRIPTION = 2_592_000
STARS_LIMIT = 10_000


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


def answer_pre_checkout_query(call: Call) -> bool:
    query_id = call.text("pre_checkout_query_id")
    if not call.flag("ok") and not call.text("error_message"):
        raise bad_request("error message can't be empty")
    if query_id not in call.account.checkouts:
        raise bad_request(STALE)
    call.account.checkouts.discard(query_id)
    return True


def create_invoice_link(call: Call) -> str:
    for name, limit in (("title", 32), ("description", 255), ("payload", 128)):
        if not 1 <= len(call.text(name).encode() if name == "payload" else call.text(name)) <= limit:
            raise bad_request(f"{name.upper()}_INVALID")
    prices = call.values.get("prices")
    if not isinstance(prices, list) or not prices or not all(_is_price(price) for price in prices):
        raise bad_request("can't parse labeled prices")
    if call.text("currency") == "XTR":
        _check_stars(call, prices)
    return f"https://t.me/$sim{secrets.token_urlsafe(12)}"


def _check_stars(call: Call, prices: list[dict[str, Any]]) -> None:
    if len(prices) != 1 or not 1 <= prices[0]["amount"] <= STARS_LIMIT:
        raise _invalid("STARS_AMOUNT")
    if call.text("provider_token"):
        raise _invalid("PAYMENT_PROVIDER")
    if "subscription_period" in call.values and call.integer("subscription_period") != SUBSCRIPTION:
        raise _invalid("SUBSCRIPTION_PERIOD")


def _is_price(price: Any) -> bool:
    return (
        isinstance(price, dict)
        and isinstance(price.get("label"), str)
        and isinstance(price.get("amount"), int)
    )


def _invalid(what: str) -> ApiError:
    return bad_request(f"{what}_INVALID")


def get_star_transactions(_call: Call) -> dict[str, Any]:
    return {"transactions": []}
