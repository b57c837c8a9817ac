"""Shows pages: new or in place, classic or rich, protected where paid."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.delivery.outcome import Outcome, Rejected, Sent
from bot.domain.pages.page import Button
from bot.domain.readers.reader import Rendering, Viewer
from bot.i18n import translator_for
from bot.services.reading.cover_uploads import CoverUploads
from bot.services.reading.reading import Opened, Reading
from bot.services.reading.rich_refusals import RichRefusals
from bot.telegram.api.cover_sending import cover_file, forget_if_unknown, note_upload
from bot.telegram.api.errors import says
from bot.telegram.api.files import File
from bot.telegram.api.page_request import UPLOADED_COVER, PageRequests, protection
from bot.telegram.chat.replies import Replies

NOT_FOUND = "message to edit not found"

HandOver = Callable[[dict[str, Any], tuple[File, ...]], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class TappedMessage:
    """A message of the bot in a chat; `protected`: Telegram lets nobody forward or copy it."""

    message_id: int
    protected: bool


class PageSender:
    """Sends pages and turns them, for the viewer who asked.

    A rich page that Telegram refuses as such is sent as a classic one, and the refusal is remembered.
    """

    def __init__(
        self, reading: Reading, page_requests: PageRequests, covers: CoverUploads, rich: RichRefusals
    ) -> None:
        self._reading = reading
        self._page_requests = page_requests
        self._covers = covers
        self._rich = rich

    async def show(self, viewer: Viewer, to: Replies, opened: Opened) -> Outcome:
        """Send a page as a new message."""
        opened = await self._renderable(viewer, opened)
        outcome = await self._send(to, self._offering(viewer, opened))
        if self._falls_back(opened, outcome):
            opened = await self._classic(viewer, opened)
            outcome = await self._send(to, opened)
        await self._remember(viewer, opened, outcome, protected=opened.page.paid)
        return outcome

    async def turn(self, viewer: Viewer, to: Replies, tapped: TappedMessage, opened: Opened) -> Outcome:
        """Edit a message into a page.

        The page is sent anew where its message cannot be protected any more, or the edit is refused.
        """
        opened = await self._renderable(viewer, opened)
        if opened.page.paid and not tapped.protected:
            return await self.show(viewer, to, opened)
        outcome = await self._edit(to, tapped, self._offering(viewer, opened))
        if self._falls_back(opened, outcome):
            opened = await self._classic(viewer, opened)
            outcome = await self._edit(to, tapped, opened)
        if isinstance(outcome, Rejected):
            return await self._replace(viewer, to, tapped, opened, outcome)
        await self._remember(viewer, opened, outcome, protected=tapped.protected)
        return outcome

    def refused(self, opened: Opened) -> bool:
        """Tell whether Telegram is known to refuse this rich page, so that a classic one stands for it."""
        return opened.page.rendering is Rendering.RICH and self._rich.refuses(opened.page.text)

    async def _replace(
        self, viewer: Viewer, to: Replies, tapped: TappedMessage, opened: Opened, refusal: Outcome
    ) -> Outcome:
        """Send the page anew, and take the old message away if it still stands."""
        outcome = await self.show(viewer, to, opened)
        if isinstance(outcome, Sent) and not says(refusal, NOT_FOUND):
            await to.delete(tapped.message_id)
        return outcome

    async def _send(self, to: Replies, opened: Opened) -> Outcome:
        protect = protection(opened)
        return await self._with_cover(opened, lambda body, files: to.send(body | protect, *files))

    async def _edit(self, to: Replies, tapped: TappedMessage, opened: Opened) -> Outcome:
        return await self._with_cover(opened, lambda body, files: to.edit(tapped.message_id, body, *files))

    async def _with_cover(self, opened: Opened, hand_over: HandOver) -> Outcome:
        """Send or edit a page by `hand_over`. A cover is uploaded once, and then named by its file id."""
        if opened.page.rendering is Rendering.CLASSIC or not opened.page.cover or opened.cover is None:
            return await hand_over(self._page_requests.payload(opened, None), ())
        cover = opened.cover
        file_id = await self._covers.file_id(cover.digest)
        if file_id is not None:
            outcome = await hand_over(self._page_requests.payload(opened, file_id), ())
            if not await forget_if_unknown(self._covers, cover.digest, outcome):
                return outcome
        file = cover_file(cover.content, cover.media_type)
        outcome = await hand_over(self._page_requests.payload(opened, UPLOADED_COVER), (file,))
        await note_upload(self._covers, cover.digest, outcome)
        return outcome

    def _falls_back(self, opened: Opened, outcome: Outcome) -> bool:
        """Tell whether Telegram refused a rich page as such, and remember that."""
        page = opened.page
        is_rich = page.rendering is Rendering.RICH
        return is_rich and self._rich.note(page.text, outcome, place=page.place.code())

    async def _renderable(self, viewer: Viewer, opened: Opened) -> Opened:
        return await self._classic(viewer, opened) if self.refused(opened) else opened

    async def _classic(self, viewer: Viewer, opened: Opened) -> Opened:
        return await self._reading.open(viewer, opened.page.place, rendering=Rendering.CLASSIC) or opened

    def _offering(self, viewer: Viewer, opened: Opened) -> Opened:
        """Return the page, with a button that offers rich pages where it is the reader's first that gains by
        them.
        """
        if not self._offers(viewer, opened):
            return opened
        translator = translator_for(viewer.reader.language)
        row = (Button(translator.plain("See tables and pictures better"), action="rich"),)
        return replace(opened, page=replace(opened.page, buttons=(*opened.page.buttons, row)))

    def _offers(self, viewer: Viewer, opened: Opened) -> bool:
        is_open = viewer.private and self._rich.knows_rich and not viewer.reader.rich_offered
        is_classic = viewer.rendering is opened.page.rendering is Rendering.CLASSIC
        return is_open and opened.page.gains and is_classic

    async def _remember(self, viewer: Viewer, opened: Opened, outcome: Outcome, *, protected: bool) -> None:
        if not viewer.private or not isinstance(outcome, Sent):
            return
        await self._reading.remember(opened, outcome.message_id, protected=protected)
        if self._offers(viewer, opened):
            await self._reading.note_offer(viewer.reader.id)
