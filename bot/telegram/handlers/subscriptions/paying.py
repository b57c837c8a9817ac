"""Prices as buttons: each makes a link that pays."""

from dataclasses import dataclass

from bot.domain.content.prices import Price
from bot.domain.readers.grants import FOREVER
from bot.telegram.chat.capability import CallbackButton, Capability, Handler
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.subscriptions.payment_services import PaymentServices
from bot.telegram.handlers.subscriptions.payment_words import PaymentWords


@dataclass(frozen=True, slots=True)
class PayingHandlers:
    """`subscribe` says what is sold."""

    services: PaymentServices
    subscribe: Handler

    def capability(self) -> Capability:
        return Capability(buttons=(CallbackButton("pay:{price_id}", self.pay),))

    async def pay(self, conversation: Conversation, price_id: str) -> None:
        """Send a link that pays this price, and say what it buys.

        What is no longer sold, or of no use to her, is answered with what is.
        """
        await conversation.answer_tap()
        reader, price = await conversation.reader(), conversation.publication.price_by_id(price_id)
        if price is None or price.gift or reader.full_until == FOREVER:
            await self.subscribe(conversation)
            return
        words = PaymentWords(conversation, await conversation.translator(), reader)
        sale = await self.services.selling.sell(reader.id, price)
        if sale.subscription is not None:
            await conversation.reply(*words.has_one(sale.subscription))
        elif sale.payload is not None:
            link = await self._link(conversation, price, sale.payload)
            if link is None:
                await conversation.reply(words.no_link())
            else:
                await conversation.reply(*words.offered(price, sale, link))

    async def _link(self, conversation: Conversation, price: Price, payload: str) -> str | None:
        translator, publication = await conversation.translator(), conversation.publication
        described = translator.plain_n(
            "{name}: {count} day of every section and the whole archive.",
            "{name}: {count} days of every section and the whole archive.",
            price.days,
            name=publication.name_in(translator.language),
        )
        return await self.services.stars.link(
            price.label_in(translator.language),
            described,
            payload=payload,
            stars=price.stars,
            renews=price.renews,
        )
