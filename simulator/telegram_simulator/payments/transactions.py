"""The Star transactions of a bot, oldest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram_simulator.payments.invoices import Invoice

PAGE = 100
NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Transaction:
    """Stars that came in, or went out (`amount` below 0). A refund has the id of its payment.

    `partner` is the Bot API's TransactionPartner; `nanostars` are of the amount's own sign.
    """

    id: str
    date: datetime
    amount: int
    partner: Mapping[str, Any]
    nanostars: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as the Bot API's StarTransaction."""
        came_in = self.amount > 0 or self.nanostars > 0
        sign = 1 if came_in else -1
        body: dict[str, Any] = {
            "id": self.id,
            "date": int(self.date.timestamp()),
            "source" if came_in else "receiver": dict(self.partner),
            "amount": sign * self.amount,
        }
        return body | ({"nanostar_amount": sign * self.nanostars} if self.nanostars else {})


class Transactions:
    def __init__(self) -> None:
        self._all: list[Transaction] = []

    def __len__(self) -> int:
        return len(self._all)

    @property
    def all(self) -> tuple[Transaction, ...]:
        return tuple(self._all)

    def add(self, transaction: Transaction) -> None:
        self._all.append(transaction)

    def page(self, offset: int, limit: int) -> list[Transaction]:
        """Return up to 1–100 of them, oldest first, without the first `offset`."""
        first = max(offset, 0)
        return self._all[first : first + min(max(limit, 1), PAGE)]

    @property
    def balance(self) -> dict[str, int]:
        """Return what is left, as the Bot API's StarAmount."""
        total = sum(entry.amount * NANO + entry.nanostars for entry in self._all)
        whole, rest = divmod(abs(total), NANO)
        sign = -1 if total < 0 else 1
        return {"amount": sign * whole} | ({"nanostar_amount": sign * rest} if rest else {})


def payment_partner(user: Mapping[str, Any], invoice: Invoice) -> dict[str, Any]:
    """Return the partner of an invoice's payment. It says neither first nor renewal, nor the new end."""
    partner: dict[str, Any] = {
        "transaction_type": "invoice_payment",
        "type": "user",
        "user": dict(user),
        "invoice_payload": invoice.payload,
    }
    if invoice.subscription_period is not None:
        partner["subscription_period"] = invoice.subscription_period
    return partner


def bare_refund_partner(user: Mapping[str, Any], invoice: Invoice) -> dict[str, Any]:
    """Return the partner of a single payment's refund that comes without its product, as TDLib shows it."""
    return {
        "transaction_type": "paid_media_payment",
        "type": "user",
        "user": dict(user),
        "paid_media": [],
        "paid_media_payload": invoice.payload,
    }
