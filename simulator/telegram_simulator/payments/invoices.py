"""Invoices for Telegram Stars, and their links."""

import re
from dataclasses import dataclass
from typing import Any

CURRENCY = "XTR"
_LINK = re.compile(
    r"(?:https?://)?(?:t\.me|telegram\.me)/(?:\$|invoice/)([\w-]+)/?|tg://invoice\?slug=([\w-]+)", re.ASCII
)


@dataclass(frozen=True, slots=True, eq=False)
class Invoice:
    """What a bot asks Stars for. `subscription_period` is in seconds, None of what is paid once."""

    slug: str
    title: str
    description: str
    payload: str
    label: str
    amount: int
    subscription_period: int | None = None
    start_parameter: str = ""

    @property
    def link(self) -> str:
        return f"https://t.me/${self.slug}"

    def as_json(self) -> dict[str, Any]:
        """Return it as the Bot API's Invoice, which a message carries."""
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": self.start_parameter,
            "currency": CURRENCY,
            "total_amount": self.amount,
        }


def slug_of(link: str) -> str | None:
    """Return what an invoice link names, None for any other link."""
    match = _LINK.fullmatch(link.strip())
    return None if match is None else match[1] or match[2]


def pay_keyboard(invoice: Invoice) -> dict[str, Any]:
    """Return the button that Telegram puts below an invoice without a keyboard."""
    return {"inline_keyboard": [[{"text": f"Pay ⭐️{invoice.amount}", "pay": True}]]}
