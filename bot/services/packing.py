"""Packing: the parcel for each kind of reader of a campaign, serialised once for all like her."""

import asyncio
from collections.abc import Collection

import structlog

from bot.db import campaigns
from bot.db.session import Database
from bot.domain.access import Access
from bot.domain.page import Rendering
from bot.services.claiming import Claim
from bot.services.parcels import Carrier, Parcel

log = structlog.get_logger(__name__)

Key = tuple[int, str, Access, Rendering]


class Packing:
    def __init__(self, database: Database, carrier: Carrier, stopping: asyncio.Event) -> None:
        """`stopping` is set when nobody is to wait any more."""
        self._database = database
        self._carrier = carrier
        self._stopping = stopping
        self._parcels: dict[Key, Parcel] = {}
        self._refused: set[tuple[int, str, Access]] = set()
        self._at_work = asyncio.Lock()
        self._picture = asyncio.Lock()

    async def parcel(self, claim: Claim) -> Parcel | None:
        """Return the frozen page for what this reader is; classic where Telegram has refused the rich one.

        After one whose picture goes along call `gone`: until then no other such is handed out, and by then it
        may name the picture instead. Who waits has not had her turn yet: a halt may come meanwhile. None: the
        program stops, and that picture is still on its way.
        """
        parcel = await self._packed(claim)
        if parcel.cover is None:
            return parcel
        if not await self._has_picture():
            return None
        try:
            parcel = await self._packed(claim)
        except BaseException:
            self._picture.release()
            raise
        if parcel.cover is None:
            self._picture.release()
        return parcel

    async def _has_picture(self) -> bool:
        """Wait for the picture to oneself; False when the program stops before."""
        mine = asyncio.ensure_future(self._picture.acquire())
        stop = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((mine, stop), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            if not mine.done():
                mine.cancel()
        return mine.done() and not mine.cancelled()

    def gone(self, parcel: Parcel) -> None:
        """Let the next have one whose picture goes along."""
        if parcel.cover is not None:
            self._picture.release()

    async def _packed(self, claim: Claim) -> Parcel:
        refused = _kind(claim) in self._refused
        key = (*_kind(claim), Rendering.CLASSIC if refused else claim.rendering)
        if key not in self._parcels:
            async with self._at_work:
                if key not in self._parcels:  # all workers come at once
                    await self._pack(claim.campaign.id)
        parcel = self._parcels[key]
        if parcel.cover is not None:  # Telegram may have it by now
            parcel = self._parcels[key] = await self._carrier.prepare(parcel.page, parcel.cover)
        return parcel

    def refuse(self, claim: Claim) -> None:
        """Let classic pages stand for rich ones that Telegram does not take."""
        self._refused.add(_kind(claim))
        log.warning("rich page refused: classic from here on", campaign_id=claim.campaign.id)

    def unpack(self) -> None:
        """Pack everything anew: a picture may have to be sent along again."""
        self._parcels.clear()

    def forget(self, running: Collection[int]) -> None:
        """Keep nothing of campaigns that are over: the program lives longer than any of them."""
        self._parcels = {key: one for key, one in self._parcels.items() if key[0] in running}
        self._refused = {kind for kind in self._refused if kind[0] in running}

    @property
    def is_empty(self) -> bool:
        return not self._parcels

    async def _pack(self, campaign_id: int) -> None:
        async with self._database.read() as session:
            pages = await campaigns.pages(session, campaign_id)
            cover = await campaigns.cover(session, campaign_id)
        packed = {
            (campaign_id, page.language, page.access, page.rendering): await self._carrier.prepare(
                page, cover
            )
            for page in pages
        }
        self._parcels |= packed  # all at once: meanwhile another worker may have unpacked


def _kind(claim: Claim) -> tuple[int, str, Access]:
    return claim.campaign.id, claim.language, claim.access
