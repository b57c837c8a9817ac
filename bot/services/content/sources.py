"""Last good sources, kept across restarts for 60 days."""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import date, timedelta

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.publishing import sources
from bot.services.content.archive import Archive
from bot.services.content.issues.package import Package

KEPT = timedelta(days=60)
"""How long the last good sources of an issue stay in the database, counted from its date."""


class Sources:
    """Keeps the last good sources of issues in the database, so that a restart can serve them.

    Call `restore` before the archive opens. The process that leads calls `store` every second, the others
    `follow`.
    """

    def __init__(self, database: Database, archive: Archive, clock: Clock) -> None:
        self._database = database
        self._archive = archive
        self._clock = clock
        self._written: dict[date, Mapping[str, bytes]] = {}
        self._stored: dict[date, dict[str, str]] | None = None  # digests in the database; None: not read

    async def restore(self) -> None:
        """Give the archive the last good sources from before the restart. DatabaseError."""
        async with self._database.read() as session:
            packed = await sources.all_of_them(session)
        self._archive.restore_sources({day: Package(day, editions) for day, editions in packed.items()})

    async def store(self) -> None:
        """Write the sources that have changed since the last call; forget those of withdrawn issues.

        DatabaseError: the next call tries again.
        """
        now = self._clock.now()
        since = now.date() - KEPT
        good = {day: packed for day, packed in self._archive.sources().items() if day >= since}
        changed = {day: packed for day, packed in good.items() if self._written.get(day) is not packed}
        stored = await self._digests()
        for day in [day for day in stored if day < since]:  # `Retention` drops these
            stored.pop(day)
        withdrawn = [
            day for day in stored if day not in self._archive.stamps and not self._archive.is_out(day, now)
        ]
        if changed:
            await self._write(stored, changed)
        if withdrawn:
            async with self._database.write() as session:
                for day in withdrawn:
                    await sources.forget_others(session, day, ())
                    stored.pop(day)
        self._written = good

    def follow(self) -> None:
        """Forget what the database holds: another process leads, and may change it."""
        self._stored, self._written = None, {}

    async def _write(
        self, stored: dict[date, dict[str, str]], changed: Mapping[date, Mapping[str, bytes]]
    ) -> None:
        digested = {day: _digested(packed) for day, packed in changed.items()}
        named = {
            day: {language: digest for language, (digest, _) in packed.items()}
            for day, packed in digested.items()
        }
        news = [day for day in named if stored.get(day, {}) != named[day]]
        if not news:
            return
        async with self._database.write() as session:
            for day in news:
                await sources.keep(session, day, digested[day])
        stored |= {day: named[day] for day in news}

    async def _digests(self) -> dict[date, dict[str, str]]:
        """Return the digests of the sources in the database; read once, while this process leads."""
        if self._stored is None:
            async with self._database.read() as session:
                self._stored = await sources.digests(session)
        return self._stored


def _digested(editions: Mapping[str, bytes]) -> dict[str, tuple[str, bytes]]:
    return {
        language: (hashlib.sha256(zlib.decompress(packed)).hexdigest(), packed)
        for language, packed in editions.items()
    }
