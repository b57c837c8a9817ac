"""Which issues are out: the one answer that every door asks for."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from bot.db.engine.session import Database
from bot.db.publishing import releases
from bot.db.publishing.releases import Release

KEPT = 100
"""Issues whose releases are kept in memory, the newest: what is older than one that is out is out."""


class Out(Protocol):
    def is_out(self, day: date, hour: datetime, now: datetime, seen: str | None) -> bool:
        """Tell whether readers may meet the issue of this date, whose hour is `hour`. `seen`: a digest of
        what lies in its folder; None where that is not loaded, or changing.
        """
        ...


class ByHour:
    """Every issue is out from its hour on; for tools that release nothing."""

    def is_out(self, day: date, hour: datetime, now: datetime, seen: str | None = None) -> bool:
        del day, seen
        return now >= hour


class ReleasedIssues:
    """What the database says of releases, as it was last read: an issue is out when its hour has come and
    the one rule does not hold it back.

    One that is whole and quiet is out at its hour to the second, without anybody being asked then: its row,
    read before, says so, as long as what lies in its folder is what the row was written of. Whatever waits
    beyond its hour is out when the process that leads has released it. What is out stays out when its hour
    is moved.
    """

    def __init__(self) -> None:
        self._rows: Mapping[date, Release] = {}
        self._on_time: dict[date, tuple[datetime, str]] = {}
        self._released: tuple[Release, ...] = ()  # newest first

    def follow(self, rows: Mapping[date, Release], now: datetime) -> None:
        """Take up what the database says now."""
        self._on_time = {
            row.day: (row.due_at, row.seen)
            for row in rows.values()
            if row.due_at is not None
            and row.due_at == row.hour
            and (now < row.due_at or self._on_time.get(row.day) == (row.due_at, row.seen))
        }
        released = (row for row in rows.values() if row.released_at is not None)
        self._released = tuple(sorted(released, key=lambda row: row.day, reverse=True))
        self._rows = rows

    def is_out(self, day: date, hour: datetime, now: datetime, seen: str | None) -> bool:
        row = self._rows.get(day)
        if row is not None and row.released_at is not None:
            return min(row.hour, hour) <= now  # a later hour in publication.toml takes nothing back
        newest = self.newest(now)
        if newest is not None and day < newest:
            return True
        due, known = self._on_time.get(day, (None, None))
        return due is not None and max(due, hour) <= now and seen == known

    def newest(self, now: datetime) -> date | None:
        """Return the date of the newest issue that was released and whose hour has come."""
        return next((row.day for row in self._released if row.hour <= now), None)

    def row(self, day: date) -> Release | None:
        return self._rows.get(day)


async def known(database: Database, now: datetime) -> ReleasedIssues | None:
    """Return which issues are out by what stands in the database; None where no bot has run yet."""
    async with database.read() as session:
        rows = await releases.newest(session, KEPT)
    if not rows:
        return None
    released_issues = ReleasedIssues()
    released_issues.follow(rows, now)
    return released_issues
