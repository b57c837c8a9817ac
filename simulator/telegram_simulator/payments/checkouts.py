"""Pre-checkout queries that wait for their bot's answer."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from telegram_simulator.network.updates import UpdateQueue
from telegram_simulator.payments.invoices import CURRENCY, Invoice
from telegram_simulator.payments.refusals import PaymentRefused, declined, timed_out

Answered = Callable[[PaymentRefused | None], None]
"""Called once with the bot's answer: None for a yes."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    answered: Answered
    timer: asyncio.TimerHandle


class Checkouts:
    """Of one bot."""

    def __init__(self, updates: UpdateQueue) -> None:
        self._updates = updates
        self._waiting: dict[str, _Waiting] = {}

    def ask(self, user: Mapping[str, Any], invoice: Invoice, seconds: float, answered: Answered) -> None:
        """Ask the bot whether this payment may go on. Who does not ask for such updates hears nothing of it,
        and the time runs out.
        """
        query_id = str(secrets.randbits(63))
        timer = asyncio.get_running_loop().call_later(seconds, self._resolve, query_id, timed_out())
        self._waiting[query_id] = _Waiting(answered, timer)
        body = {
            "id": query_id,
            "from": dict(user),
            "currency": CURRENCY,
            "total_amount": invoice.amount,
            "invoice_payload": invoice.payload,
        }
        self._updates.add("pre_checkout_query", body)

    def answer(self, query_id: str, refusal: str | None) -> bool:
        """Take the bot's answer; False when no query of this id waits for one."""
        return self._resolve(query_id, None if refusal is None else declined(refusal))

    def close(self) -> None:
        """Let everyone who waits know that nothing comes of it."""
        for query_id in list(self._waiting):
            self._resolve(query_id, timed_out())

    def _resolve(self, query_id: str, answer: PaymentRefused | None) -> bool:
        waiting = self._waiting.pop(query_id, None)
        if waiting is None:
            return False
        waiting.timer.cancel()
        waiting.answered(answer)
        return True
