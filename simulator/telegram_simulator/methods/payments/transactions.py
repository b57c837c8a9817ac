"""A bot's Stars: balance and transactions."""

from typing import Any

from telegram_simulator.methods.call import Call
from telegram_simulator.payments.transactions import PAGE


def get_star_transactions(call: Call) -> dict[str, Any]:
    """List the transactions, oldest first. `offset` counts those left out; `limit` is clamped to 1–100."""
    transactions = call.state.payments.of(call.account).transactions
    entries = transactions.page(call.integer("offset"), call.integer("limit", PAGE))
    return {"transactions": [entry.as_json() for entry in entries]}


def get_my_star_balance(call: Call) -> dict[str, int]:
    return call.state.payments.of(call.account).transactions.balance
