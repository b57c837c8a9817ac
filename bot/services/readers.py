"""Readers: starting, settings, stopping, leaving and coming back."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.db import readers
from bot.db.batch import Batch
from bot.db.session import Database
from bot.domain.reader import Guest, Reader
from bot.i18n import language_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent an update, and whether in a private chat; nothing of it is stored by itself."""

    id: int
    language_code: str | None = None
    private: bool = True

    def stranger(self) -> Reader:
        """Return the reader she would be if she started the bot now."""
        return Reader(self.id, language_of(self.language_code))


class Readers:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._asking = Batch(self._find)

    async def receive(self, visitor: Visitor) -> Guest:
        """Return who asks. In private, someone who asks for the first time becomes a reader; in a group
        everyone is a stranger, whatever she may read elsewhere.
        """
        if not visitor.private:
            return Guest(visitor.stranger(), private=False)
        found = (await self._asking.add(visitor.id)).get(visitor.id)
        return Guest(found or await self._add(visitor), new=found is None)

    async def _find(self, ids: Sequence[int]) -> dict[int, Reader]:
        async with self._database.read() as session:
            return await readers.find_all(session, ids)

    async def _add(self, visitor: Visitor) -> Reader:
        async with self._database.write() as session:
            await readers.add(session, visitor.stranger(), self._clock.now())
            found = await readers.find(session, visitor.id)
        return found or visitor.stranger()

    async def change(self, reader_id: int, **values: object) -> Reader | None:
        """Set what a reader chose: `language`, `rendering`, `push`, `zone`, `quiet`."""
        async with self._database.write() as session:
            await readers.change(session, reader_id, **values)
            return await readers.find(session, reader_id)

    async def stop(self, reader_id: int) -> None:
        """Send nothing unasked any more, until `resume`."""
        await self.change(reader_id, stopped_at=self._clock.now())

    async def resume(self, reader_id: int) -> None:
        await self.change(reader_id, stopped_at=None)

    async def leave(self, reader_id: int) -> None:
        """She blocked the bot: her settings stay as they are."""
        await self.change(reader_id, gone_at=self._clock.now())

    async def come_back(self, reader_id: int) -> None:
        await self.change(reader_id, gone_at=None)
