"""Cancelling a subscription in Stars, and renewing it again."""

from dataclasses import dataclass

from bot.domain.delivery.outcome import Gone, Outcome, Rejected, Sent
from bot.domain.pages.page import Buttons
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State
from bot.telegram.chat.capability import CallbackButton, Capability
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.subscriptions.payment_services import PaymentServices
from bot.telegram.handlers.subscriptions.payment_words import PaymentWords


@dataclass(frozen=True, slots=True)
class StarCancellingHandlers:
    services: PaymentServices

    def capability(self) -> Capability:
        return Capability(
            buttons=(
                CallbackButton("stars:cancel", self.ask),
                CallbackButton("stars:cancel:{answer}", self.answer),
                CallbackButton("stars:cancel:yes:{subscription}", self.cancel),
                CallbackButton("stars:renew", self.renew),
            )
        )

    async def ask(self, conversation: Conversation) -> None:
        """Ask whether she wants to cancel; without anything that renews, say what there is."""
        await conversation.answer_tap()
        words, running = await _words(conversation), await self._running(conversation)
        if running is not None and running.state is State.ACTIVE:
            await conversation.reply(*words.asks_to_cancel(running))
        else:
            await conversation.reply(*_as_it_is(words, running))

    async def answer(self, conversation: Conversation, answer: str) -> bool:
        """Leave her subscription as it is, if she says no. An old question, whose yes names no subscription,
        is asked anew. False for unknown data.
        """
        if answer == "yes":
            await self.ask(conversation)
        elif answer == "no":
            await conversation.answer_tap()
            words, running = await _words(conversation), await self._running(conversation)
            await conversation.edit(*_as_it_is(words, running))
        return answer in {"yes", "no"}

    async def cancel(self, conversation: Conversation, subscription: str) -> None:
        """Cancel the subscription of which she was asked: it ends with what is paid. If another runs by now,
        ask of that.
        """
        words, running = await _words(conversation), await self._running(conversation)
        if running is not None and running.mark != subscription:
            await self.ask(conversation)
            return
        await conversation.answer_tap()
        if running is None or running.state is not State.ACTIVE:
            await conversation.edit(*_as_it_is(words, running))
            return
        outcome = await self._set(running, cancelled=True)
        if isinstance(outcome, Sent):
            change = await self.services.subscriptions.hear(
                running.reader_id, running.payload, State.CANCELLED, CancelledBy.BOT
            )
            await conversation.edit(*words.cancelled(change))
        else:
            await conversation.edit(*await self._failed(words, running, outcome))

    async def renew(self, conversation: Conversation) -> None:
        """Lift the bot's cancel, and say what she must still do: only Telegram can renew it."""
        await conversation.answer_tap()
        words, running = await _words(conversation), await self._running(conversation)
        if running is None or running.state is not State.CANCELLED:
            await conversation.reply(*_as_it_is(words, running))
            return
        if running.cancelled_by is CancelledBy.BOT:
            outcome = await self._set(running, cancelled=False)
            if not isinstance(outcome, Sent):
                await conversation.reply(*await self._failed(words, running, outcome))
                return
            await self.services.subscriptions.allow(running.reader_id, running.payload)
        await conversation.reply(words.may_renew())

    async def _running(self, conversation: Conversation) -> StarSubscription | None:
        return await self.services.subscriptions.running((await conversation.reader()).id)

    async def _set(self, running: StarSubscription, *, cancelled: bool) -> Outcome:
        if running.first_charge_id is None:
            return Rejected("The payment that began this subscription isn’t known yet.")
        return await self.services.stars.set_cancelled(
            running.reader_id, running.first_charge_id, cancelled=cancelled
        )

    async def _failed(
        self, words: PaymentWords, running: StarSubscription, outcome: Outcome
    ) -> tuple[str, Buttons]:
        """Say that nothing was changed; the admins hear of what Telegram refused."""
        if not isinstance(outcome, Rejected | Gone):
            return words.unsure(), ()
        await self.services.trouble.refused(running.reader_id, outcome.reason)
        return words.refused(), ()


async def _words(conversation: Conversation) -> PaymentWords:
    return PaymentWords(conversation, await conversation.translator(), await conversation.reader())


def _as_it_is(words: PaymentWords, running: StarSubscription | None) -> tuple[str, Buttons]:
    if running is None:
        return words.nothing_runs()
    return words.renews(running) if running.state is State.ACTIVE else words.is_cancelled(running)
