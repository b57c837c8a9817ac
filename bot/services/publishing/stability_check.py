"""A released issue is pushed once its folder has stopped changing."""

from datetime import date

from bot.clock import Clock
from bot.domain.publishing.release import QUIET
from bot.services.content.archive import Archive
from bot.services.content.folder import Stamp
from bot.services.content.released_issues import ReleasedIssues


class StabilityCheck:
    """Compares what is loaded of a released issue with what was released. Call `look` every second.

    The two can differ: a crash, or an outage of the database, may lie between release and push.
    """

    def __init__(self, archive: Archive, released_issues: ReleasedIssues, clock: Clock) -> None:
        self._archive = archive
        self._released_issues = released_issues
        self._clock = clock
        self._other: tuple[date, tuple[Stamp, str], float] | None = None  # and since when

    def look(self) -> None:
        """Note since when the newest released issue differs from what was released."""
        newest = self._released_issues.newest(self._clock.now())
        if newest is not None:
            self.is_stable(newest)

    def is_stable(self, day: date) -> bool:
        """Tell whether what is loaded is what was released, or has not changed for a minute."""
        row, seen, passed = self._released_issues.row(day), self._archive.loaded(day), self._clock.steady()
        if row is None or seen is None or row.seen in {"", seen[1]}:  # "": released before it was looked at
            return row is not None
        if self._other is None or self._other[:2] != (day, seen):
            self._other = (day, seen, passed)
        return passed - self._other[2] >= QUIET.total_seconds()
