"""Cooldowns after a 429, stored for restarts and other processes."""

from datetime import datetime

import structlog

from bot.clock import Clock
from bot.db.delivery import cooldowns
from bot.db.engine.session import Database, Session
from bot.db.errors import DatabaseError, is_news
from bot.db.operations import notices
from bot.db.operations.notices import Notice

log = structlog.get_logger(__name__)

LONG_COOLDOWN_SECONDS = 600.0
"""A cooldown of the whole bot that is longer is an error in the log, and admins are told."""


class Cooldowns:
    """The cooldowns that Telegram asked for (429, `retry_after`), stored by chat (None: of the whole
    bot).

    The rate limiter obeys them. Here they are stored, for a restart and for other processes: `note` writes
    them, `new` reads what other processes wrote.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._returned: dict[int, datetime] = {}
        self._unwritten: list[tuple[int | None, float, datetime]] = []

    async def note(self, chat_id: int | None, seconds: float) -> None:
        """Store that nothing may be sent to this chat (None: to anyone) for so many seconds from now.

        Nothing is raised where the database is down: then it is written at the next `note` or `new`, with the
        time that is left by then.
        """
        self._unwritten.append((chat_id, seconds, self._clock.now()))
        await self._write()

    async def _write(self) -> None:
        while self._unwritten:
            unwritten, now = list(self._unwritten), self._clock.now()
            try:
                async with self._database.write(fenced=False) as session:
                    for chat_id, seconds, at in unwritten:
                        # Only what is left: another process may have stored a longer one since.
                        await _note(session, chat_id, seconds - max(0.0, (now - at).total_seconds()), now)
            except DatabaseError as error:
                if is_news(error):
                    log.warning("cooldown not stored yet", error=type(error).__name__)
                return
            self._unwritten = [entry for entry in self._unwritten if entry not in unwritten]

    async def active(self) -> dict[int | None, float]:
        """Return the seconds that are left of each cooldown, by chat (None: of all). DatabaseError."""
        async with self._database.read() as session:
            return _by_chat(await cooldowns.active(session, self._clock.now()))

    async def new(self) -> dict[int | None, float]:
        """Return those of `active` that this has not returned before; first write what is unwritten.
        DatabaseError.
        """
        await self._write()
        async with self._database.read() as session:
            stored = await cooldowns.stored_at(session)
            active = await cooldowns.active(session, self._clock.now())
        # Each only once: after the clock was set back, every poll would extend a cooldown.
        known, self._returned = self._returned, stored
        return _by_chat({chat: left for chat, left in active.items() if known.get(chat) != stored.get(chat)})

    async def forget(self) -> None:
        """Delete the stored cooldowns that are over. DatabaseError."""
        async with self._database.write() as session:
            await cooldowns.forget(session, self._clock.now())


async def _note(session: Session, chat_id: int | None, seconds: float, at: datetime) -> None:
    if seconds <= 0:
        return
    await cooldowns.note(session, cooldowns.EVERYONE if chat_id is None else chat_id, seconds, at)
    if chat_id is None and seconds > LONG_COOLDOWN_SECONDS:
        key = f"cooldown:{at:%Y-%m-%dT%H:%M}"
        await notices.add(session, Notice(key, "cooldown", {"seconds": seconds}), at)


def _by_chat(left: dict[int, float]) -> dict[int | None, float]:
    return {None if chat_id == cooldowns.EVERYONE else chat_id: seconds for chat_id, seconds in left.items()}
