"""Tells payers of refunds, and of payments that came late."""

from collections.abc import Callable

from bot.domain.content.publication import Publication
from bot.domain.delivery.outcome import NotSent
from bot.i18n import translator_for
from bot.services.subscriptions.payer_news import PayerNewsOutbox
from bot.telegram.admin.stars.payer_words import payer_words
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.transport import Transport
from bot.telegram.api.update_context import UpdateContext, handled


class PayerTeller:
    def __init__(
        self, outbox: PayerNewsOutbox, transport: Transport, publication: Callable[[], Publication]
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._publication = publication

    async def tell(self, charge_id: str) -> None:
        """Tell the payer of a charge, once. What was certainly not sent is told with the next `tell_owed`."""
        news = await self._outbox.claim(charge_id)
        if news is None:
            return
        words = payer_words(translator_for(news.reader.language), news, self._publication())
        with handled(UpdateContext(once=True)):  # it is no answer to the update that is handled now
            outcome = await self._transport.send(news.reader.id, html_message(*words))
        if isinstance(outcome, NotSent):
            await self._outbox.undo(news)

    async def tell_owed(self) -> None:
        """Tell all payers what they should have been told by now."""
        for charge_id in await self._outbox.owed():
            await self.tell(charge_id)
