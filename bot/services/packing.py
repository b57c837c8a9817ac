"""Packing: the parcel for each kind of reader of a campaign, serialised once for all like her."""

from collections.abc import Collection

import structlog

from bot.db import campaigns
from bot.db.campaigns import FrozenCover
from bot.db.errors import DatabaseError
from bot.db.session import Database
from bot.domain.campaign import FrozenPage
from bot.domain.delivery import NotSent
from bot.domain.gate import Access
from bot.domain.page import Rendering
from bot.domain.ways import Way
from bot.services.claiming import Claim
from bot.services.parcels import Carrier, Parcel

log = structlog.get_logger(__name__)

NO_PAGE_SECONDS = 60.0
"""A row for which there is no page is looked at again after so long."""

Key = tuple[int, str, Access, Rendering, Way]


class Packing:
    def __init__(self, database: Database, carrier: Carrier) -> None:
        self._database = database
        self._carrier = carrier
        self._packed: set[int] = set()
        self._parcels: dict[Key, Parcel] = {}
        self._refused: set[tuple[int, str, Access]] = set()
        self._brings_picture = False

    def has(self, campaign_id: int) -> bool:
        """Tell whether a campaign's parcels are at hand."""
        return campaign_id in self._packed

    @property
    def brings_picture(self) -> bool:
        """Tell whether a parcel with its picture is under way: by the time that it has arrived, others may
        name the picture instead.
        """
        return self._brings_picture

    def needs_picture(self, claim: Claim) -> bool:
        """Tell whether this reader's parcel would bring its picture along."""
        parcel = self._found(claim)
        return parcel is not None and parcel.cover is not None

    def parcel(self, claim: Claim) -> Parcel | NotSent:
        """Return the frozen page for what this reader is, classic where Telegram has refused the rich one; or
        why there is none now. After one whose picture goes along call `gone`.
        """
        parcel = self._found(claim)
        if claim.campaign.id not in self._packed:
            return NotSent("packed anew meanwhile", limited=True)
        if parcel is None:
            self._packed.discard(claim.campaign.id)
            return NotSent("no such page", wait=NO_PAGE_SECONDS, limited=True)
        if parcel.cover is not None:
            if self._brings_picture:
                return NotSent("its picture is under way", limited=True)
            self._brings_picture = True
        return parcel

    def _found(self, claim: Claim) -> Parcel | None:
        kind = _kind(claim)
        rendering = Rendering.CLASSIC if kind in self._refused else claim.rendering
        return self._parcels.get((*kind, rendering, claim.way))

    def gone(self, parcel: Parcel) -> None:
        """Let the next have one whose picture goes along, if that is still to be."""
        if parcel.cover is not None:
            self._brings_picture = False
            self.unpack()

    def refuse(self, claim: Claim, reason: str) -> None:
        """Let classic pages stand for rich ones that Telegram does not take; `reason` is in its words."""
        self._refused.add(_kind(claim))
        log.warning("rich page refused: classic from here on", campaign_id=claim.campaign.id, reason=reason)

    def unpack(self) -> None:
        """Pack everything anew: a picture may have to be sent along again, or may be named."""
        self._packed.clear()
        self._parcels.clear()

    def forget(self, running: Collection[int]) -> None:
        """Keep nothing of campaigns that are over: the program lives longer than any of them."""
        self._packed &= set(running)
        self._parcels = {key: one for key, one in self._parcels.items() if key[0] in running}
        self._refused = {kind for kind in self._refused if kind[0] in running}

    @property
    def is_empty(self) -> bool:
        return not self._packed

    async def pack(self, campaign_id: int) -> None:
        """Have a campaign's parcels at hand. Those that cannot be had are missing; DatabaseError."""
        try:
            self._parcels |= await self._serialised(campaign_id)
        except DatabaseError:
            raise
        except Exception:
            log.exception("the frozen pages cannot be had", campaign_id=campaign_id)
        self._packed.add(campaign_id)

    async def _serialised(self, campaign_id: int) -> dict[Key, Parcel]:
        async with self._database.read() as session:
            pages = await campaigns.pages(session, campaign_id)
            cover = await campaigns.cover(session, campaign_id)
        return {
            (campaign_id, page.language, page.access, page.rendering, way): parcel
            for page in pages
            for way, parcel in (await self._by_way(page, cover)).items()
        }

    async def _by_way(self, page: FrozenPage, cover: FrozenCover | None) -> dict[Way, Parcel]:
        """Serialise each variant of a page once; one that is the same for everybody has a single one."""
        if not page.keyboards:
            return dict.fromkeys(Way, await self._carrier.prepare(page, cover))
        return {way: await self._carrier.prepare(page.on(way), cover) for way in Way}


def _kind(claim: Claim) -> tuple[int, str, Access]:
    return claim.campaign.id, claim.language, claim.access
