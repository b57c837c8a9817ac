"""Readers: starting, settings, stopping, leaving and coming back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.clock import Clock
from bot.db.delivery import campaigns, deliveries
from bot.db.engine.coalescer import Coalescer
from bot.db.engine.session import Database, Session
from bot.db.readers import readers
from bot.domain.delivery.campaign import CampaignState, Kind
from bot.domain.readers.reader import Reader, Viewer
from bot.i18n import language_of

ACTIVITY_RESOLUTION = timedelta(days=1)
"""`active_at` is updated at most once in this time."""


@dataclass(frozen=True, slots=True)
class User:
    """Who sent an update, and whether in a private chat; nothing of it is stored by itself."""

    id: int
    language_code: str | None = None
    private: bool = True

    def anonymous(self) -> Reader:
        """Return the reader she would be if she started the bot now."""
        return Reader(self.id, language_of(self.language_code))


@dataclass(frozen=True, slots=True)
class Awaited:
    """An issue that is being sent and has not reached a reader yet, and when her copy is due."""

    day: date
    due_at: datetime


class Readers:
    """Readers as they come, choose, stop and leave. Look-ups that come together share a query."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        remind: Callable[[Session, int], Awaitable[None]] | None = None,
    ) -> None:
        """`remind` writes to a new reader's row what she had before she deleted her data."""
        self._database = database
        self._clock = clock
        self._remind = remind
        self._asking = Coalescer(self._find)
        self._returning = Coalescer(self._note)

    async def recall(self, user: User) -> Viewer:
        """Return the viewer for a user whose update came some time ago; nothing is stored."""
        reader = (await self._asking.add(user.id)).get(user.id) if user.private else None
        return Viewer(reader or user.anonymous(), private=user.private)

    async def receive(self, user: User) -> Viewer:
        """Return the viewer for a user who asks now, and note that she is active.

        In private, who asks for the first time becomes a reader. In a group everyone is anonymous, whatever
        she may read elsewhere.
        """
        if not user.private:
            return Viewer(user.anonymous(), private=False)
        reader = (await self._asking.add(user.id)).get(user.id)
        if reader is None:
            return Viewer(await self._add(user), new=True)
        return Viewer(await self._seen(reader))

    async def _seen(self, reader: Reader) -> Reader:
        """Note that a reader is active, at most once a day; one who was taken for gone is not."""
        now = self._clock.now()
        known = reader.active_at is not None and now - reader.active_at < ACTIVITY_RESOLUTION
        if known and reader.gone_at is None:
            return reader
        await self._returning.add(reader.id)
        return replace(reader, active_at=now, gone_at=None)

    async def _note(self, ids: Sequence[int]) -> None:
        async with self._database.write() as session:
            await readers.note_active(session, ids, self._clock.now())

    async def _find(self, ids: Sequence[int]) -> dict[int, Reader]:
        return await self._database.query(lambda session: readers.find_all(session, ids))

    async def _add(self, user: User) -> Reader:
        async with self._database.write() as session:
            await readers.add(session, user.anonymous(), self._clock.now())
            if self._remind is not None:
                await self._remind(session, user.id)
            reader = await readers.find(session, user.id)
        return reader or user.anonymous()

    async def change(self, reader_id: int, **values: object) -> Reader | None:
        """Set columns of a reader: `language`, `rendering`, `push`, `zone`, `quiet` …; return her as she is
        now, None where there is no such reader. Who has chosen a rendering is offered none any more.
        """
        if "rendering" in values:
            values["rich_offered"] = True
        async with self._database.write() as session:
            await readers.change(session, reader_id, **values)
            return await readers.find(session, reader_id)

    async def awaits(self, reader_id: int) -> Awaited | None:
        """Return the issue that is being sent and has not reached this reader yet; None for none."""
        async with self._database.read() as session:
            for campaign in await campaigns.in_state(session, CampaignState.OPEN):
                if campaign.kind is not Kind.ISSUE:
                    continue
                due_at = await deliveries.awaited(session, campaign.id, campaign.day, reader_id)
                if due_at is not None:
                    return Awaited(campaign.day, due_at)
        return None

    async def stop(self, reader_id: int) -> None:
        """Send nothing unasked any more, until `resume`."""
        await self.change(reader_id, stopped_at=self._clock.now())

    async def resume(self, reader_id: int) -> None:
        """Send to this reader again what she has chosen to get."""
        await self.change(reader_id, stopped_at=None)

    async def leave(self, reader_id: int) -> None:
        """Note that a reader has blocked the bot; her settings stay as they are."""
        await self.change(reader_id, gone_at=self._clock.now())

    async def come_back(self, reader_id: int) -> None:
        """Note that a reader has unblocked the bot."""
        await self.change(reader_id, gone_at=None, active_at=self._clock.now())
