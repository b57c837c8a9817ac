"""Readers, listed for an operator."""

from dataclasses import dataclass

from bot.db.engine.session import Database
from bot.db.readers import grants, readers
from bot.db.readers.grants import StoredGrant
from bot.db.readers.readers import Listed


@dataclass(frozen=True, slots=True)
class Listing:
    """Some readers, and how many there are in all."""

    readers: list[Listed]
    count: int


@dataclass(frozen=True, slots=True)
class Single:
    """One reader, and all that she was ever given."""

    listed: Listed
    grants: tuple[StoredGrant, ...]


class ReaderList:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, limit: int, after: int = 0) -> Listing:
        """Return the readers who started last, without the first `after` of them."""
        async with self._database.read() as session:
            return Listing(await readers.last(session, limit, after), await readers.count(session))

    async def find(self, reader_id: int) -> Single | None:
        async with self._database.read() as session:
            reader = await readers.listed(session, reader_id)
            held = await grants.stored(session, reader_id)
        return Single(reader, held) if reader else None
