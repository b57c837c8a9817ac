"""The campaigns' way out: a page serialised once, only the chat changes; no object of a library for each."""

import json
import re
from collections.abc import Mapping
from typing import Any

import structlog

from bot.db.campaigns import FrozenCover
from bot.db.session import DatabaseError
from bot.domain.campaign import FrozenPage
from bot.domain.delivery import NotSent, Outcome, Sent, Unknown
from bot.services.covers import digest_of
from bot.services.parcels import Parcel
from bot.services.reading import Reading
from bot.telegram.envelope import UPLOADED_COVER, photo_id
from bot.telegram.errors import WRONG_FILE, AnswerLostError, NeverSentError, outcome_of, says
from bot.telegram.lanes import Lanes
from bot.telegram.transport import File, Transport
from bot.telegram.wire import Wire

log = structlog.get_logger(__name__)

_SENT = re.compile(rb'\{"ok":true,"result":\{"message_id":(\d+)[,}]')
"""How Telegram begins to say that it has accepted a message: the rest of it is not needed."""


class TelegramCarrier:
    def __init__(
        self, wire: Wire, transport: Transport, lanes: Lanes, reading: Reading, *, paid: bool
    ) -> None:
        """`paid`: pay Stars to send faster than Telegram's free ceiling."""
        self._wire = wire
        self._transport = transport
        self._lanes = lanes
        self._reading = reading
        self._extra: Mapping[str, object] = {"allow_paid_broadcast": True} if paid else {}

    async def prepare(self, page: FrozenPage, cover: FrozenCover | None) -> Parcel:
        """Serialise a page. Its cover is named by the file id that Telegram gave it, or goes along."""
        payload = {**page.payload, **self._extra}
        if cover is None or UPLOADED_COVER not in json.dumps(page.payload):
            return Parcel(page, page.method, _head(payload))
        digest = digest_of(cover.content)
        file_id = await self._reading.uploaded(digest)
        if file_id is None:
            return Parcel(page, page.method, _head(payload), cover)
        head = _head(payload).replace(_quoted(UPLOADED_COVER), _quoted(file_id))
        return Parcel(page, page.method, head, file=digest)

    async def turn(self, reader_id: int) -> float:
        return await self._lanes.campaign_turn(reader_id)

    async def send(self, parcel: Parcel, reader_id: int) -> Outcome:
        """Hand a parcel over, once."""
        outcome = await (self._upload if parcel.cover else self._post)(parcel, reader_id)
        if isinstance(outcome, NotSent) and outcome.limited and outcome.wait:
            await self._transport.limited(reader_id, outcome.wait)
        elif parcel.file and says(outcome, *WRONG_FILE):
            await self._remember(parcel.file, None)
            return NotSent("Telegram knows the cover no longer", limited=True)
        return outcome

    def halted(self) -> float:
        return self._lanes.halted()

    async def answers(self) -> bool:
        return not isinstance(await self._transport.call("getMe", {}), NotSent | Unknown)

    async def _post(self, parcel: Parcel, reader_id: int) -> Outcome:
        body = b"%b%d}" % (parcel.head, reader_id)
        try:
            status, answer = await self._wire.post(self._transport.url(parcel.method), body)
        except NeverSentError as error:
            return NotSent(str(error), wait=0.5)
        except AnswerLostError as error:
            return Unknown(str(error))
        if status == 200 and (accepted := _SENT.match(answer)):
            return Sent(int(accepted[1]))
        return outcome_of(status, answer)

    async def _upload(self, parcel: Parcel, reader_id: int) -> Outcome:
        """Send a page together with its cover, and remember under which id Telegram keeps the picture."""
        assert parcel.cover is not None
        digest = digest_of(parcel.cover.content)
        payload = {**parcel.page.payload, **self._extra, "chat_id": reader_id}
        file = File("cover", parcel.cover.content, parcel.cover.media_type)
        outcome = await self._transport.call(parcel.method, payload, file)
        if isinstance(outcome, Sent) and (uploaded := photo_id(outcome.answer)):
            await self._remember(digest, uploaded)
        return outcome

    async def _remember(self, digest: str, file_id: str | None) -> None:
        """Keep a picture's id if the database is there: what became of the message is known all the same."""
        try:
            await self._reading.remember_upload(digest, file_id)
        except DatabaseError as error:
            log.warning("a picture's id could not be kept", error=type(error).__name__)


def _head(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload).encode()[:-1] + b', "chat_id": '


def _quoted(text: str) -> bytes:
    return json.dumps(text).encode()
