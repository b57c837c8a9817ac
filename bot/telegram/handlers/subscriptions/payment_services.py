"""What handlers of payments need, made in one place."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.domain.content.publication import Publication
from bot.services.readers.admins import Admins
from bot.services.subscriptions.charges import Charges
from bot.services.subscriptions.payer_news import PayerNewsOutbox
from bot.services.subscriptions.refunds import Refunds
from bot.services.subscriptions.selling import Selling
from bot.services.subscriptions.star_subscriptions import StarSubscriptions
from bot.telegram.admin.stars.payer_teller import PayerTeller
from bot.telegram.api.stars import StarLedger, Stars
from bot.telegram.api.transport import Transport
from bot.telegram.handlers.subscriptions.stars_trouble import StarsTrouble


@dataclass(frozen=True, slots=True)
class PaymentServices:
    selling: Selling
    charges: Charges
    subscriptions: StarSubscriptions
    stars: Stars
    trouble: StarsTrouble
    refunds: Refunds
    ledger: StarLedger
    teller: PayerTeller


def payment_services(  # noqa: PLR0917  # each is of its own type, and it is called twice
    database: Database,
    clock: Clock,
    key: bytes,
    admins: Admins,
    transport: Transport,
    publication: Callable[[], Publication],
) -> PaymentServices:
    """Make them; `key` signs the payloads of links."""
    return PaymentServices(
        Selling(database, clock, key),
        Charges(database, clock),
        StarSubscriptions(database, clock),
        Stars(transport),
        StarsTrouble(admins, transport),
        Refunds(database, clock),
        StarLedger(transport),
        PayerTeller(PayerNewsOutbox(database, clock), transport, publication),
    )
