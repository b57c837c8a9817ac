"""What Telegram says of payments: arrived, renewed, cancelled, failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.domain.delivery.outcome import NotSent, Outcome
from bot.domain.readers.reader import Viewer
from bot.domain.subscriptions.charges import Payment
from bot.domain.subscriptions.star_subscription import CancelledBy, State
from bot.i18n import translator_for
from bot.services.reading.reading import Reading
from bot.services.subscriptions.charges import Recorded
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.reading.reading import ReadingHandlers
from bot.telegram.handlers.subscriptions.payment_services import PaymentServices
from bot.telegram.handlers.subscriptions.payment_words import PaymentWords

log = structlog.get_logger(__name__)

STATES = {
    "active": (State.ACTIVE, None),
    "canceled": (State.CANCELLED, CancelledBy.READER),
    "failed": (State.FAILED, None),
}
"""Telegram's words for the state of a subscription."""


@dataclass(frozen=True, slots=True)
class PaymentHandlers:
    services: PaymentServices
    reading: Reading
    pages: ReadingHandlers

    async def paid(self, conversation: Conversation) -> None:
        """Store a payment with what it gives, then say so, once; reading goes on where it stopped.

        A renewal is Telegram's doing: it is told in one sentence without a sound, and wakes nobody.
        """
        payment = _payment(conversation)
        if payment is None:
            return
        recorded = await self.services.charges.record(payment)
        if recorded.charge.told_at is not None:
            return
        if payment.is_first is False and recorded.charge.refunded_at is None and recorded.charge.days:
            await self._tell_of_renewal(conversation, recorded)
        else:
            await self._tell_of_payment(conversation, recorded)
        if recorded.is_new and not recorded.charge.days:
            await self.services.trouble.foreign_payment(recorded.charge.stars, recorded.charge.charge_id)

    async def _tell_of_renewal(self, conversation: Conversation, recorded: Recorded) -> None:
        words = _words(conversation, await conversation.passive_viewer())
        await self._note(recorded, await conversation.try_reply(words.renewed(recorded), silent=True))

    async def _tell_of_payment(self, conversation: Conversation, recorded: Recorded) -> None:
        viewer = await conversation.viewer()
        behind = await self.reading.locks.behind_newest(viewer) if recorded.until else None
        text, buttons = _words(conversation, viewer).paid(recorded, reads_on=behind is not None)
        await self._note(recorded, await conversation.try_reply(text, buttons))
        if behind is not None:
            await self.pages.open_place(conversation.reloaded(), behind)

    async def _note(self, recorded: Recorded, outcome: Outcome) -> None:
        """Note that she was told. What was not sent is owed, and said again."""
        if not isinstance(outcome, NotSent):
            await self.services.charges.note_told(recorded.charge.charge_id)

    async def refunded(self, conversation: Conversation) -> None:
        """Store a refund, whoever made it: exactly what the charge gave is taken back. Tell its payer, once.

        Telegram says it of our own refunds, too.
        """
        message = conversation.update.message
        refund = message.refunded_payment if message else None
        if message is None or refund is None or refund.currency != "XTR":
            return
        charge_id = refund.telegram_payment_charge_id
        await self.services.charges.refund(charge_id, message.date, stars=refund.total_amount)
        await self.services.teller.tell(charge_id)

    async def changed(self, conversation: Conversation) -> None:
        """Store what became of a subscription in Telegram's own settings or by itself, and say so once."""
        body = conversation.update.api_kwargs.get("subscription")
        told = STATES.get(str(body.get("state"))) if isinstance(body, Mapping) else None
        payload = body.get("invoice_payload") if isinstance(body, Mapping) else None
        if told is None or not isinstance(payload, str):
            log.warning("a subscription changed in a way that nobody knows")
            return
        state, by = told
        change = await self.services.subscriptions.hear(conversation.user.id, payload, state, by)
        if change.is_new or (conversation.again and change.subscription is not None):
            words = _words(conversation, await conversation.passive_viewer())
            await conversation.try_reply(*words.changed(change), silent=state is State.FAILED)


def _words(conversation: Conversation, viewer: Viewer) -> PaymentWords:
    return PaymentWords(conversation, translator_for(viewer.reader.language), viewer.reader)


def _payment(conversation: Conversation) -> Payment | None:
    """Read the payment of a message; None where it is none in Stars."""
    message = conversation.update.message
    paid = message.successful_payment if message else None
    if message is None or paid is None or paid.currency != "XTR":
        return None
    recurs = bool(paid.is_recurring)
    return Payment(
        charge_id=paid.telegram_payment_charge_id,
        reader_id=conversation.user.id,
        payload=paid.invoice_payload,
        stars=paid.total_amount,
        paid_at=message.date,
        is_first=bool(paid.is_first_recurring) if recurs else None,
        expires_at=_moment(paid.subscription_expiration_date) if recurs else None,
        language=conversation.user.language_code,
    )


def _moment(told: Any) -> datetime | None:
    if isinstance(told, int):
        return datetime.fromtimestamp(told, UTC)
    return told if isinstance(told, datetime) else None
