"""Buttons of promotions: one tap gives what they say."""

from dataclasses import dataclass

from bot.domain.pages.page import Buttons
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.redemption import Outcome, Promise, Redemption
from bot.i18n import Translator
from bot.services.subscriptions.offers.offers import Offers
from bot.telegram.chat.capability import CallbackButton, Capability
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.offer_words import promotion_button
from bot.telegram.handlers.reading.reading import ReadingHandlers
from bot.telegram.handlers.subscriptions.redemption_words import given, refused, request_of, terms


@dataclass(frozen=True, slots=True)
class PromotionHandlers:
    offers: Offers
    pages: ReadingHandlers

    def capability(self) -> Capability:
        return Capability(
            buttons=(
                CallbackButton("offer:{offer}", self.begin),
                CallbackButton("offer:{offer}:{days}", self.begin_promised),
                CallbackButton("offer:{offer}:{days}:after", self.begin_after),
            )
        )

    async def begin(self, conversation: Conversation, offer: str) -> None:
        """Give a promotion by a button that does not hold its length, or ask who has access already."""
        await self._take(conversation, offer, Promise())

    async def begin_promised(self, conversation: Conversation, offer: str, days: str) -> bool:
        """Give a promotion by a button that holds its length in days; False for unknown data."""
        if days.isdecimal():
            await self._take(conversation, offer, Promise(int(days)))
        return days.isdecimal()

    async def begin_after(self, conversation: Conversation, offer: str, days: str) -> bool:
        """Give a promotion by a button that said that it comes after the present access."""
        if days.isdecimal():
            await self._take(conversation, offer, Promise(int(days), after=True))
        return days.isdecimal()

    async def _take(self, conversation: Conversation, offer: str, promise: Promise) -> None:
        """Give what the button promised; from a lock, open the page behind it. Where something else is
        offered by now, or she has access that the button did not speak of, show the terms and ask.
        """
        if await self.pages.read_onward(conversation):  # she has access by now: nothing is used up
            await conversation.answer_tap()
            return
        reader, translator = await conversation.reader(), await conversation.translator()
        answer = await self.offers.take(reader.id, offer, request_of(conversation), promise)
        if answer.outcome is not Outcome.GIVEN:
            await conversation.answer_tap()
            await conversation.reply(*_not_given(conversation, translator, reader, answer))
            return
        await conversation.answer_tap(
            None if answer.added else translator.plain("Now you can read everything.")
        )
        await self.pages.say_and_read_on(
            conversation, given(conversation, translator, reader, answer), had_access=answer.added
        )


def _not_given(
    conversation: Conversation, translator: Translator, reader: Reader, answer: Redemption
) -> tuple[str, Buttons]:
    if answer.outcome is not Outcome.OPEN or answer.offer is None:
        return refused(conversation, translator, reader, answer)
    button = promotion_button(translator, answer.offer, after=answer.added)
    return terms(conversation, translator, reader, answer), ((button,),)
