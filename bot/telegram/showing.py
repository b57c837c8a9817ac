"""Shows pages: new or turned in place, classic or rich, protected where they hold paid text."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.domain.delivery import Outcome, Rejected, Sent
from bot.domain.page import Button, Rendering
from bot.domain.reader import Guest
from bot.i18n import speech
from bot.services.reading import Opened, Reading
from bot.telegram.answers import Answers
from bot.telegram.envelope import UPLOADED_COVER, Envelope, photo_id, protection
from bot.telegram.errors import WRONG_FILE, says
from bot.telegram.transport import File

log = structlog.get_logger(__name__)

NOT_FOUND = "message to edit not found"
REFUSED_KEPT = 1_000

HandOver = Callable[[dict[str, Any], tuple[File, ...]], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message that stands in a chat, and whether Telegram protects it."""

    message_id: int
    protected: bool


class Showing:
    def __init__(self, reading: Reading, envelope: Envelope) -> None:
        self._reading = reading
        self._envelope = envelope
        self._knows_rich = True
        self._refused: set[int] = set()  # hashes of pages' texts

    async def show(self, guest: Guest, to: Answers, opened: Opened) -> Outcome:
        """Send a page as a new message."""
        opened = await self._renderable(guest, opened)
        outcome = await self._send(to, self._offering(guest, opened))
        if self._falls_back(opened, outcome):
            opened = await self._classic(guest, opened)
            outcome = await self._send(to, opened)
        await self._remember(guest, opened, outcome, protected=opened.page.paid)
        return outcome

    async def turn(self, guest: Guest, to: Answers, standing: Standing, opened: Opened) -> Outcome:
        """Turn a message into a page, or send a new one where an edit cannot protect or is refused."""
        opened = await self._renderable(guest, opened)
        if opened.page.paid and not standing.protected:
            return await self.show(guest, to, opened)
        outcome = await self._edit(to, standing, self._offering(guest, opened))
        if self._falls_back(opened, outcome):
            opened = await self._classic(guest, opened)
            outcome = await self._edit(to, standing, opened)
        if isinstance(outcome, Rejected):
            return await self._replace(guest, to, standing, opened, outcome)
        await self._remember(guest, opened, outcome, protected=standing.protected)
        return outcome

    def refused(self, opened: Opened) -> bool:
        """Tell whether Telegram is known to refuse this rich page, so that a classic one stands for it."""
        page = opened.page
        if page.rendering is Rendering.CLASSIC:
            return False
        return not self._knows_rich or hash(page.text) in self._refused

    async def _replace(
        self, guest: Guest, to: Answers, standing: Standing, opened: Opened, refusal: Outcome
    ) -> Outcome:
        """Send the page anew, and take the old message away if it still stands."""
        outcome = await self.show(guest, to, opened)
        if isinstance(outcome, Sent) and not says(refusal, NOT_FOUND):
            await to.delete(standing.message_id)
        return outcome

    async def _send(self, to: Answers, opened: Opened) -> Outcome:
        protect = protection(opened)
        return await self._with_cover(opened, lambda body, files: to.send(body | protect, *files))

    async def _edit(self, to: Answers, standing: Standing, opened: Opened) -> Outcome:
        return await self._with_cover(opened, lambda body, files: to.edit(standing.message_id, body, *files))

    async def _with_cover(self, opened: Opened, hand_over: HandOver) -> Outcome:
        """Hand a page over; a rich one with its cover, uploaded once and then known by its file id."""
        if opened.page.rendering is Rendering.CLASSIC or not opened.page.cover or opened.cover is None:
            return await hand_over(self._envelope.payload(opened, None), ())
        cover = opened.cover
        file_id = await self._reading.uploaded(cover.digest)
        if file_id is not None:
            outcome = await hand_over(self._envelope.payload(opened, file_id), ())
            if not says(outcome, *WRONG_FILE):
                return outcome
            await self._reading.remember_upload(cover.digest, None)
        file = File("cover", cover.content, cover.media_type)
        outcome = await hand_over(self._envelope.payload(opened, UPLOADED_COVER), (file,))
        if isinstance(outcome, Sent) and (uploaded := photo_id(outcome.answer)):
            await self._reading.remember_upload(cover.digest, uploaded)
        return outcome

    def _falls_back(self, opened: Opened, outcome: Outcome) -> bool:
        """Tell whether a rich page was refused as such, and remember it: never after a timeout."""
        if opened.page.rendering is Rendering.CLASSIC or not isinstance(outcome, Rejected):
            return False
        if outcome.code == 404:
            self._knows_rich = False
            log.warning("this server knows no rich messages: classic until the next start")
            return True
        if not outcome.refuses_rendering:
            return False
        log.warning("rich page refused", place=opened.page.place.code(), reason=outcome.reason)
        if len(self._refused) >= REFUSED_KEPT:
            self._refused.clear()
        self._refused.add(hash(opened.page.text))
        return True

    async def _renderable(self, guest: Guest, opened: Opened) -> Opened:
        return await self._classic(guest, opened) if self.refused(opened) else opened

    async def _classic(self, guest: Guest, opened: Opened) -> Opened:
        return await self._reading.open(guest, opened.page.place, rendering=Rendering.CLASSIC) or opened

    def _offering(self, guest: Guest, opened: Opened) -> Opened:
        """Return the page with a button to rich pages, where it is this reader's first that gains by them."""
        if not self._offers(guest, opened):
            return opened
        voice = speech(guest.reader.language)
        row = (Button(voice.plain("See tables and pictures better"), action="rich"),)
        return replace(opened, page=replace(opened.page, buttons=(*opened.page.buttons, row)))

    def _offers(self, guest: Guest, opened: Opened) -> bool:
        is_open = guest.private and self._knows_rich and not guest.reader.rich_offered
        is_classic = guest.rendering is opened.page.rendering is Rendering.CLASSIC
        return is_open and opened.page.gains and is_classic

    async def _remember(self, guest: Guest, opened: Opened, outcome: Outcome, *, protected: bool) -> None:
        if not guest.private or not isinstance(outcome, Sent):
            return
        await self._reading.remember(opened, outcome.message_id, protected=protected)
        if self._offers(guest, opened):
            await self._reading.note_offer(guest.reader.id)
