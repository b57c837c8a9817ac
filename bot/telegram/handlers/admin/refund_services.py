"""What refunds need."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.domain.content.publication import Publication
from bot.services.subscriptions.payer_news import PayerNewsOutbox
from bot.services.subscriptions.refunds import Refunds
from bot.telegram.admin.stars.payer_teller import PayerTeller
from bot.telegram.api.stars import StarLedger
from bot.telegram.api.transport import Transport


@dataclass(frozen=True, slots=True)
class RefundServices:
    refunds: Refunds
    ledger: StarLedger
    teller: PayerTeller


def refund_services(
    database: Database, clock: Clock, transport: Transport, publication: Callable[[], Publication]
) -> RefundServices:
    teller = PayerTeller(PayerNewsOutbox(database, clock), transport, publication)
    return RefundServices(Refunds(database, clock), StarLedger(transport), teller)
