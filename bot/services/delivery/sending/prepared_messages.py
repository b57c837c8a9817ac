"""Prepared messages: a campaign's pages, serialised once for all readers."""

from collections.abc import Collection

import structlog

from bot.db.delivery import campaigns
from bot.db.delivery.campaigns import FrozenCover
from bot.db.engine.errors import DatabaseError
from bot.db.engine.session import Database
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import FrozenPage
from bot.domain.delivery.outcome import NotSent, Rejected
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way
from bot.services.delivery.sending.campaign_ports import CampaignTransport, PreparedMessage
from bot.services.delivery.sending.claiming import Claim
from bot.services.reading.rich_refusals import RichRefusals

log = structlog.get_logger(__name__)

NO_PAGE_SECONDS = 60.0
"""A row without a page is tried again after so long."""

Key = tuple[int, str, Access, Rendering, Way]


class PreparedMessages:
    """Holds a `PreparedMessage` for each language, access, rendering and way on of open campaigns.

    A campaign is prepared before its first claim, and again after `prepare_anew`.
    """

    def __init__(self, database: Database, campaign_transport: CampaignTransport, rich: RichRefusals) -> None:
        self._database = database
        self._campaign_transport = campaign_transport
        self._rich = rich
        self._campaigns: set[int] = set()
        self._messages: dict[Key, PreparedMessage] = {}
        self._is_uploading = False

    def has(self, campaign_id: int) -> bool:
        """Tell whether a campaign's messages are prepared."""
        return campaign_id in self._campaigns

    @property
    def is_uploading(self) -> bool:
        """Tell whether a message with a cover is under way. The others wait for its file id, so nothing
        should be claimed until then.
        """
        return self._is_uploading

    def needs_upload(self, claim: Claim) -> bool:
        """Tell whether this reader's message would upload its cover."""
        prepared = self._chosen(claim)
        return prepared is not None and prepared.cover is not None

    def choose(self, claim: Claim) -> PreparedMessage | NotSent:
        """Return the message for this claim, classic where Telegram has refused the rich one; NotSent says
        why there is none now.

        The first message with a cover uploads it; the others wait until it is sent, and then name its file
        id. Call `attempted` after each message that this has returned.
        """
        prepared = self._chosen(claim)
        if claim.campaign.id not in self._campaigns:
            return NotSent("prepared anew meanwhile", limited=True)
        if prepared is None:
            self._campaigns.discard(claim.campaign.id)  # a page may have been corrected: read them again
            return NotSent("no such page", wait=NO_PAGE_SECONDS, limited=True)
        if prepared.cover is not None:
            if self._is_uploading:
                return NotSent("its cover is being uploaded", limited=True)
            self._is_uploading = True
        return prepared

    def _chosen(self, claim: Claim) -> PreparedMessage | None:
        prepared = self._of(claim, claim.rendering)
        if prepared is None or not (html := rich_html(prepared.page)) or not self._rich.refuses(html):
            return prepared
        return self._of(claim, Rendering.CLASSIC)

    def _of(self, claim: Claim, rendering: Rendering) -> PreparedMessage | None:
        """Return the message with the button of her way on. A promotion that the page was frozen without is
        left out.
        """
        kind = (claim.campaign.id, claim.language, claim.access, rendering)
        prepared = self._messages.get((*kind, claim.way))
        offered = prepared.page.promotion if prepared is not None else None
        if claim.way is not Way.PROMOTION or offered == claim.promotion:
            return prepared
        return self._messages.get((*kind, claim.other_way))

    def attempted(self, prepared: PreparedMessage) -> None:
        """Note that a message was sent or not. After an upload all messages are prepared anew, with the file
        id if there is one.
        """
        if prepared.cover is not None:
            self._is_uploading = False
            self.prepare_anew()

    def note_refusal(self, prepared: PreparedMessage, claim: Claim, refusal: Rejected) -> bool:
        """Remember that Telegram refused a rich page as such, for all readers; return whether a classic page
        is sent in its place. False for a refusal that is true of one reader alone.
        """
        html = rich_html(prepared.page)
        return html is not None and self._rich.note(html, refusal, campaign_id=claim.campaign.id)

    def prepare_anew(self) -> None:
        """Drop all messages, so that they are prepared anew before the next claim: a cover may have a file id
        by now, or may have to be uploaded again.
        """
        # Claims ask `has` first: nothing is claimed until the pages are back.
        self._campaigns.clear()
        self._messages.clear()

    def forget(self, running: Collection[int]) -> None:
        """Free the memory of all campaigns but these."""
        self._campaigns &= set(running)
        self._messages = {key: prepared for key, prepared in self._messages.items() if key[0] in running}

    @property
    def is_empty(self) -> bool:
        """Tell whether no campaign is prepared."""
        return not self._campaigns

    async def prepare(self, campaign_id: int) -> None:
        """Read and serialise a campaign's frozen pages. Pages that cannot be serialised are logged, and
        missing. DatabaseError.
        """
        try:
            self._messages |= await self._serialised(campaign_id)
        except DatabaseError:
            raise
        except Exception:
            log.exception("the frozen pages could not be read", campaign_id=campaign_id)
        self._campaigns.add(campaign_id)

    async def _serialised(self, campaign_id: int) -> dict[Key, PreparedMessage]:
        async with self._database.read() as session:
            pages = await campaigns.pages(session, campaign_id)
            cover = await campaigns.cover(session, campaign_id)
        return {
            (campaign_id, page.language, page.access, page.rendering, way): prepared
            for page in pages
            for way, prepared in (await self._by_way(page, cover)).items()
        }

    async def _by_way(self, page: FrozenPage, cover: FrozenCover | None) -> dict[Way, PreparedMessage]:
        """Serialise a page for each way on; a page without keyboards of its own only once."""
        if not page.keyboards:
            return dict.fromkeys(Way, await self._campaign_transport.prepare(page, cover))
        return {way: await self._campaign_transport.prepare(page.on(way), cover) for way in Way}


def rich_html(page: FrozenPage) -> str | None:
    """Return the HTML of a rich page, by which `RichRefusals` knows it; None for a classic page."""
    message = page.payload.get("rich_message")
    return str(message["html"]) if isinstance(message, dict) and "html" in message else None
