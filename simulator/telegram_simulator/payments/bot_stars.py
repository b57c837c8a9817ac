"""The Stars of one bot: charges, subscriptions, refunds, transactions."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from telegram_simulator.payments.balances import BalanceChange, Balances
from telegram_simulator.payments.charges import Charge, new_charge_id
from telegram_simulator.payments.checkouts import Checkouts
from telegram_simulator.payments.invoices import Invoice
from telegram_simulator.payments.refusals import balance_too_low
from telegram_simulator.payments.settings import PaymentSettings
from telegram_simulator.payments.subscriptions import Subscription
from telegram_simulator.payments.transactions import (
    Transaction,
    Transactions,
    bare_refund_partner,
    payment_partner,
)
from telegram_simulator.state.account import Account
from telegram_simulator.state.chats import Chat
from telegram_simulator.state.messages import Content

User = Mapping[str, Any]


class BotStars:
    """What payments leave behind at one bot, and what the bot and Telegram do with them."""

    def __init__(self, account: Account, balances: Balances, settings: PaymentSettings) -> None:
        self.account = account
        self.checkouts = Checkouts(account.updates)
        self.transactions = Transactions()
        self.charges: dict[str, Charge] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self._balances = balances
        self._settings = settings

    def pay(self, user: User, invoice: Invoice, chat: Chat, now: datetime) -> Charge:
        """Take the Stars of a first or single payment and tell the bot; PaymentRefused without enough."""
        charge = self._charge(user, invoice, chat)
        if invoice.subscription_period is not None:
            charge.first = True
            charge.subscription = self._subscribe(charge, now)
        return self._complete(charge, now, now)

    def renew(self, subscription: Subscription, now: datetime) -> Charge:
        """Take the Stars of one more period, at its due time, and tell the bot; PaymentRefused without
        enough.
        """
        first, due = self.charges[subscription.first_charge_id], subscription.until
        charge = self._charge(first.user, subscription.invoice, self.private_chat(first.user))
        charge.subscription = subscription
        subscription.until += subscription.period
        lost = self._settings.late_renewals_are_lost
        return self._complete(charge, due, due if lost else now)

    def refund(self, charge: Charge, now: datetime) -> None:
        """Give a payment's Stars back to who paid, and tell the bot."""
        self.take_back(charge, now, to_person=True, told=True)

    def take_back(self, charge: Charge, now: datetime, *, to_person: bool, told: bool) -> None:
        """Take a payment's Stars from the bot; `to_person`: back to who paid, `told`: with a message."""
        charge.refunded = True
        bare = self._settings.refunds_look_like_paid_media and charge.subscription is None
        partner = (bare_refund_partner if bare else payment_partner)(charge.user, charge.invoice)
        self.transactions.add(Transaction(charge.charge_id, now, -charge.invoice.amount, partner))
        if to_person:
            self._balances.change(charge.user["id"], self._change(charge, now, charge.invoice.amount))
        if told:
            content = Content("refunded_payment", {"refunded_payment": charge.refund_json()})
            self._post(charge.chat, self.account.as_user(), content, now, now)

    def add(self, amount: int, now: datetime, partner: Mapping[str, Any], nanostars: int = 0) -> Transaction:
        """Add a transaction that has nothing to do with a payment, as a withdrawal or a commission."""
        transaction = Transaction(new_charge_id(), now, amount, dict(partner), nanostars)
        self.transactions.add(transaction)
        return transaction

    def tell(self, subscription: Subscription, state: str) -> None:
        """Tell the bot of a change that its payer or Telegram made to a subscription."""
        user = self.charges[subscription.first_charge_id].user
        body = {"user": dict(user), "invoice_payload": subscription.invoice.payload, "state": state}
        self.account.updates.add("subscription", body)

    def private_chat(self, user: User) -> Chat:
        """Return the chat of a person with this bot, made when new."""
        chat = self.account.chat(user["id"], {"first_name": user["first_name"], "type": "private"})
        chat.people.setdefault(user["id"], dict(user))
        return chat

    def _charge(self, user: User, invoice: Invoice, chat: Chat) -> Charge:
        missing = invoice.amount - self._balances.of(user["id"])
        if missing > 0:
            raise balance_too_low(missing)
        provider_id = f"{user['id']}_{len(self.charges) + 1}"
        return Charge(new_charge_id(), provider_id, user, invoice, chat)

    def _subscribe(self, charge: Charge, now: datetime) -> Subscription:
        """Begin a subscription; one that has lapsed and is begun again leaves the payer's list."""
        user_id, invoice = charge.user["id"], charge.invoice
        for old in list(self.subscriptions.values()):
            if old.lapsed and (old.user_id, old.invoice) == (user_id, invoice):
                del self.subscriptions[old.id]
        until = now + timedelta(seconds=invoice.subscription_period or 0)
        account = self.account
        subscription = Subscription(
            secrets.token_hex(8), user_id, account.id, account.name, invoice, charge.charge_id, until
        )
        self.subscriptions[subscription.id] = subscription
        return subscription

    def _complete(self, charge: Charge, at: datetime, now: datetime) -> Charge:
        """Move the Stars at a moment; the bot's update waits from `now` on."""
        charge.until = charge.subscription.until if charge.subscription else None
        self.charges[charge.charge_id] = charge
        self._balances.change(charge.user["id"], self._change(charge, at, -charge.invoice.amount))
        partner = payment_partner(charge.user, charge.invoice)
        self.transactions.add(Transaction(charge.charge_id, at, charge.invoice.amount, partner))
        if self._settings.payment_opens_chat:
            charge.chat.started = True
        content = Content("successful_payment", {"successful_payment": charge.as_json()})
        self._post(charge.chat, charge.user, content, at, now)
        return charge

    def _change(self, charge: Charge, at: datetime, amount: int) -> BalanceChange:
        return BalanceChange(at, amount, charge.invoice.title, self.account.name, charge.charge_id)

    def _post(self, chat: Chat, sender: User, content: Content, at: datetime, now: datetime) -> None:
        """Put a message into the chat; nobody waits for it, as somebody acted."""
        message = chat.add(sender, content, at)
        chat.acted()
        self.account.updates.add("message", chat.message_json(message), since=now)
