"""Sends admins news of the content folder, and edits it."""

from bot.clock import Clock
from bot.domain.delivery.outcome import NotSent, Outcome, Rejected, Sent
from bot.domain.publishing.news import Step
from bot.services.content.archive import Archive
from bot.services.publishing.folder_news import NewsOutbox, PendingNews
from bot.telegram.admin.news_words import words
from bot.telegram.api.errors import MISSING_MESSAGE, is_final, says
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.api.update_context import UpdateContext, handled

SECONDS = 2.0
"""Between two calls of `tell`."""

PATIENCE_SECONDS = 1.5
"""A chat that must wait longer is left for the next call."""


class NewsTeller:
    """Call `tell` every `SECONDS` in the process that leads."""

    def __init__(
        self,
        outbox: NewsOutbox,
        archive: Archive,
        transport: Transport,
        rate_limiter: RateLimiter,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._archive = archive
        self._transport = transport
        self._rate_limiter = rate_limiter
        self._clock = clock

    async def tell(self) -> None:
        """Send what is due; nothing while a cooldown of the whole bot lasts."""
        if self._rate_limiter.cooldown_left():
            return
        for pending in await self._outbox.due():
            if self._rate_limiter.wait(pending.reader.id) <= PATIENCE_SECONDS and await self._outbox.claim(
                pending
            ):
                await self._record(pending, await self._hand_over(pending))

    async def _hand_over(self, pending: PendingNews) -> Outcome:
        """Send or edit a message, once.

        If the answer is lost it may have arrived, and two of the same are worse.
        """
        publication, now = self._archive.publication, self._clock.now()
        payload = html_message(words(pending.news, pending.reader, publication, now, pending.before))
        chat, before = pending.reader.id, pending.before
        with handled(UpdateContext(once=True)):
            if pending.step is Step.EDIT and before is not None and before.message_id is not None:
                outcome = await self._transport.edit(chat, before.message_id, payload)
                if not says(outcome, *MISSING_MESSAGE):
                    return outcome
            return await self._transport.send(chat, payload)

    async def _record(self, pending: PendingNews, outcome: Outcome) -> None:
        if isinstance(outcome, Sent):
            await self._outbox.arrived(pending, outcome.message_id)
        elif isinstance(outcome, NotSent | Rejected) and not is_final(outcome):
            await self._outbox.undo(pending)
