"""What Telegram does with a bot's Stars, for tests: refunds, other transactions."""

from typing import Any

from telegram_simulator.payments import partners
from telegram_simulator.payments.bot_stars import BotStars
from telegram_simulator.payments.charges import Charge
from telegram_simulator.payments.payments import Payments
from telegram_simulator.payments.subscriptions import Subscription


class TelegramSide:
    """A bot's Stars as Telegram sees them."""

    def __init__(self, payments: Payments, stars: BotStars) -> None:
        self._payments = payments
        self._stars = stars

    @property
    def balance(self) -> int:
        """The bot's whole Stars; below 0 after a chargeback of what was taken out."""
        self._payments.catch_up()
        return self._stars.transactions.balance["amount"]

    @property
    def transactions(self) -> list[dict[str, Any]]:
        """All of the bot's StarTransactions, oldest first."""
        self._payments.catch_up()
        return [entry.as_json() for entry in self._stars.transactions.all]

    @property
    def charges(self) -> list[Charge]:
        """All payments, oldest first."""
        self._payments.catch_up()
        return list(self._stars.charges.values())

    @property
    def subscriptions(self) -> list[Subscription]:
        """The subscriptions of all people to this bot, oldest first."""
        self._payments.catch_up()
        return list(self._stars.subscriptions.values())

    def refunds(self, charge_id: str, *, told: bool = True) -> None:
        """Give a payment's Stars back to who paid; the bot gets `refunded_payment` if `told`. LookupError."""
        self._take_back(charge_id, to_person=True, told=told)

    def charges_back(self, charge_id: str, *, told: bool = False) -> None:
        """Take a payment's Stars from the bot, as after a chargeback where its payer had bought the Stars.

        LookupError for a charge that is unknown or refunded already.
        """
        self._take_back(charge_id, to_person=False, told=told)

    def adds(self, kind: str, amount: int, /, *, nanostars: int = 0, **fields: Any) -> dict[str, Any]:
        """Add another transaction, as in `adds("fragment", -1000, withdrawal_state={"type": "pending"})`.

        Below 0 the Stars go out. `fields` are those of its TransactionPartner. ValueError names the kinds.
        """
        self._payments.catch_up()
        if amount == 0 == nanostars:
            raise ValueError("A transaction moves Stars: give an amount above or below 0.")
        partner = partners.partner(kind, fields)
        return self._stars.add(amount, self._payments.now(), partner, nanostars).as_json()

    def _take_back(self, charge_id: str, *, to_person: bool, told: bool) -> None:
        self._payments.catch_up()
        charge = self._stars.charges.get(charge_id)
        if charge is None or charge.refunded:
            state = "unknown" if charge is None else "refunded already"
            raise LookupError(f"The charge {charge_id!r} is {state}.")
        self._stars.take_back(charge, self._payments.now(), to_person=to_person, told=told)
