"""Admins: who can be reached, and what each was shown."""

from collections.abc import Iterable
from datetime import date

from bot.clock import Clock
from bot.db import boards, notices, readers, release_messages
from bot.db.boards import Board
from bot.db.notices import Notice
from bot.db.release_messages import ReleaseMessage
from bot.db.session import Database
from bot.domain.reader import Reader


class Admins:
    def __init__(self, database: Database, clock: Clock, ids: frozenset[int]) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def reachable(self) -> list[Reader]:
        """Return the admins who have started the bot and not blocked it.

        One who wrote /stop is among them: what runs in her name is hers to undo.
        """
        async with self._database.read() as session:
            readers_by_id = await readers.find_all(session, sorted(self._ids))
        return [
            readers_by_id[number] for number in sorted(readers_by_id) if readers_by_id[number].gone_at is None
        ]

    async def boards(self, campaign_ids: Iterable[int]) -> dict[tuple[int, int], Board]:
        async with self._database.read() as session:
            return await boards.of(session, campaign_ids)

    async def remember(self, board: Board) -> None:
        async with self._database.write() as session:
            await boards.remember(session, board)

    async def asked(self, days: Iterable[date]) -> list[ReleaseMessage]:
        """Return the questions about issues of these days, and those of any day that are not settled."""
        async with self._database.read() as session:
            return await release_messages.followed(session, days)

    async def note_asked(self, message: ReleaseMessage) -> None:
        async with self._database.write() as session:
            await release_messages.remember(session, message)

    async def untold(self) -> list[Notice]:
        async with self._database.read() as session:
            return await notices.untold(session)

    async def told(self, key: str) -> None:
        async with self._database.write() as session:
            await notices.told(session, key, self._clock.now())
