"""What handlers of payments need, made in one place."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.services.readers.admins import Admins
from bot.services.subscriptions.charges import Charges
from bot.services.subscriptions.selling import Selling
from bot.services.subscriptions.star_subscriptions import StarSubscriptions
from bot.telegram.api.stars import Stars
from bot.telegram.api.transport import Transport
from bot.telegram.handlers.subscriptions.stars_trouble import StarsTrouble


@dataclass(frozen=True, slots=True)
class PaymentServices:
    selling: Selling
    charges: Charges
    subscriptions: StarSubscriptions
    stars: Stars
    trouble: StarsTrouble


def payment_services(
    database: Database, clock: Clock, key: bytes, admins: Admins, transport: Transport
) -> PaymentServices:
    """Make them; `key` signs the payloads of links."""
    return PaymentServices(
        Selling(database, clock, key),
        Charges(database, clock),
        StarSubscriptions(database, clock),
        Stars(transport),
        StarsTrouble(admins, transport),
    )
