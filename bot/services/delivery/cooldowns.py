"""Cooldowns after a 429, stored for restarts and other processes."""

from datetime import datetime

import structlog

from bot.clock import Clock
from bot.db.delivery import cooldowns
from bot.db.engine.errors import DatabaseError, is_news
from bot.db.engine.session import Database, Session
from bot.db.operations import notices
from bot.db.operations.notices import Notice

log = structlog.get_logger(__name__)

LONG_COOLDOWN_SECONDS = 600.0
"""Of a longer cooldown the admins are told, and the log has an error."""


class Cooldowns:
    """The cooldowns that Telegram asked for (`retry_after`), in the database, by chat; None is the whole bot.

    The rate limiter obeys them; this only keeps them: `note` writes, `news` reads what other processes wrote.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._heard: dict[int, datetime] = {}
        self._unkept: list[tuple[int | None, float, datetime]] = []

    async def note(self, chat_id: int | None, seconds: float) -> None:
        """Store that nothing may be sent to this chat (None: to anyone) for so many seconds from now.

        Nothing is raised where the database is down: it is written with the next `note` or `news`, less the
        time that has passed by then.
        """
        self._unkept.append((chat_id, seconds, self._clock.now()))
        await self._keep()

    async def _keep(self) -> None:
        while self._unkept:
            unkept, now = list(self._unkept), self._clock.now()
            try:
                async with self._database.write(fenced=False) as session:
                    for chat_id, seconds, at in unkept:
                        # What is left of it: another process may have stored one that lasts longer.
                        await _note(session, chat_id, seconds - max(0.0, (now - at).total_seconds()), now)
            except DatabaseError as error:
                if is_news(error):
                    log.warning("a halt could not be kept yet", error=type(error).__name__)
                return
            self._unkept = [entry for entry in self._unkept if entry not in unkept]

    async def standing(self) -> dict[int | None, float]:
        """Return the seconds that are left of each cooldown, by chat (None: of all). DatabaseError."""
        async with self._database.read() as session:
            return _by_chat(await cooldowns.active(session, self._clock.now()))

    async def news(self) -> dict[int | None, float]:
        """Return those of `standing` that were not returned here before. DatabaseError."""
        await self._keep()
        async with self._database.read() as session:
            noted = await cooldowns.stored_at(session)
            active = await cooldowns.active(session, self._clock.now())
        # Each only once: after a clock was set back it would be extended at every poll.
        known, self._heard = self._heard, noted
        return _by_chat({chat: left for chat, left in active.items() if known.get(chat) != noted.get(chat)})

    async def forget(self) -> None:
        """Delete the rows of cooldowns that are over. DatabaseError."""
        async with self._database.write() as session:
            await cooldowns.forget(session, self._clock.now())


async def _note(session: Session, chat_id: int | None, seconds: float, at: datetime) -> None:
    if seconds <= 0:
        return
    await cooldowns.note(session, cooldowns.EVERYONE if chat_id is None else chat_id, seconds, at)
    if chat_id is None and seconds > LONG_COOLDOWN_SECONDS:
        key = f"halt:{at:%Y-%m-%dT%H:%M}"
        await notices.add(session, Notice(key, "halt", {"seconds": seconds}), at)


def _by_chat(left: dict[int, float]) -> dict[int | None, float]:
    return {None if chat_id == cooldowns.EVERYONE else chat_id: seconds for chat_id, seconds in left.items()}
