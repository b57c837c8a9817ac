"""The archive: every issue of the content folder, as it is served."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.clock import Clock
from bot.domain.content.gate import Access
from bot.domain.content.issue import Issue
from bot.domain.content.problem import ContentErrors, Problem
from bot.domain.content.publication import FILE
from bot.services.content.content_log import log_issue, log_problems, log_publication, log_removed
from bot.services.content.debounce import Debounce
from bot.services.content.folder import Folder, Stamp, is_quiet
from bot.services.content.issues.issue_cache import IssueCache
from bot.services.content.issues.issue_summary import summary_of
from bot.services.content.issues.loading import load
from bot.services.content.issues.package import Loaded, Package
from bot.services.content.issues.record import Record
from bot.services.content.known_problems import NO_ISSUES, KnownProblems
from bot.services.content.pictures.conversion import Pictures
from bot.services.content.publication_file import general_problems, no_issue, read_publication, unreadable
from bot.services.content.released_issues import ByHour, Out
from bot.services.content.search.search import Hit, Search
from bot.services.content.served_issues import ServedIssues

QUIET = 1.0
"""Seconds without a change before a folder is read: a save may take several writes."""

PACKAGES_KEPT = timedelta(days=60)
"""How long the last good sources of an issue outlive its folder."""


class Archive(ServedIssues):
    """Reads issues from the content folder and serves them.

    1. `restore_sources`: the last good sources from before this start, if there are any.
    2. `open`: the publication and the newest issues; after it readers can be served.
    3. `load_rest` once, then `scan` about every second; or only `wait_until_quiet`, to ask once.

    An edition that does not load is served in its last good source. Files are read in threads, one folder at
    a time; answers come from memory.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        out: Out | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        pictures: Pictures | None = None,
    ) -> None:
        """`out` says which issues are out; without it, each from its hour on. `monotonic`: seconds, for
        `QUIET`. `pictures` converts covers; without it, converted ones are kept in memory only.
        """
        super().__init__(clock, out or ByHour())
        self._folder = Folder(folder, pictures or Pictures())
        self._search = Search()
        self._waiting: list[date] = []
        self._changing: Debounce[date | None] = Debounce(QUIET, monotonic)  # None: publication.toml
        self._issues = IssueCache(self._folder)
        self._general = KnownProblems()
        self._publication_stamp: Stamp = frozenset()
        self._last_good: dict[date, Package] = {}
        self._reading = asyncio.Lock()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong now: with the folder as a whole, then issue by issue, newest first."""
        records = sorted(self._records.items(), reverse=True)
        return (*self._general.all, *(problem for _, record in records for problem in record.problems))

    @property
    def general_problems(self) -> tuple[Problem, ...]:
        """What is wrong with publication.toml and with the folder itself."""
        return self._general.general

    def restore_sources(self, good: Mapping[date, Package]) -> None:
        """Take the last good sources of issues from before this start, to be served where the file on disk
        is broken. Call it before `open`.
        """
        self._last_good = dict(good)

    async def look(self) -> None:
        """Read publication.toml and list the dated folders; no issue is read.

        ContentErrors where there is no valid publication.toml.
        """
        async with self._reading:
            self._publication_stamp = await asyncio.to_thread(self._folder.publication_stamp)
            self.publication = await asyncio.to_thread(read_publication, self._folder)
            self._general.put(FILE, self.publication.warnings)
            self._general.put("names", await asyncio.to_thread(general_problems, self._folder))
            self._stamps = await asyncio.to_thread(self._folder.stamps)

    async def open(self) -> None:
        """Load the current issue and all newer ones; older ones wait for `load_rest`.

        ContentErrors where there is no valid publication.toml.
        """
        await self.look()
        async with self._reading:
            stamps, now = self.stamps, self._clock.now()
            # An issue that was withdrawn before it was out must not come back from its sources.
            good = self._last_good.items()
            self._last_good = {
                day: package for day, package in good if day in stamps or self.is_out(day, now)
            }
            # A folder that is being written to is left to `scan`, like one that changes later.
            self._waiting = sorted(day for day, stamp in stamps.items() if is_quiet(stamp, QUIET))
            for day, stamp in stamps.items():
                if day not in self._waiting:
                    self._changing.is_stable(day, stamp)
            newest: Loaded | None = None
            while self._waiting and self.current(now) is None:
                loaded = await self._load(self._waiting.pop())
                newest = newest or (loaded if loaded and loaded.issue else None)
            self._tell(newest)
        self._note_empty_folder()

    async def load_rest(self) -> None:
        """Load the issues that `open` left, newest first. Readers are served between two of them."""
        while self._waiting:
            async with self._reading:
                if self._waiting:
                    await self._load(self._waiting.pop())
        self._note_empty_folder()

    async def wait_until_quiet(self, patience: float = 3 * QUIET) -> None:
        """Read folders that are being written to, once they are quiet; wait `patience` seconds at most."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while self._changing and loop.time() < end:
            await asyncio.sleep(QUIET / 10)
            await self.scan()

    async def scan(self) -> None:
        """Look what changed on disk; load each changed folder that has been quiet for `QUIET` seconds.

        A content folder that cannot be read is a problem, and everything stays as it was.
        """
        async with self._reading:
            try:
                stamps = await asyncio.to_thread(self._folder.stamps)
                self._general.put("names", await asyncio.to_thread(general_problems, self._folder))
            except OSError as error:
                self._general.put("folder", (unreadable(self._folder, error),))
                return
            self._general.put("folder", ())
            self._stamps = stamps
            await self._scan_publication(stamps)
            for day in sorted({*stamps, *self._records}, reverse=True):
                if day not in self._waiting:
                    await self._scan_day(day, stamps.get(day))
        self._note_empty_folder()

    async def stamp(self, day: date) -> Stamp:
        """Return what lies in a dated folder at this moment; empty where there is nothing."""
        return await asyncio.to_thread(self._folder.stamp, day)

    def is_reading(self, day: date) -> bool:
        """Tell whether a folder waits to be read, or is being written to."""
        return day in self._waiting or day in self._changing

    async def issue(self, day: date) -> Issue | None:
        """Return an issue with its texts, out or not; None where there is none of that date.

        One that was not asked for lately is rebuilt from its sources, which takes some milliseconds.
        """
        if day in self._waiting:
            await self._hurry(day)
        record = self._records.get(day)
        if record is not None and self._hides_drafts(record, self._clock.now()):
            return await self._issues.rebuild(record, self.publication, hides_drafts=True)
        if (issue := self._issues.get(day)) is not None:
            return issue
        if record is None or record.summary is None:
            return None
        issue = await self._issues.rebuild(record, self.publication)
        if issue is not None and self._records.get(day) is record:
            self._issues.put(issue)
        return issue

    async def _hurry(self, day: date) -> None:
        """Load an older issue before its turn: somebody has asked for it."""
        async with self._reading:
            if day in self._waiting:
                self._waiting.remove(day)
                await self._load(day)

    async def search(
        self, words: str, language: str, now: datetime, access: Access, limit: int = 10
    ) -> list[Hit]:
        """Search all issues that are out, in `language` or the edition served in its place.

        Best hits first, at most `limit`. Without access, paid words are not found.
        """
        is_out = partial(self.is_out, now=now)
        return await asyncio.to_thread(self._search.find, words, language, is_out, access, limit)

    def close(self) -> None:
        self._issues.close()
        self._search.close()

    async def _scan_publication(self, stamps: Mapping[date, Stamp]) -> None:
        """Take up a changed publication.toml and reload every quiet issue, whose hour depends on it."""
        stamp = await asyncio.to_thread(self._folder.publication_stamp)
        if stamp == self._publication_stamp or not self._changing.is_stable(None, stamp):
            return
        self._publication_stamp = stamp
        try:
            publication = await asyncio.to_thread(read_publication, self._folder)
        except ContentErrors as errors:
            self._general.put(FILE, errors.problems)
            return
        self._general.put(FILE, publication.warnings)
        self.publication = publication
        log_publication(publication)
        for day, record in sorted(self._records.items(), reverse=True):
            if stamps.get(day) == record.stamp:
                await self._load(day)

    async def _scan_day(self, day: date, stamp: Stamp | None) -> None:
        record = self._records.get(day)
        if record is not None and record.stamp == stamp and self._means_something_else(record):
            await self._load(day)
        elif record is not None and record.stamp == stamp:
            self._changing.forget(day)
        elif self._changing.is_stable(day, frozenset() if stamp is None else stamp):
            if stamp is None:
                await self._drop(day)
            else:
                self._tell(await self._load(day))

    def _means_something_else(self, record: Record) -> bool:
        """Tell whether the same files are to be read anew, because the issue has come out since.

        A draft holds back an issue that is not out; in one that is out, it is an error.
        """
        is_out = self.is_out(record.package.day, self._clock.now())
        return record.was_out != is_out and bool(record.drafts or record.broken)

    async def _load(self, day: date) -> Loaded | None:
        """Read a folder and serve what it holds; None where it was written to meanwhile."""
        before = self._records.get(day)
        package = before.package if before else self._last_good.get(day)
        stamp = await asyncio.to_thread(self._folder.stamp, day)
        now = self._clock.now()
        is_out = self.is_out(day, now)
        loaded = await asyncio.to_thread(load, self._folder, day, self.publication, package, is_out=is_out)
        if await asyncio.to_thread(self._folder.stamp, day) != stamp:
            return None  # a scan loads it once it is quiet
        await self._take(loaded, stamp, now, was_out=is_out)
        known = before.problems if before else ()
        log_problems(known, loaded.problems)
        return loaded

    async def _take(self, loaded: Loaded, stamp: Stamp, now: datetime, *, was_out: bool) -> None:
        day, issue, going = loaded.package.day, loaded.issue, loaded.going
        was_held = self._issues.drop(day)
        if going is None:
            await asyncio.to_thread(self._search.forget, day)
        else:
            is_out = partial(self.is_out, now=now)
            await asyncio.to_thread(self._search.put, going, self.publication.first_language, is_out)
        broken, drafts = loaded.broken, loaded.drafts
        summary = None if issue is None else summary_of(issue, broken, drafts)
        shown = None if going is None else summary_of(going, broken, drafts)
        self._records[day] = Record(
            stamp, loaded.package, summary, loaded.problems, shown, broken, drafts, loaded.seen, was_out
        )
        self._issues.drop(day)  # `issue` may have rebuilt it from the old record meanwhile
        if issue is not None and (was_held or self._issues.has_room):
            self._issues.put(issue)

    async def _drop(self, day: date) -> None:
        await asyncio.to_thread(self._search.forget, day)
        record = self._records.pop(day, None)
        self._last_good.pop(day, None)
        now = self._clock.now()
        if record is not None and self.is_out(day, now):
            self._last_good[day] = record.package  # in case the folder comes back broken
        since = now.date() - PACKAGES_KEPT
        self._last_good = {day: package for day, package in self._last_good.items() if day >= since}
        self._issues.drop(day)
        log_removed(day)

    def _note_empty_folder(self) -> None:
        served = self._waiting or self._changing or any(record.summary for record in self._records.values())
        self._general.put(NO_ISSUES, () if served else (no_issue(self._folder),))

    def _tell(self, loaded: Loaded | None) -> None:
        if loaded is not None:
            log_issue(loaded, self.publication.zone)
