"""Campaign connections: one prepared message at a time on each."""

import re
from collections.abc import Mapping

from bot.domain.delivery.outcome import NotSent, Outcome, Sent, Unknown
from bot.services.content.pictures.covers import digest_of
from bot.services.delivery.sending.campaign_ports import PreparedMessage
from bot.services.reading.cover_uploads import CoverUploads
from bot.telegram.api.cover_sending import cover_file, forget_if_unknown, note_upload
from bot.telegram.api.errors import AnswerLostError, NeverSentError, outcome_of
from bot.telegram.api.http.http_connection import HttpConnection
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport

SAME_SECONDS = 1.0
"""A chat's wait that is less than this longer than the whole bot's cooldown counts as that cooldown, so that
the row keeps its due time: the two are read at slightly different moments.
"""

_SENT = re.compile(rb'\{"ok":true,"result":\{"message_id":(\d+)[,}]')
"""How Telegram's answer to a message that it accepted begins. The rest is not parsed, which saves most of the
CPU time.
"""


class TelegramCampaignConnection:
    """Implements `CampaignConnection` over one HTTP connection to Telegram."""

    def __init__(
        self,
        connection: HttpConnection,
        transport: Transport,
        rate_limiter: RateLimiter,
        covers: CoverUploads,
        extra: Mapping[str, object],
    ) -> None:
        """`extra` is added to messages that upload their cover; the others hold it already."""
        self._connection = connection
        self._transport = transport
        self._rate_limiter = rate_limiter
        self._covers = covers
        self._extra = extra
        self._base_url = transport.url("")

    @property
    def is_ready(self) -> bool:
        return self._connection.is_fresh

    async def ready(self) -> NotSent | None:
        """Open the connection; return why it cannot be opened, None where it is open."""
        try:
            await self._connection.ready(self._base_url)
        except NeverSentError as error:
            return NotSent(str(error), wait=0.5)
        return None

    async def take_slot(self, reader_id: int) -> NotSent | None:
        """Take a reserved slot, without waiting, or return why nothing may be sent to this reader now."""
        # Connected before the slot is taken: a message that waited for a handshake would leave in a second
        # that has no room for it.
        if not self.is_ready and (failure := await self.ready()):
            return failure
        wait = self._rate_limiter.take_slot(reader_id)
        if not wait:
            return None
        # Only a wait of her chat alone changes the due time: a row that all wait with must look late.
        everyone = self._rate_limiter.cooldown_left()
        if everyone and everyone > wait - SAME_SECONDS:
            return NotSent("the whole bot cools down", limited=True)
        if self._rate_limiter.chat_wait(reader_id) <= 0:
            return NotSent("no slot is left", limited=True)
        return NotSent("her chat has to wait", wait, limited=True)

    async def send(self, prepared: PreparedMessage, reader_id: int) -> Outcome:
        """Send a message, once, and tell the rate limiter of a 429 or of its acceptance."""
        outcome = await (self._upload if prepared.cover else self._post)(prepared, reader_id)
        if isinstance(outcome, Sent):
            self._rate_limiter.accepted(reader_id)
        elif isinstance(outcome, NotSent) and outcome.limited and outcome.wait:
            if await self._transport.too_many_requests(reader_id, outcome.wait) is None:
                return NotSent(outcome.reason, limited=True)
        elif prepared.file and await forget_if_unknown(self._covers, prepared.file, outcome):
            return NotSent("Telegram knows the cover no longer", limited=True)
        return outcome

    async def _post(self, prepared: PreparedMessage, reader_id: int) -> Outcome:
        body = b"%b%d}" % (prepared.head, reader_id)
        try:
            status, answer = await self._connection.post(self._transport.url(prepared.method), body)
        except NeverSentError as error:
            return NotSent(str(error), wait=0.5)
        except AnswerLostError as error:
            return Unknown(str(error))
        if status == 200 and (accepted := _SENT.match(answer)):
            return Sent(int(accepted[1]))
        return outcome_of(status, answer, message=True)

    async def _upload(self, prepared: PreparedMessage, reader_id: int) -> Outcome:
        """Send a page and upload its cover with it; store the file id that Telegram gives the cover."""
        assert prepared.cover is not None
        payload = {**prepared.page.payload, **self._extra, "chat_id": reader_id}
        file = cover_file(prepared.cover.content, prepared.cover.media_type)
        outcome = await self._transport.call(prepared.method, payload, file)
        await note_upload(self._covers, digest_of(prepared.cover.content), outcome)
        return outcome
