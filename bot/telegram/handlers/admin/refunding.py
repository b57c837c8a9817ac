"""/refund: an admin gives a reader's Stars back."""

import re
from dataclasses import dataclass

from bot.domain.delivery.outcome import Gone, NotSent, Outcome, Rejected, Sent
from bot.domain.subscriptions.charges import Charge
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State
from bot.i18n import N_
from bot.services.subscriptions.charges import Refunded
from bot.telegram.api.errors import says
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.admin.granting import numbers_of, whom
from bot.telegram.handlers.admin.refund_words import RefundWords
from bot.telegram.handlers.subscriptions.payment_services import PaymentServices

ALREADY_REFUNDED = "charge_already_refunded"
ACTS = ("yes", "both", "no")
"""To refund; to cancel the subscription, too; to do nothing."""

NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class RefundingHandlers:
    services: PaymentServices

    def capability(self) -> Capability:
        about = N_("give a reader’s Stars back")
        return Capability(
            commands=(Command("refund", self.refund, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(
                CallbackButton("refund:ask:{grant}", self.ask, who=Who.ADMINS),
                CallbackButton("refund:pick:{reader}:{mark}", self.pick, who=Who.ADMINS),
                CallbackButton("refund:{act}:{reader}:{mark}:{nonce}", self.press, who=Who.ADMINS),
            ),
        )

    async def refund(self, conversation: Conversation) -> None:
        """/refund ID, or /refund in answer to a message: list what a reader has paid, with buttons."""
        words = await _words(conversation)
        numbers = numbers_of(conversation.words)
        wanted = None if numbers is None else whom(conversation, words.translator, numbers)
        if isinstance(wanted, str):
            await conversation.reply(wanted)
        elif wanted is None:
            await conversation.reply(words.how())
        else:
            await conversation.reply(*words.listed(wanted, await self.services.charges.of(wanted)))

    async def ask(self, conversation: Conversation, grant: str) -> bool:
        """Ask whether the charge that bought a grant is to be refunded; False for unknown data."""
        if not NUMBER.fullmatch(grant):
            return False
        return await self._ask(conversation, await self.services.refunds.paid_for(int(grant)))

    async def pick(self, conversation: Conversation, reader: str, mark: str) -> bool:
        """Ask whether a reader's charge is to be refunded; False for unknown data."""
        if not NUMBER.fullmatch(reader):
            return False
        return await self._ask(conversation, await self.services.refunds.marked(int(reader), mark))

    async def press(self, conversation: Conversation, act: str, reader: str, mark: str, nonce: str) -> bool:
        """Refund, once the question was answered with yes; each question is answered once.

        False for unknown data.
        """
        if act not in ACTS or not NUMBER.fullmatch(reader) or not NUMBER.fullmatch(nonce):
            return False
        words, charge = await _words(conversation), await self.services.refunds.marked(int(reader), mark)
        if charge is None:
            return False
        if not await self.services.refunds.use(conversation.user.id, int(nonce)):
            await conversation.answer_tap(words.outdated(), alert=True)
        elif act == "no":
            await conversation.answer_tap()
            await conversation.edit(words.nothing())
        else:
            await conversation.answer_tap()
            cancelled = await self._cancel(words, charge) if act == "both" else ""
            refunded = await self._refund(conversation, words, charge)
            await conversation.edit("\n".join(filter(None, [cancelled, refunded])))
        return True

    async def _ask(self, conversation: Conversation, charge: Charge | None) -> bool:
        if charge is None or charge.reader_id is None:
            return False
        words = await _words(conversation)
        await conversation.answer_tap()
        if charge.refunded_at is not None:
            await conversation.edit(words.refunded_before(charge))
            return True
        renewing = await self.services.refunds.renewing(charge)
        nonce = await self.services.refunds.ask(conversation.user.id)
        await conversation.edit(*words.asks(charge, renewing, nonce))
        return True

    async def _cancel(self, words: RefundWords, charge: Charge) -> str:
        """Cancel the subscription whose newest charge this is; return what became of it."""
        running = await self.services.refunds.renewing(charge)
        if running is None:
            return ""
        outcome = await self._set_cancelled(running)
        if not isinstance(outcome, Sent):
            return words.not_cancelled(getattr(outcome, "reason", ""))
        await self.services.subscriptions.hear(
            running.reader_id, running.payload, State.CANCELLED, CancelledBy.BOT
        )
        return words.cancelled()

    async def _set_cancelled(self, running: StarSubscription) -> Outcome:
        if running.first_charge_id is None:
            return Rejected("The payment that began this subscription isn’t known.")
        return await self.services.stars.set_cancelled(
            running.reader_id, running.first_charge_id, cancelled=True
        )

    async def _refund(self, conversation: Conversation, words: RefundWords, charge: Charge) -> str:
        reader_id, admin_id = charge.reader_id or 0, conversation.user.id
        outcome = await self.services.ledger.refund(reader_id, charge.charge_id)
        if isinstance(outcome, Sent):
            return words.done(await self._store(charge, admin_id))
        if says(outcome, ALREADY_REFUNDED):
            return words.done_before(await self._store(charge, None))
        if isinstance(outcome, Rejected | Gone):
            return words.refused(outcome.reason)
        if isinstance(outcome, NotSent):
            return words.not_sent()
        await self.services.refunds.note_unknown(charge, admin_id)
        return words.unknown(charge)

    async def _store(self, charge: Charge, by: int | None) -> Refunded:
        refunded = await self.services.charges.refund(charge.charge_id, by=by)
        await self.services.teller.tell(charge.charge_id)
        return refunded


async def _words(conversation: Conversation) -> RefundWords:
    return RefundWords(conversation, await conversation.translator(), await conversation.reader())
