"""The sheet on which a person reads what is asked, and pays."""

import asyncio
import secrets
from datetime import datetime, timedelta
from typing import Any

from telegram_simulator.payments.bot_stars import BotStars, User
from telegram_simulator.payments.charges import Charge
from telegram_simulator.payments.invoices import Invoice
from telegram_simulator.payments.payments import Paid, Payments
from telegram_simulator.payments.refusals import (
    PaymentRefused,
    balance_too_low,
    form_expired,
    submitted_twice,
)
from telegram_simulator.state.chats import Chat

FORM_LIFE = timedelta(minutes=10)


class PaySheet:
    """Telegram's payment form, opened by one person. It lives ten minutes by the clock."""

    def __init__(self, payments: Payments, stars: BotStars, invoice: Invoice, user: User, chat: Chat) -> None:
        self.form_id = str(secrets.randbits(63))
        self.invoice = invoice
        self._payments = payments
        self._stars = stars
        self._user = user
        self._chat = chat
        self._opened: datetime = payments.now()
        self._submitted = False

    @property
    def title(self) -> str:
        return self.invoice.title

    @property
    def description(self) -> str:
        return self.invoice.description

    @property
    def amount(self) -> int:
        """The price, in Stars."""
        return self.invoice.amount

    @property
    def subscription_period(self) -> int | None:
        """After how many seconds it is due again; None of what is paid once."""
        return self.invoice.subscription_period

    @property
    def balance(self) -> int:
        """How many Stars the person has now."""
        return self._payments.balances.of(self._user["id"])

    async def pays(self) -> Charge:
        """Press "Pay" and wait for what becomes of it; PaymentRefused with what the person reads.

        The bot hears nothing of a form that has expired or is sent twice, nor when there are too few Stars.
        """
        self._payments.catch_up()
        self._check()
        self._submitted = True
        outcome: asyncio.Future[Charge | PaymentRefused] = asyncio.get_running_loop().create_future()
        self._chat.acted()
        self._payments.submit(self._stars, self.invoice, self._user, self._chat, _told(outcome))
        result = await asyncio.shield(outcome)
        if isinstance(result, PaymentRefused):
            self._submitted = False
            raise result
        return result

    def as_json(self) -> dict[str, Any]:
        """For the chat page: times in Unix seconds."""
        return {
            "form_id": self.form_id,
            "title": self.title,
            "description": self.description,
            "amount": self.amount,
            "subscription_period": self.subscription_period,
            "balance": self.balance,
            "bot_name": self._stars.account.name,
            "expires": int((self._opened + FORM_LIFE).timestamp()),
        }

    def _check(self) -> None:
        if self._submitted:
            raise submitted_twice()
        if self._payments.now() >= self._opened + FORM_LIFE:
            raise form_expired()
        if self.balance < self.amount:
            raise balance_too_low(self.amount - self.balance)


def _told(outcome: asyncio.Future[Charge | PaymentRefused]) -> Paid:
    def tell(result: Charge | PaymentRefused) -> None:
        if not outcome.done():
            outcome.set_result(result)

    return tell
