"""A person's Stars: the balance, payments, "My Stars"."""

from typing import Any

from telegram_simulator.payments.balances import BalanceChange
from telegram_simulator.payments.bot_stars import User
from telegram_simulator.payments.charges import Charge
from telegram_simulator.payments.invoices import Invoice
from telegram_simulator.payments.pay_sheets import PaySheet
from telegram_simulator.payments.payments import Payments
from telegram_simulator.payments.refusals import no_invoice
from telegram_simulator.payments.subscriptions import Subscription
from telegram_simulator.state.chats import Chat


class Wallet:
    """What one person does with Stars, at every bot."""

    def __init__(self, payments: Payments, user: User) -> None:
        self._payments = payments
        self._user = user

    @property
    def balance(self) -> int:
        """How many Stars there are; may be set."""
        self._payments.catch_up()
        return self._payments.balances.of(self._user["id"])

    @balance.setter
    def balance(self, stars: int) -> None:
        self._payments.catch_up()
        self._payments.balances.set(self._user["id"], stars)

    @property
    def changes(self) -> list[BalanceChange]:
        """What was paid and came back, oldest first."""
        self._payments.catch_up()
        return self._payments.balances.changes(self._user["id"])

    @property
    def subscriptions(self) -> list[Subscription]:
        """The list of "Telegram's settings → My Stars", oldest first."""
        self._payments.catch_up()
        return self._payments.subscriptions(self._user["id"])

    def subscription(self, subscription_id: str) -> Subscription:
        """Return one of hers; LookupError for another id."""
        for subscription in self.subscriptions:
            if subscription.id == subscription_id:
                return subscription
        raise LookupError("There is no such subscription.")

    def opens(self, link: str) -> PaySheet:
        """Open an invoice link of any bot; PaymentRefused for a link that leads nowhere."""
        stars, invoice = self._payments.find(link)
        return PaySheet(self._payments, stars, invoice, self._user, stars.private_chat(self._user))

    def presses_pay(self, invoice: Invoice | None, chat: Chat) -> PaySheet:
        """Press the button of an invoice that stands in a chat; PaymentRefused where none does."""
        if invoice is None:
            raise no_invoice()
        stars, _ = self._payments.find(invoice.link)
        return PaySheet(self._payments, stars, invoice, self._user, chat)

    async def pays(self, link: str) -> Charge:
        """Open an invoice link and pay; PaymentRefused with what she reads instead."""
        return await self.opens(link).pays()

    def cancels(self, subscription: Subscription) -> None:
        """Cancel a subscription: its time runs on, the bot is told. LookupError without that button."""
        self._require(subscription, "cancel")
        subscription.canceled = True
        self._payments.owner(subscription).tell(subscription, "canceled")

    def renews(self, subscription: Subscription) -> None:
        """Switch a cancelled one on again while its time runs: it costs nothing, the bot is told.

        LookupError without that button, as after a cancel by the bot.
        """
        self._require(subscription, "renew")
        subscription.canceled = subscription.failed = False
        self._payments.owner(subscription).tell(subscription, "active")

    def subscribes_again(self, subscription: Subscription) -> PaySheet:
        """Open the old link of one that has lapsed, at its old price; LookupError without that button."""
        self._require(subscription, "again")
        return self.opens(subscription.invoice.link)

    def fails(self, subscription: Subscription) -> None:
        """Let the next renewal fail now, before the end of the period; the bot is told."""
        self._require(subscription, "cancel")
        self._payments.fail(subscription)

    def as_json(self) -> dict[str, Any]:
        return {
            "balance": self.balance,
            "subscriptions": [subscription.as_json() for subscription in self.subscriptions],
            "changes": [change.as_json() for change in reversed(self.changes)],
        }

    def _require(self, subscription: Subscription, button: str) -> None:
        self._payments.catch_up()
        if button not in subscription.buttons:
            there = ", ".join(subscription.buttons) or "none"
            raise LookupError(f"This subscription has no button {button!r}; there are: {there}.")
