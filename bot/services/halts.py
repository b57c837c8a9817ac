"""Halts that Telegram asked for, kept so that a restart and other processes know them too."""

from datetime import datetime

import structlog

from bot.clock import Clock
from bot.db import halts, notices
from bot.db.errors import DatabaseError, is_news
from bot.db.notices import Notice
from bot.db.session import Database, Session

log = structlog.get_logger(__name__)

LONG_SECONDS = 600.0
"""A halt longer than this is told to the admins."""


class Halts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._heard: dict[int, datetime] = {}
        self._unkept: list[tuple[int | None, float, datetime]] = []

    async def note(self, chat_id: int | None, seconds: float) -> None:
        """Keep that nothing may be sent to this chat (None: to anyone) for so many seconds.

        What the database does not take now is kept with the next `news`.
        """
        self._unkept.append((chat_id, seconds, self._clock.now()))
        await self._keep()

    async def _keep(self) -> None:
        while self._unkept:
            unkept, now = list(self._unkept), self._clock.now()
            try:
                async with self._database.write(fenced=False) as session:
                    for chat_id, seconds, at in unkept:
                        # What is left of it: another process may know of one that lasts longer.
                        await _note(session, chat_id, seconds - max(0.0, (now - at).total_seconds()), now)
            except DatabaseError as error:
                if is_news(error):
                    log.warning("a halt could not be kept yet", error=type(error).__name__)
                return
            self._unkept = [one for one in self._unkept if one not in unkept]

    async def standing(self) -> dict[int | None, float]:
        """Return how many seconds each halt still lasts, by chat; None is everyone."""
        async with self._database.read() as session:
            return _by_chat(await halts.standing(session, self._clock.now()))

    async def news(self) -> dict[int | None, float]:
        """Return those of `standing` that were not returned here before: a clock that was set back would let
        a halt last anew each time it is taken up.
        """
        await self._keep()
        async with self._database.read() as session:
            noted = await halts.noted(session)
            found = await halts.standing(session, self._clock.now())
        known, self._heard = self._heard, noted
        return _by_chat({chat: left for chat, left in found.items() if known.get(chat) != noted.get(chat)})

    async def forget(self) -> None:
        async with self._database.write() as session:
            await halts.forget(session, self._clock.now())


async def _note(session: Session, chat_id: int | None, seconds: float, at: datetime) -> None:
    if seconds <= 0:
        return
    await halts.note(session, halts.EVERYONE if chat_id is None else chat_id, seconds, at)
    if chat_id is None and seconds > LONG_SECONDS:
        key = f"halt:{at:%Y-%m-%dT%H:%M}"
        await notices.add(session, Notice(key, "halt", {"seconds": seconds}), at)


def _by_chat(left: dict[int, float]) -> dict[int | None, float]:
    return {None if chat_id == halts.EVERYONE else chat_id: seconds for chat_id, seconds in left.items()}
