"""The campaign transport: pages serialised once, and connections."""

import json
from collections.abc import Mapping
from typing import Any

from bot.db.delivery.campaigns import FrozenCover
from bot.domain.delivery.campaign import FrozenPage
from bot.domain.delivery.outcome import NotSent, Unknown
from bot.services.content.pictures.covers import digest_of
from bot.services.delivery.sending.campaign_ports import PreparedMessage
from bot.services.reading.cover_uploads import CoverUploads
from bot.telegram.api.campaign_connection import TelegramCampaignConnection
from bot.telegram.api.http.http_connection import HttpConnections
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.page_request import UPLOADED_COVER
from bot.telegram.api.transport import Transport


class TelegramCampaignTransport:
    """Implements `CampaignTransport` over Telegram's Bot API.

    No object of a library is made for a message: that is what makes thousands a second possible.
    """

    def __init__(
        self,
        wire: HttpConnections,
        transport: Transport,
        rate_limiter: RateLimiter,
        covers: CoverUploads,
        *,
        paid: bool,
    ) -> None:
        """`paid`: pay Stars for each message, to send faster than Telegram's free limit."""
        self._wire = wire
        self._transport = transport
        self._rate_limiter = rate_limiter
        self._covers = covers
        self._extra: Mapping[str, object] = {"allow_paid_broadcast": True} if paid else {}

    async def prepare(self, page: FrozenPage, cover: FrozenCover | None) -> PreparedMessage:
        """Serialise a page: see `CampaignTransport.prepare`."""
        payload = {**page.payload, **self._extra}
        if cover is None or UPLOADED_COVER not in json.dumps(page.payload):
            return PreparedMessage(page, page.method, _head(payload))
        digest = digest_of(cover.content)
        file_id = await self._covers.file_id(digest)
        if file_id is None:  # the first message uploads it
            return PreparedMessage(page, page.method, _head(payload), cover)
        head = _head(payload).replace(_quoted(UPLOADED_COVER), _quoted(file_id))
        return PreparedMessage(page, page.method, head, file=digest)

    def campaign_connection(self) -> "TelegramCampaignConnection":
        return TelegramCampaignConnection(
            self._wire.connection(), self._transport, self._rate_limiter, self._covers, self._extra
        )

    async def reserve_slots(self, most: int, least: int) -> int:
        return await self._rate_limiter.reserve_slots(most, least)

    def limit_reserved(self, most: int) -> None:
        self._rate_limiter.limit_reserved(most)

    def chat_wait(self, reader_id: int) -> float:
        return self._rate_limiter.chat_wait(reader_id)

    def cooldown_left(self) -> float:
        return self._rate_limiter.cooldown_left()

    async def answers(self) -> bool:
        return not isinstance(await self._transport.call("getMe", {}), NotSent | Unknown)


def _head(payload: Mapping[str, Any]) -> bytes:
    # The chat id stands last, so that a message is these bytes, a number and a brace.
    return json.dumps(payload).encode()[:-1] + b', "chat_id": '


def _quoted(text: str) -> bytes:
    return json.dumps(text).encode()
