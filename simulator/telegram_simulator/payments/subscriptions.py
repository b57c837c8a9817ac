"""Subscriptions that are paid with Stars."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram_simulator.payments.invoices import Invoice


@dataclass(slots=True, eq=False)
class Subscription:
    """What one person's first payment began. A bot names it by the `first_charge_id`.

    `canceled`: it does not renew. `bot_canceled`: and its payer has no button to change that. `failed`: there
    were too few Stars. `lapsed`: its last period is over.
    """

    id: str
    user_id: int
    bot_id: int
    bot_name: str
    invoice: Invoice
    first_charge_id: str
    until: datetime
    canceled: bool = False
    bot_canceled: bool = False
    failed: bool = False
    lapsed: bool = False

    @property
    def period(self) -> timedelta:
        return timedelta(seconds=self.invoice.subscription_period or 0)

    @property
    def renews(self) -> bool:
        return not (self.canceled or self.failed or self.lapsed)

    @property
    def state(self) -> str:
        """Return "active", "canceled" (its time still runs) or "expired"."""
        if self.lapsed:
            return "expired"
        return "active" if self.renews else "canceled"

    @property
    def buttons(self) -> tuple[str, ...]:
        """What Telegram offers its payer: "cancel", "renew" or "again". None after the bot's cancel."""
        if self.bot_canceled:
            return ()
        if self.lapsed:
            return ("again",)
        return ("cancel",) if self.renews else ("renew",)

    def as_json(self) -> dict[str, Any]:
        """For the chat page: times in Unix seconds."""
        return {
            "id": self.id,
            "bot": self.bot_id,
            "bot_name": self.bot_name,
            "title": self.invoice.title,
            "amount": self.invoice.amount,
            "period": self.invoice.subscription_period,
            "until": int(self.until.timestamp()),
            "state": self.state,
            "bot_canceled": self.bot_canceled,
            "failed": self.failed,
            "link": self.invoice.link,
            "first_charge_id": self.first_charge_id,
            "buttons": list(self.buttons),
        }
