"""Readers' feedback, shown to admins; the newsroom's answers, sent to readers."""

from typing import Any

from bot.domain.delivery import Gone, NotSent, Outcome, Sent, Unknown
from bot.domain.feedback import Answer, State, Step
from bot.domain.page import Buttons
from bot.domain.reader import Reader
from bot.domain.schedule import zone_of
from bot.i18n import speech
from bot.services.archive import Archive
from bot.services.feedback_desk import FeedbackDesk, Showing
from bot.telegram import feedback_words
from bot.telegram.asking import Asking, handled
from bot.telegram.errors import is_final
from bot.telegram.folder_news import PATIENCE_SECONDS
from bot.telegram.keyboard import html_message
from bot.telegram.lanes import Lanes
from bot.telegram.transport import Transport


class Newsroom:
    """Call `tell` every second or so in the process that leads."""

    def __init__(
        self, desk: FeedbackDesk, archive: Archive, transport: Transport, lanes: Lanes, *, username: str
    ) -> None:
        self._desk = desk
        self._archive = archive
        self._transport = transport
        self._lanes = lanes
        self._username = username

    async def tell(self) -> None:
        """Bring what is due; nothing as long as Telegram wants nothing to be sent."""
        if self._lanes.halted() or await self._desk.is_idle():
            return
        for answer, reader in await self._desk.answers():
            if self._has_turn(reader.id) and await self._desk.take(answer):
                await self._settle(answer, await self._bring(answer, reader))
        for showing in await self._desk.due():
            if self._has_turn(showing.admin.id) and await self._desk.claim(showing):
                await self._shown(showing, await self._show(showing))

    def _has_turn(self, chat_id: int) -> bool:
        return self._lanes.wait(chat_id) <= PATIENCE_SECONDS

    async def _bring(self, answer: Answer, reader: Reader) -> Outcome:
        name = self._archive.publication.name_in(reader.language)
        text = feedback_words.to_reader(speech(reader.language), name, answer.text)
        with handled(Asking(once=True)):
            return await self._transport.send(reader.id, self._payload(text))

    async def _settle(self, answer: Answer, outcome: Outcome) -> None:
        match outcome:
            case Sent(message_id):
                await self._desk.record(answer, State.SENT, message_id)
            case NotSent():
                await self._desk.record(answer, State.PENDING)
            case Gone():
                await self._desk.record(answer, State.GONE)
            case Unknown():
                await self._desk.record(answer, State.UNKNOWN)
            case _:
                await self._desk.record(answer, State.REFUSED)

    async def _show(self, showing: Showing) -> Outcome:
        admin = showing.admin
        zone = zone_of(admin.zone, self._archive.publication)
        payload = self._payload(
            *feedback_words.thread(
                speech(admin.language),
                zone,
                showing.thread,
                showing.items,
                showing.answers,
                older=showing.older,
            )
        )
        with handled(Asking(once=True)):
            if showing.step is Step.EDIT and showing.post.message_id is not None:
                return await self._transport.edit(admin.id, showing.post.message_id, payload)
            return await self._transport.send(admin.id, payload)

    async def _shown(self, showing: Showing, outcome: Outcome) -> None:
        if isinstance(outcome, NotSent):
            await self._desk.undo(showing)
        elif isinstance(outcome, Sent) and showing.step is Step.SEND:
            await self._desk.arrived(showing, outcome.message_id)
            await self._close_old(showing)
        elif not isinstance(outcome, Sent | Unknown) and not is_final(outcome):
            await self._desk.undo(showing)

    async def _close_old(self, showing: Showing) -> None:
        """Let the message where the thread stood say that it goes on below."""
        admin, before = showing.admin, showing.before
        if before is not None and before.message_id is not None:
            text = feedback_words.continued(speech(admin.language), showing.thread)
            await self._transport.edit(admin.id, before.message_id, self._payload(text))

    def _payload(self, text: str, buttons: Buttons = ()) -> dict[str, Any]:
        return html_message(text, buttons, self._username)
