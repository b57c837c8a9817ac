"""Which issues are out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from bot.db.engine.session import Database
from bot.db.publishing import releases
from bot.db.publishing.releases import Release

KEPT = 100
"""Releases in memory, the newest. What is older than an issue that is out is out as well."""


class Out(Protocol):
    def is_out(self, day: date, hour: datetime, now: datetime, seen: str | None) -> bool:
        """Tell whether readers may meet the issue of this date.

        `hour`: when it is due. `seen`: a digest of what lies in its folder; None where that is not loaded, or
        is changing.
        """
        ...


class ByHour:
    """Every issue is out from its hour on; for tools that release nothing."""

    def is_out(self, day: date, hour: datetime, now: datetime, seen: str | None = None) -> bool:
        del day, seen
        return now >= hour


class ReleasedIssues:
    """What the database says of releases, as it was last read. Call `follow` every second.

    An issue is out in one of three cases:
    1. The leader has released it, and its hour has come. It stays out when its hour is moved.
    2. It is older than an issue that is out.
    3. Its row, read before its hour, says that it is due then, and its folder holds what the row was written
       of. So it is out to the second, without a question to the database.
    """

    def __init__(self) -> None:
        self._rows: Mapping[date, Release] = {}
        self._on_time: dict[date, tuple[datetime, str]] = {}
        self._released: tuple[Release, ...] = ()  # newest first

    def follow(self, rows: Mapping[date, Release], now: datetime) -> None:
        """Take up the rows of the newest `KEPT` releases, by date."""
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
        """Return the date of the newest issue that was released and whose hour has come; None for none."""
        return next((row.day for row in self._released if row.hour <= now), None)

    def row(self, day: date) -> Release | None:
        return self._rows.get(day)


async def known(database: Database, now: datetime) -> ReleasedIssues | None:
    """Return which issues are out, as the database says now; None where no bot has run yet."""
    async with database.read() as session:
        rows = await releases.newest(session, KEPT)
    if not rows:
        return None
    released_issues = ReleasedIssues()
    released_issues.follow(rows, now)
    return released_issues
