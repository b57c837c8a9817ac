"""Every issue of the content folder, kept as it is on disk, and served whole or as it last was good."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.clock import Clock
from bot.domain.access import Access
from bot.domain.issue import Issue
from bot.domain.problem import ContentErrors, Problem
from bot.domain.publication import FILE, Publication
from bot.domain.schedule import left_out, next_release
from bot.domain.skipping import Skipped
from bot.services.content import general_problems, no_issue, read_publication, unreadable
from bot.services.facts import IssueFacts, State, facts_of
from bot.services.folder import Folder, Stamp, is_quiet
from bot.services.loading import Loaded, Package, load, rebuild
from bot.services.search import Hit, Search
from bot.services.telling import tell_issue, tell_problems, tell_publication, tell_removed

QUIET = 1.0
"""Seconds without a change after which a folder is read."""

KEPT = 8
"""Issues held whole in memory."""

NO_ISSUES = "issues"


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one dated folder; `facts` is None when nothing of it can be served."""

    stamp: Stamp
    package: Package
    facts: IssueFacts | None
    problems: tuple[Problem, ...]
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()


class Archive:
    """Call `open` first, then `load_rest` once and `scan` about every second, or only `settle`. Files are
    read in threads.
    """

    publication: Publication

    def __init__(
        self, folder: Path, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = Folder(folder)
        self._clock = clock
        self._monotonic = monotonic
        self._search = Search()
        self._records: dict[date, Record] = {}
        self._waiting: list[date] = []
        self._changing: dict[date | None, tuple[Stamp, float]] = {}
        self._kept: OrderedDict[date, Issue] = OrderedDict()
        self._general: dict[str, tuple[Problem, ...]] = {}
        self._publication_stamp: Stamp = frozenset()
        self._reading = asyncio.Lock()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong now, newest issue first."""
        records = sorted(self._records.items(), reverse=True)
        general = [problem for problems in self._general.values() for problem in problems]
        return (*general, *(problem for _, record in records for problem in record.problems))

    @property
    def general_problems(self) -> tuple[Problem, ...]:
        """What is wrong with publication.toml and with the folder itself."""
        return tuple(
            problem for about, problems in self._general.items() if about != NO_ISSUES for problem in problems
        )

    async def open(self) -> None:
        """Load the publication, the current issue and the upcoming ones; the older ones wait for
        `load_rest`. ContentErrors when there is no valid publication.toml.
        """
        async with self._reading:
            self._publication_stamp = await asyncio.to_thread(self._folder.publication_stamp)
            self.publication = await asyncio.to_thread(read_publication, self._folder)
            self._set_general(FILE, self.publication.warnings)
            self._set_general("names", await asyncio.to_thread(general_problems, self._folder))
            stamps = await asyncio.to_thread(self._folder.stamps)
            # A folder that is being written to waits for `scan`, like any that changes later.
            self._waiting = sorted(day for day, stamp in stamps.items() if is_quiet(stamp, QUIET))
            since = self._monotonic()
            self._changing = {
                day: (stamp, since) for day, stamp in stamps.items() if day not in self._waiting
            }
            newest: Loaded | None = None
            while self._waiting and self.current(self._clock.now()) is None:
                loaded = await self._load(self._waiting.pop())
                newest = newest or (loaded if loaded and loaded.issue else None)
            self._tell(newest)
        self._notice_emptiness()

    async def load_rest(self) -> None:
        """Load what `open` left, newest first, one folder at a time."""
        while self._waiting:
            async with self._reading:
                if self._waiting:
                    await self._load(self._waiting.pop())
        self._notice_emptiness()

    async def settle(self, patience: float = 3 * QUIET) -> None:
        """Read folders that were being written to at `open` as well, once they are quiet; wait so many
        seconds for that. For a program that asks only once.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while self._changing and loop.time() < end:
            await asyncio.sleep(QUIET / 10)
            await self.scan()

    async def scan(self) -> None:
        """Notice what changed on disk, and load each folder that has been quiet for a second."""
        async with self._reading:
            try:
                stamps = await asyncio.to_thread(self._folder.stamps)
                self._set_general("names", await asyncio.to_thread(general_problems, self._folder))
            except OSError as error:
                self._set_general("folder", (unreadable(self._folder, error),))
                return
            self._set_general("folder", ())
            await self._scan_publication(stamps)
            for day in sorted({*stamps, *self._records}, reverse=True):
                if day not in self._waiting:
                    await self._scan_day(day, stamps.get(day))
        self._notice_emptiness()

    def current(self, now: datetime) -> date | None:
        """Return the date of the newest issue that is out."""
        return next(iter(self.dates(now)), None)

    def dates(self, now: datetime, *, upcoming: bool = False) -> tuple[date, ...]:
        """Return the dates of the issues that are out, newest first, or of all of them."""
        served = (record.facts for record in self._records.values() if record.facts is not None)
        shown = (facts.date for facts in served if upcoming or facts.out_at <= now)
        return tuple(sorted(shown, reverse=True))

    def ahead(self, now: datetime) -> dict[date, Record]:
        """Return what is known of each folder that is newer than the current issue and not out, whether
        anything of it can be served or not.
        """
        current, out = self.current(now), self.dates(now)
        return {
            day: record
            for day, record in sorted(self._records.items())
            if day not in out and (current is None or day > current)
        }

    def is_reading(self, day: date) -> bool:
        """Tell whether a folder is still to be read, or is being written to."""
        return day in self._waiting or day in self._changing

    def has_cover(self, day: date) -> bool:
        record = self._records.get(day)
        return record is not None and record.package.cover is not None

    def skipped(self, now: datetime) -> Skipped | None:
        """Return the push days that are skipped since the current issue; None when none is."""
        days = left_out(self.publication, now, self.current(now))
        return Skipped(days, next_release(self.publication, now)) if days else None

    def facts(self, day: date) -> IssueFacts | None:
        record = self._records.get(day)
        return None if record is None else record.facts

    def state(self, day: date) -> State | None:
        """Return what a dated folder holds; None when there is no edition in it, or no such folder."""
        record = self._records.get(day)
        if record is None or (record.facts is None and not record.broken and not record.drafts):
            return None
        going = record.facts.editions if record.facts else {}
        return State(record.facts, going, record.broken, record.drafts)

    async def issue(self, day: date) -> Issue | None:
        """Return the issue, whether it is out or not; None when there is none of that date."""
        if day in self._waiting:
            await self._hurry(day)
        kept = self._kept.get(day)
        if kept is not None:
            self._kept.move_to_end(day)
            return kept
        record = self._records.get(day)
        if record is None or record.facts is None:
            return None
        issue = await asyncio.to_thread(rebuild, self._folder, record.package, self.publication)
        if issue is not None and self._records.get(day) is record:
            self._keep(issue)
        return issue

    async def _hurry(self, day: date) -> None:
        """Load an older issue at once: somebody asks for it before its turn has come."""
        async with self._reading:
            if day in self._waiting:
                self._waiting.remove(day)
                await self._load(day)

    async def search(
        self, words: str, language: str, now: datetime, access: Access, limit: int = 10
    ) -> list[Hit]:
        """Look for `words` in all issues that are out, in `language` or what is served instead of it."""
        return await asyncio.to_thread(self._search.find, words, language, now, access, limit)

    def close(self) -> None:
        self._search.close()

    async def _scan_publication(self, stamps: Mapping[date, Stamp]) -> None:
        """Take up a changed publication, and with it every issue that is quiet; the others follow when they
        are.
        """
        stamp = await asyncio.to_thread(self._folder.publication_stamp)
        if stamp == self._publication_stamp or not self._settled(None, stamp):
            return
        self._publication_stamp = stamp
        try:
            publication = await asyncio.to_thread(read_publication, self._folder)
        except ContentErrors as errors:
            self._set_general(FILE, errors.problems)
            return
        self._set_general(FILE, publication.warnings)
        self.publication = publication
        tell_publication(publication)
        for day, record in sorted(self._records.items(), reverse=True):
            if stamps.get(day) == record.stamp:
                await self._load(day)

    async def _scan_day(self, day: date, stamp: Stamp | None) -> None:
        record = self._records.get(day)
        if record is not None and record.stamp == stamp:
            self._changing.pop(day, None)
        elif self._settled(day, frozenset() if stamp is None else stamp):
            if stamp is None:
                await self._drop(day)
            else:
                self._tell(await self._load(day))

    def _settled(self, what: date | None, stamp: Stamp) -> bool:
        """Tell whether `what` (None: publication.toml) has looked like this for long enough."""
        now = self._monotonic()
        seen, since = self._changing.get(what, (None, now))
        if seen != stamp:
            self._changing[what] = (stamp, now)
            return False
        if now - since < QUIET:
            return False
        del self._changing[what]
        return True

    async def _load(self, day: date) -> Loaded | None:
        """Return what was loaded; None when it has to wait."""
        before = self._records.get(day)
        package = before.package if before else None
        stamp = await asyncio.to_thread(self._folder.stamp, day)
        is_out = before is not None and self._is_out(before)
        loaded = await asyncio.to_thread(load, self._folder, day, self.publication, package, is_out=is_out)
        if await asyncio.to_thread(self._folder.stamp, day) != stamp:
            return None  # written to while it was read: a scan loads it when it is quiet
        await self._take(loaded, stamp)
        known = before.problems if before else ()
        tell_problems(known, loaded.problems)
        return loaded

    def _is_out(self, record: Record) -> bool:
        """Tell whether readers have met it."""
        facts = record.facts
        return facts is not None and not facts.drafts and facts.out_at <= self._clock.now()

    async def _take(self, loaded: Loaded, stamp: Stamp) -> None:
        day, issue = loaded.package.day, loaded.issue
        kept = self._kept.pop(day, None) is not None
        if issue is None:
            await asyncio.to_thread(self._search.forget, day)
        else:
            first, now = self.publication.first_language, self._clock.now()
            await asyncio.to_thread(self._search.put, issue, first, now)
        facts = None if issue is None else facts_of(issue, loaded.broken, loaded.drafts)
        self._records[day] = Record(
            stamp, loaded.package, facts, loaded.problems, loaded.broken, loaded.drafts
        )
        self._kept.pop(day, None)  # what `issue` made of the old record meanwhile
        if issue is not None and (kept or len(self._kept) < KEPT):
            self._keep(issue)

    def _keep(self, issue: Issue) -> None:
        self._kept[issue.date] = issue
        self._kept.move_to_end(issue.date)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    async def _drop(self, day: date) -> None:
        await asyncio.to_thread(self._search.forget, day)
        self._records.pop(day, None)
        self._kept.pop(day, None)
        tell_removed(day)

    def _set_general(self, about: str, problems: tuple[Problem, ...]) -> None:
        tell_problems(self._general.get(about, ()), problems)
        self._general[about] = problems

    def _notice_emptiness(self) -> None:
        served = self._waiting or self._changing or any(record.facts for record in self._records.values())
        self._set_general(NO_ISSUES, () if served else (no_issue(self._folder),))

    def _tell(self, loaded: Loaded | None) -> None:
        if loaded is not None:
            tell_issue(loaded, self.publication.zone)
