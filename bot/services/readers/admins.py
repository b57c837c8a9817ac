"""Admins: who can be reached, and what each was shown."""

from collections.abc import Iterable
from datetime import date

from bot.clock import Clock
from bot.db.delivery import status_messages
from bot.db.delivery.status_messages import StatusMessage
from bot.db.engine.session import Database
from bot.db.operations import notices
from bot.db.operations.notices import Notice
from bot.db.publishing import release_messages
from bot.db.publishing.release_messages import ReleaseMessage
from bot.db.readers import readers
from bot.domain.readers.reader import Reader


class Admins:
    """The admins, the messages that each was sent of campaigns and questions, and the notices for them."""

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

    async def status_messages(self, campaign_ids: Iterable[int]) -> dict[tuple[int, int], StatusMessage]:
        async with self._database.read() as session:
            return await status_messages.of(session, campaign_ids)

    async def remember(self, status_message: StatusMessage) -> None:
        async with self._database.write() as session:
            await status_messages.remember(session, status_message)

    async def asked(self, days: Iterable[date]) -> list[ReleaseMessage]:
        """Return the questions about issues of these days, and those of any day that are still open."""
        async with self._database.read() as session:
            return await release_messages.followed(session, days)

    async def note_asked(self, message: ReleaseMessage) -> None:
        async with self._database.write() as session:
            await release_messages.remember(session, message)

    async def untold(self) -> list[Notice]:
        """Return the notices that the admins have not been told yet."""
        async with self._database.read() as session:
            return await notices.untold(session)

    async def told(self, key: str) -> None:
        """Note that the admins were told this notice."""
        async with self._database.write() as session:
            await notices.told(session, key, self._clock.now())
