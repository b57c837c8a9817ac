"""News of the content folder, sent to admins and edited."""

from bot.clock import Clock
from bot.domain.delivery.outcome import NotSent, Outcome, Rejected, Sent
from bot.domain.publishing.news import Step
from bot.services.content.archive import Archive
from bot.services.publishing.folder_news import FolderNewsDesk, Telling
from bot.telegram.admin.news_words import words
from bot.telegram.api.errors import MISSING_MESSAGE, is_final, says
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.updates.update_context import UpdateContext, handled

SECONDS = 2.0
"""Between two looks at what is to be told."""

PATIENCE_SECONDS = 1.5
"""A chat whose turn is further away is passed over until the next look."""


class NewsTeller:
    """Call `tell` every `SECONDS` in the process that leads."""

    def __init__(
        self,
        desk: FolderNewsDesk,
        archive: Archive,
        transport: Transport,
        rate_limiter: RateLimiter,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._archive = archive
        self._transport = transport
        self._rate_limiter = rate_limiter
        self._clock = clock

    async def tell(self) -> None:
        """Tell what is due; nothing as long as Telegram wants nothing to be sent."""
        if self._rate_limiter.cooldown_left():
            return
        for telling in await self._desk.due():
            if self._rate_limiter.wait(telling.reader.id) <= PATIENCE_SECONDS and await self._desk.claim(
                telling
            ):
                await self._settle(telling, await self._hand_over(telling))

    async def _hand_over(self, telling: Telling) -> Outcome:
        """Say it once: one whose answer is lost may stand in the chat, and two of the same are worse."""
        publication, now = self._archive.publication, self._clock.now()
        payload = html_message(words(telling.news, telling.reader, publication, now, telling.before))
        chat, before = telling.reader.id, telling.before
        with handled(UpdateContext(once=True)):
            if telling.step is Step.EDIT and before is not None and before.message_id is not None:
                outcome = await self._transport.edit(chat, before.message_id, payload)
                if not says(outcome, *MISSING_MESSAGE):
                    return outcome
            return await self._transport.send(chat, payload)

    async def _settle(self, telling: Telling, outcome: Outcome) -> None:
        if isinstance(outcome, Sent):
            await self._desk.arrived(telling, outcome.message_id)
        elif isinstance(outcome, NotSent | Rejected) and not is_final(outcome):
            await self._desk.undo(telling)
