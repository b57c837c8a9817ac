"""All payments: whose link it is, who is asked, what is due."""

import asyncio
import heapq
import secrets
from collections.abc import Callable
from datetime import datetime
from itertools import count

from telegram_simulator.clock import Clock
from telegram_simulator.payments.balances import Balances
from telegram_simulator.payments.bot_stars import BotStars, User
from telegram_simulator.payments.charges import Charge
from telegram_simulator.payments.invoices import Invoice, slug_of
from telegram_simulator.payments.refusals import PaymentRefused, no_invoice, payment_failed
from telegram_simulator.payments.settings import PaymentSettings
from telegram_simulator.payments.subscriptions import Subscription
from telegram_simulator.state.account import Account
from telegram_simulator.state.chats import Chat
from telegram_simulator.state.events import Events

Paid = Callable[[Charge | PaymentRefused], None]
"""Called once with what became of a payment."""


class Payments:
    """Whatever depends on the clock happens in `catch_up`: at every call, control request and wait, and some
    twenty times a second.
    """

    def __init__(self, clock: Clock, events: Events) -> None:
        self._clock = clock
        self._events = events
        self._serial = count()
        self._bots: dict[str, BotStars] = {}
        self._invoices: dict[str, tuple[BotStars, Invoice]] = {}
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self.settings = PaymentSettings()
        self.balances = Balances(self.settings, self._tell_balance)

    def reset(self) -> None:
        """Forget all Stars, invoices, subscriptions and settings."""
        self.close()
        self._bots.clear()
        self._invoices.clear()
        self._due.clear()
        self.settings = PaymentSettings()
        self.balances = Balances(self.settings, self._tell_balance)

    def close(self) -> None:
        """Let everyone who waits for a bot's answer know that nothing comes of it."""
        for stars in list(self._bots.values()):
            stars.checkouts.close()

    def now(self) -> datetime:
        return self._clock.now()

    def of(self, account: Account) -> BotStars:
        """Return the Stars of a bot."""
        if account.token not in self._bots:
            self._bots[account.token] = BotStars(account, self.balances, self.settings)
        return self._bots[account.token]

    def register(self, account: Account, invoice: Invoice) -> None:
        """Let people pay this invoice of a bot, any number of times."""
        self._invoices[invoice.slug] = (self.of(account), invoice)

    def find(self, link: str) -> tuple[BotStars, Invoice]:
        """Return what an invoice link leads to; PaymentRefused when it leads nowhere."""
        known = self._invoices.get(slug_of(link) or "")
        if known is None:
            raise no_invoice()
        return known

    def subscriptions(self, user_id: int) -> list[Subscription]:
        """Return the subscriptions of a person at all bots, oldest first."""
        return [
            subscription
            for stars in self._bots.values()
            for subscription in stars.subscriptions.values()
            if subscription.user_id == user_id
        ]

    def owner(self, subscription: Subscription) -> BotStars:
        """Return the bot that a subscription pays; LookupError for one that is no more."""
        for stars in self._bots.values():
            if stars.subscriptions.get(subscription.id) is subscription:
                return stars
        raise LookupError("This subscription is no longer in the list.")

    def submit(self, stars: BotStars, invoice: Invoice, user: User, chat: Chat, paid: Paid) -> None:
        """Ask the bot, then take the Stars; `paid` is called with what became of it."""

        def answered(refusal: PaymentRefused | None) -> None:
            if refusal is not None:
                paid(refusal)
            elif self.settings.payment_seconds:
                asyncio.get_running_loop().call_later(self.settings.payment_seconds, take)
            else:
                take()

        def take() -> None:
            paid(self._take(lambda: self._first(stars, invoice, user, chat)))

        stars.checkouts.ask(user, invoice, self.settings.checkout_seconds, answered)

    def catch_up(self) -> None:
        """Do what is due by the clock, in the order in which it fell due."""
        while self._due and self._due[0][0] <= self._clock.now():
            heapq.heappop(self._due)[2]()

    def plan_end(self, subscription: Subscription) -> None:
        """Renew a subscription, or let it lapse, at the end of its period."""
        self._plan(subscription.until, lambda: self._end(subscription))

    def fail(self, subscription: Subscription) -> None:
        """Let a renewal fail now, before or at the end of the period; the bot is told."""
        subscription.failed = True
        self.owner(subscription).tell(subscription, "failed")

    def _first(self, stars: BotStars, invoice: Invoice, user: User, chat: Chat) -> Charge:
        charge = stars.pay(user, invoice, chat, self._clock.now())
        if charge.subscription is not None:
            self.plan_end(charge.subscription)
        return charge

    def _take(self, take: Callable[[], Charge]) -> Charge | PaymentRefused:
        if self.settings.declines > 0:
            self.settings.declines -= 1
            return payment_failed()
        try:
            return take()
        except PaymentRefused as refusal:
            return refusal

    def _end(self, subscription: Subscription) -> None:
        """The period is over: renew, ask whether to, or lapse."""
        try:
            stars = self.owner(subscription)
        except LookupError:
            return
        user = stars.charges[subscription.first_charge_id].user
        chat = stars.private_chat(user)
        blocked = chat.blocked and not self.settings.renews_when_blocked
        if not subscription.renews or blocked or chat.deactivated:
            subscription.lapsed = True
        elif self.settings.renewals_ask:
            seconds = self.settings.checkout_seconds
            stars.checkouts.ask(
                user, subscription.invoice, seconds, lambda refusal: self._renew(stars, subscription, refusal)
            )
        else:
            self._renew(stars, subscription, None)

    def _renew(self, stars: BotStars, subscription: Subscription, refusal: PaymentRefused | None) -> None:
        charge = refusal or self._take(lambda: stars.renew(subscription, self._clock.now()))
        if isinstance(charge, Charge):
            self.plan_end(subscription)
            return
        subscription.failed = subscription.lapsed = True
        told_at = subscription.until + self.settings.failure_delay
        self._plan(told_at, lambda: stars.tell(subscription, "failed"))

    def _plan(self, at: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (at, next(self._serial), act))

    def _tell_balance(self, user_id: int, stars: int) -> None:
        self._events.publish("stars", None, user_id, {"balance": stars})


def new_slug() -> str:
    return f"sim{secrets.token_urlsafe(12)}"
