"""A connection of the campaigns: one prepared message after another."""

import re
from collections.abc import Mapping

from bot.domain.delivery import NotSent, Outcome, Sent, Unknown
from bot.services.cover_uploads import CoverUploads
from bot.services.covers import digest_of
from bot.services.parcels import Parcel
from bot.telegram.cover_sending import cover_file, forget_if_unknown, note_upload
from bot.telegram.errors import AnswerLostError, NeverSentError, outcome_of
from bot.telegram.lanes import Lanes
from bot.telegram.transport import Transport
from bot.telegram.wire import Connection

SAME_SECONDS = 1.0
"""Where a chat's wait ends within this time of the whole bot's cooldown, it counts as that cooldown, so that
the row keeps its due time: the two are read at slightly different moments.
"""

_SENT = re.compile(rb'\{"ok":true,"result":\{"message_id":(\d+)[,}]')
"""How Telegram begins to say that it has accepted a message: the rest of it is not needed."""


class TelegramCourier:
    def __init__(
        self,
        connection: Connection,
        transport: Transport,
        lanes: Lanes,
        covers: CoverUploads,
        extra: Mapping[str, object],
    ) -> None:
        """`extra` goes along with pages that are sent with their picture; parcels hold it already."""
        self._connection = connection
        self._transport = transport
        self._lanes = lanes
        self._covers = covers
        self._extra = extra
        self._anywhere = transport.url("")

    @property
    def is_ready(self) -> bool:
        return self._connection.is_fresh

    async def ready(self) -> NotSent | None:
        """Be connected; or return why that cannot be."""
        try:
            await self._connection.ready(self._anywhere)
        except NeverSentError as error:
            return NotSent(str(error), wait=0.5)
        return None

    async def turn(self, reader_id: int) -> NotSent | None:
        """Take one of the reserved slots, without waiting; or return why this reader has none. Only a wait of
        her chat alone puts off her row: one that is late for everyone's sake must look late.
        """
        # Connected before the slot is taken: a message that waited for a handshake would leave in a second
        # that has no room for it.
        if not self.is_ready and (lost := await self.ready()):
            return lost
        away = self._lanes.campaign_leaves(reader_id)
        if away and (halted := self._lanes.halted()) and halted > away - SAME_SECONDS:
            return NotSent("everyone is halted", limited=True)
        if away and self._lanes.away(reader_id) <= 0:
            return NotSent("no slot is left", limited=True)
        return NotSent("not this reader's turn", away, limited=True) if away else None

    async def send(self, parcel: Parcel, reader_id: int) -> Outcome:
        """Send a message, once, and tell the rate limiter what Telegram said of its pace."""
        outcome = await (self._upload if parcel.cover else self._post)(parcel, reader_id)
        if isinstance(outcome, Sent):
            self._lanes.accepted(reader_id)
        elif isinstance(outcome, NotSent) and outcome.limited and outcome.wait:
            if await self._transport.limited(reader_id, outcome.wait) is None:
                return NotSent(outcome.reason, limited=True)
        elif parcel.file and await forget_if_unknown(self._covers, parcel.file, outcome):
            return NotSent("Telegram knows the cover no longer", limited=True)
        return outcome

    async def _post(self, parcel: Parcel, reader_id: int) -> Outcome:
        body = b"%b%d}" % (parcel.head, reader_id)
        try:
            status, answer = await self._connection.post(self._transport.url(parcel.method), body)
        except NeverSentError as error:
            return NotSent(str(error), wait=0.5)
        except AnswerLostError as error:
            return Unknown(str(error))
        if status == 200 and (accepted := _SENT.match(answer)):
            return Sent(int(accepted[1]))
        return outcome_of(status, answer, message=True)

    async def _upload(self, parcel: Parcel, reader_id: int) -> Outcome:
        """Send a page together with its cover, and remember under which id Telegram keeps the picture."""
        assert parcel.cover is not None
        payload = {**parcel.page.payload, **self._extra, "chat_id": reader_id}
        file = cover_file(parcel.cover.content, parcel.cover.media_type)
        outcome = await self._transport.call(parcel.method, payload, file)
        await note_upload(self._covers, digest_of(parcel.cover.content), outcome)
        return outcome
