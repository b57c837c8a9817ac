"""Payments that were made, by their charge ids."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from telegram_simulator.payments.invoices import CURRENCY, Invoice
from telegram_simulator.payments.subscriptions import Subscription
from telegram_simulator.state.chats import Chat


@dataclass(slots=True, eq=False)
class Charge:
    """One payment. `chat` is where its message stands; `first` tells whether it began its subscription,
    `until` when the period that it paid ends.
    """

    charge_id: str
    provider_charge_id: str
    user: Mapping[str, Any] = field(repr=False)
    invoice: Invoice
    chat: Chat = field(repr=False)
    subscription: Subscription | None = None
    first: bool = False
    until: datetime | None = None
    refunded: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as the Bot API's SuccessfulPayment. What is false is left out."""
        body: dict[str, Any] = {
            "currency": CURRENCY,
            "total_amount": self.invoice.amount,
            "invoice_payload": self.invoice.payload,
            "telegram_payment_charge_id": self.charge_id,
            "provider_payment_charge_id": self.provider_charge_id,
        }
        if self.until is None:
            return body
        body["is_recurring"] = True
        if self.first:
            body["is_first_recurring"] = True
        body["subscription_expiration_date"] = int(self.until.timestamp())
        return body

    def refund_json(self) -> dict[str, Any]:
        """Return it as the Bot API's RefundedPayment."""
        return {
            "currency": CURRENCY,
            "total_amount": self.invoice.amount,
            "invoice_payload": self.invoice.payload,
            "telegram_payment_charge_id": self.charge_id,
            "provider_payment_charge_id": self.provider_charge_id,
        }


def new_charge_id() -> str:
    return f"stx{secrets.token_urlsafe(48)}"
