"""Sends readers' feedback to admins, and the newsroom's answers to readers."""

from typing import Any

from bot.domain.delivery.outcome import Gone, NotSent, Outcome, Sent, Unknown
from bot.domain.delivery.schedule import zone_of
from bot.domain.pages.page import Buttons
from bot.domain.readers.feedback import Answer, State, Step
from bot.domain.readers.reader import Reader
from bot.i18n import translator_for
from bot.services.content.archive import Archive
from bot.services.readers.feedback_outbox import FeedbackOutbox, ThreadView
from bot.telegram.admin import feedback_words
from bot.telegram.admin.folder_news import PATIENCE_SECONDS
from bot.telegram.api.errors import is_final
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.api.update_context import UpdateContext, handled


class Newsroom:
    """Call `tell` every second or so in the process that leads."""

    def __init__(
        self,
        outbox: FeedbackOutbox,
        archive: Archive,
        transport: Transport,
        rate_limiter: RateLimiter,
        *,
        username: str,
    ) -> None:
        self._outbox = outbox
        self._archive = archive
        self._transport = transport
        self._rate_limiter = rate_limiter
        self._username = username

    async def tell(self) -> None:
        """Send what is due; nothing while a cooldown of the whole bot lasts."""
        if self._rate_limiter.cooldown_left() or await self._outbox.is_idle():
            return
        for answer, reader in await self._outbox.answers():
            if self._has_turn(reader.id) and await self._outbox.take(answer):
                await self._record(answer, await self._bring(answer, reader))
        for view in await self._outbox.due():
            if self._has_turn(view.admin.id) and await self._outbox.claim(view):
                await self._shown(view, await self._show(view))

    def _has_turn(self, chat_id: int) -> bool:
        return self._rate_limiter.wait(chat_id) <= PATIENCE_SECONDS

    async def _bring(self, answer: Answer, reader: Reader) -> Outcome:
        name = self._archive.publication.name_in(reader.language)
        text = feedback_words.to_reader(translator_for(reader.language), name, answer.text)
        with handled(UpdateContext(once=True)):
            return await self._transport.send(reader.id, self._payload(text))

    async def _record(self, answer: Answer, outcome: Outcome) -> None:
        match outcome:
            case Sent(message_id):
                await self._outbox.record(answer, State.SENT, message_id)
            case NotSent():
                await self._outbox.record(answer, State.PENDING)
            case Gone():
                await self._outbox.record(answer, State.GONE)
            case Unknown():
                await self._outbox.record(answer, State.UNKNOWN)
            case _:
                await self._outbox.record(answer, State.REFUSED)

    async def _show(self, view: ThreadView) -> Outcome:
        admin = view.admin
        zone = zone_of(admin.zone, self._archive.publication)
        payload = self._payload(
            *feedback_words.thread(
                translator_for(admin.language),
                zone,
                view.thread,
                view.items,
                view.answers,
                older=view.older,
            )
        )
        with handled(UpdateContext(once=True)):
            if view.step is Step.EDIT and view.post.message_id is not None:
                return await self._transport.edit(admin.id, view.post.message_id, payload)
            return await self._transport.send(admin.id, payload)

    async def _shown(self, view: ThreadView, outcome: Outcome) -> None:
        if isinstance(outcome, NotSent):
            await self._outbox.undo(view)
        elif isinstance(outcome, Sent) and view.step is Step.SEND:
            await self._outbox.arrived(view, outcome.message_id)
            await self._close_old(view)
        elif not isinstance(outcome, Sent | Unknown) and not is_final(outcome):
            await self._outbox.undo(view)

    async def _close_old(self, view: ThreadView) -> None:
        """Edit the message that showed the thread before: it goes on below."""
        admin, before = view.admin, view.before
        if before is not None and before.message_id is not None:
            text = feedback_words.continued(translator_for(admin.language), view.thread)
            await self._transport.edit(admin.id, before.message_id, self._payload(text))

    def _payload(self, text: str, buttons: Buttons = ()) -> dict[str, Any]:
        return html_message(text, buttons, self._username)
