"""The transport of campaigns: each page is serialised once."""

import json
from collections.abc import Mapping
from typing import Any

from bot.db.campaigns import FrozenCover
from bot.domain.campaign import FrozenPage
from bot.domain.delivery import NotSent, Unknown
from bot.services.cover_uploads import CoverUploads
from bot.services.covers import digest_of
from bot.services.parcels import Parcel
from bot.telegram.courier import TelegramCourier
from bot.telegram.envelope import UPLOADED_COVER
from bot.telegram.lanes import Lanes
from bot.telegram.transport import Transport
from bot.telegram.wire import Wire


class TelegramCarrier:
    """Prepares messages and makes connections; no object of a library is made for a message."""

    def __init__(
        self, wire: Wire, transport: Transport, lanes: Lanes, covers: CoverUploads, *, paid: bool
    ) -> None:
        """`paid`: pay Stars to send faster than Telegram's free ceiling."""
        self._wire = wire
        self._transport = transport
        self._lanes = lanes
        self._covers = covers
        self._extra: Mapping[str, object] = {"allow_paid_broadcast": True} if paid else {}

    async def prepare(self, page: FrozenPage, cover: FrozenCover | None) -> Parcel:
        """Serialise a page. Its cover is named by the file id that Telegram gave it, or goes along."""
        payload = {**page.payload, **self._extra}
        if cover is None or UPLOADED_COVER not in json.dumps(page.payload):
            return Parcel(page, page.method, _head(payload))
        digest = digest_of(cover.content)
        file_id = await self._covers.file_id(digest)
        if file_id is None:  # the first reader's message uploads it
            return Parcel(page, page.method, _head(payload), cover)
        head = _head(payload).replace(_quoted(UPLOADED_COVER), _quoted(file_id))
        return Parcel(page, page.method, head, file=digest)

    def courier(self) -> "TelegramCourier":
        return TelegramCourier(
            self._wire.connection(), self._transport, self._lanes, self._covers, self._extra
        )

    async def slots(self, most: int, least: int) -> int:
        return await self._lanes.campaign_slots(most, least)

    def keep(self, most: int) -> None:
        self._lanes.keep_slots(most)

    def away(self, reader_id: int) -> float:
        return self._lanes.away(reader_id)

    def halted(self) -> float:
        return self._lanes.halted()

    async def answers(self) -> bool:
        return not isinstance(await self._transport.call("getMe", {}), NotSent | Unknown)


def _head(payload: Mapping[str, Any]) -> bytes:
    # The chat id stands last, so that a message is these bytes, a number and a brace.
    return json.dumps(payload).encode()[:-1] + b', "chat_id": '


def _quoted(text: str) -> bytes:
    return json.dumps(text).encode()
