"""Issues as they are served, and which are out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.clock import Clock
from bot.domain.content.publication import Publication
from bot.domain.delivery.schedule import left_out, next_release
from bot.domain.publishing.skipping import Skipped
from bot.services.content.folder import Stamp
from bot.services.content.issues.issue_summary import FolderState, IssueSummary
from bot.services.content.issues.record import Record
from bot.services.content.released_issues import Out


class ServedIssues:
    """Which issues there are, which are out, and what is known of each; answered from memory.

    The `Archive` fills it from the content folder. `now` is aware.
    """

    def __init__(self, clock: Clock, out: Out) -> None:
        self._clock = clock
        self._out = out
        self._records: dict[date, Record] = {}
        self._stamps: Mapping[date, Stamp] = {}
        self._closed: frozenset[str] = frozenset()
        self._publication: Publication

    @property
    def publication(self) -> Publication:
        """The publication as its file says, with the offers that are closed (see `close_offers`)."""
        return self._publication

    @publication.setter
    def publication(self, publication: Publication) -> None:
        self._publication = replace(publication, closed=self._closed)

    def close_offers(self, ids: frozenset[str]) -> None:
        """Note which offers nobody can take any more; the others are open again."""
        if ids != self._closed:
            self._closed = ids
            self.publication = self._publication

    def current(self, now: datetime) -> date | None:
        """Return the date of the newest issue that is out; None where none is."""
        return next(iter(self.dates(now)), None)

    def dates(self, now: datetime, *, upcoming: bool = False) -> tuple[date, ...]:
        """Return the dates of the issues that are out, newest first; with `upcoming`, of all issues."""
        served = (day for day, record in self._records.items() if self._shown(record, now) is not None)
        shown = (day for day in served if upcoming or self.is_out(day, now))
        return tuple(sorted(shown, reverse=True))

    def is_out(self, day: date, now: datetime) -> bool:
        """Tell whether readers may meet the issue of this date, if there is one.

        Everything that shows an issue asks here: commands, search, push, public pages.
        """
        record = self._records.get(day)
        is_still = record is not None and self._stamps.get(day) == record.stamp
        seen = record.seen if record is not None and is_still else None
        return self._out.is_out(day, self.publication.out_at(day), now, seen)

    @property
    def stamps(self) -> Mapping[date, Stamp]:
        """What lay in each dated folder when the content folder was last looked at."""
        return self._stamps

    def loaded(self, day: date) -> tuple[Stamp, str] | None:
        """Return the stamp that a dated folder had when it was loaded, and a digest of its files; None where
        it is not loaded.
        """
        record = self._records.get(day)
        return None if record is None else (record.stamp, record.seen)

    def sources(self) -> dict[date, Mapping[str, bytes]]:
        """Return the last good sources of all issues, by date and language, compressed with zlib."""
        return {day: record.package.sources for day, record in self._records.items()}

    def ahead(self, now: datetime) -> dict[date, Record]:
        """Return what is known of each issue to come, also where nothing of it can be served.

        An issue is to come if it is newer than the current one and not out.
        """
        current, out = self.current(now), self.dates(now)
        return {
            day: record
            for day, record in sorted(self._records.items())
            if day not in out and (current is None or day > current)
        }

    def has_cover(self, day: date) -> bool:
        record = self._records.get(day)
        return record is not None and record.package.cover is not None

    def skipped(self, now: datetime) -> Skipped | None:
        """Return the push days that are skipped since the current issue; None when none is."""
        days = left_out(self.publication, now, self.current(now))
        return Skipped(days, next_release(self.publication, now)) if days else None

    def summary(self, day: date) -> IssueSummary | None:
        """Return the summary of what may be shown of an issue now, out or not; None for nothing."""
        record = self._records.get(day)
        return None if record is None else self._shown(record, self._clock.now())

    def _shown(self, record: Record, now: datetime) -> IssueSummary | None:
        return record.going if self._hides_drafts(record, now) else record.summary

    def _hides_drafts(self, record: Record, now: datetime) -> bool:
        """Tell whether an issue is out that was loaded with a draft: readers get its last good source."""
        return bool(record.drafts) and self.is_out(record.package.day, now)

    def state(self, day: date) -> FolderState | None:
        """Return what a dated folder holds; None where it holds no edition, or is not there."""
        record = self._records.get(day)
        if record is None or (record.summary is None and not record.broken and not record.drafts):
            return None
        going = record.going.editions if record.going else {}
        return FolderState(record.summary, going, record.broken, record.drafts)
