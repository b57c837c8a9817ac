"""Checks whether the database can be written to."""

import asyncio
import time
from collections.abc import Callable
from uuid import uuid4

from bot.db.engine.session import Database
from bot.db.errors import DatabaseError, words
from bot.db.operations import stats

EVERY_SECONDS = 5.0
LATE = "takes no write in time"


class WriteCheck:
    def __init__(
        self, database: Database, limit: float, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`limit` is how many seconds a write may take."""
        self._database = database
        self._limit = limit
        self._monotonic = monotonic
        self._name = f"trial of {uuid4().hex}"
        self._write: asyncio.Task[str | None] | None = None
        self._tried_at = 0.0

    async def failure(self) -> str | None:
        """Return why nothing can be written, in the database's own words; None where writing works.

        Within `limit` seconds, and with at most one write in `EVERY_SECONDS`, however many ask.
        """
        try:
            async with asyncio.timeout(self._limit):
                failed = await asyncio.shield(self._current())
        except TimeoutError:
            return LATE
        return failed or self._database.outage.no_room

    def _current(self) -> asyncio.Task[str | None]:
        """Return the write that is under way or ended within `EVERY_SECONDS`; else begin another."""
        now = self._monotonic()
        if self._write is None or (self._write.done() and now - self._tried_at >= EVERY_SECONDS):
            self._tried_at = now
            self._write = asyncio.create_task(self._try())
        return self._write

    async def _try(self) -> str | None:
        try:
            async with self._database.write() as session:
                await stats.takes_writes(session, self._name)
        except (DatabaseError, OSError) as error:
            return words(error)
        return None
