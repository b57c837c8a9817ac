"""Outages: a notice to the admins after the disk was full."""

from datetime import timedelta

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.operations import notices
from bot.db.operations.notices import Notice

MARGIN = timedelta(minutes=1)
"""Processes that share a database notice the end of an outage within this time; one of them tells it."""


class Outages:
    """Call `note` every second."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self) -> None:
        """Store a notice if the disk was full and no longer is; once for each outage. DatabaseError."""
        outage, now = self._database.outage, self._clock.now()
        seconds = outage.full_seconds
        if seconds is None:
            return
        async with self._database.write() as session:
            if not await notices.is_noted(session, "full", now - timedelta(seconds=seconds) - MARGIN):
                key = f"full:{now:%Y-%m-%dT%H:%M}"
                await notices.add(session, Notice(key, "full", {"seconds": seconds}), now)
        outage.full_seconds = None
