"""Shows pages: new or in place, classic or rich, protected where paid."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.delivery import Outcome, Rejected, Sent
from bot.domain.page import Button, Rendering
from bot.domain.reader import Guest
from bot.i18n import speech
from bot.services.cover_uploads import CoverUploads
from bot.services.reading import Opened, Reading
from bot.services.rich_refusals import RichRefusals
from bot.telegram.answers import Answers
from bot.telegram.cover_sending import cover_file, forget_if_unknown, note_upload
from bot.telegram.envelope import UPLOADED_COVER, Envelope, protection
from bot.telegram.errors import says
from bot.telegram.transport import File

NOT_FOUND = "message to edit not found"

HandOver = Callable[[dict[str, Any], tuple[File, ...]], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message that stands in a chat, and whether Telegram protects it."""

    message_id: int
    protected: bool


class Showing:
    def __init__(
        self, reading: Reading, envelope: Envelope, covers: CoverUploads, rich: RichRefusals
    ) -> None:
        self._reading = reading
        self._envelope = envelope
        self._covers = covers
        self._rich = rich

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
        return opened.page.rendering is Rendering.RICH and self._rich.refuses(opened.page.text)

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
        file_id = await self._covers.file_id(cover.digest)
        if file_id is not None:
            outcome = await hand_over(self._envelope.payload(opened, file_id), ())
            if not await forget_if_unknown(self._covers, cover.digest, outcome):
                return outcome
        file = cover_file(cover.content, cover.media_type)
        outcome = await hand_over(self._envelope.payload(opened, UPLOADED_COVER), (file,))
        await note_upload(self._covers, cover.digest, outcome)
        return outcome

    def _falls_back(self, opened: Opened, outcome: Outcome) -> bool:
        """Tell whether a rich page was refused as such, and remember it: never after a timeout."""
        page = opened.page
        is_rich = page.rendering is Rendering.RICH
        return is_rich and self._rich.note(page.text, outcome, place=page.place.code())

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
        is_open = guest.private and self._rich.knows_rich and not guest.reader.rich_offered
        is_classic = guest.rendering is opened.page.rendering is Rendering.CLASSIC
        return is_open and opened.page.gains and is_classic

    async def _remember(self, guest: Guest, opened: Opened, outcome: Outcome, *, protected: bool) -> None:
        if not guest.private or not isinstance(outcome, Sent):
            return
        await self._reading.remember(opened, outcome.message_id, protected=protected)
        if self._offers(guest, opened):
            await self._reading.note_offer(guest.reader.id)
