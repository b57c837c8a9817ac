"""Transactions: what Telegram's list says of a bot's Stars."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.subscriptions.charges import Payment

INVOICE = "invoice_payment"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Transaction:
    """An entry of Telegram's list. A refund has the id of its payment, so the key is `id` and `direction`.

    `kind`: Telegram's word for what it is; of a user's, what she paid for. `user_id`: with whom, where it is
    a person. `payload`: of the invoice that was paid; None for anything else.
    """

    id: str
    direction: Direction
    stars: int
    at: datetime
    kind: str
    user_id: int | None = None
    payload: str | None = None
    language: str | None = None

    def payment(self) -> Payment | None:
        """Return the payment by an invoice that it is; None for any other entry, a refund too.

        The list tells neither whether a subscription began with it nor when what it pays ends.
        """
        if self.direction is not Direction.IN or self.user_id is None or self.payload is None:
            return None
        return Payment(self.id, self.user_id, self.payload, self.stars, self.at, language=self.language)
