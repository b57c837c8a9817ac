"""Every issue of the content folder, kept as it is on disk, and served whole or as it last was good."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.clock import Clock
from bot.domain.gate import Access
from bot.domain.issue import Issue
from bot.domain.problem import ContentErrors, Problem
from bot.domain.publication import FILE, Publication
from bot.domain.schedule import left_out, next_release
from bot.domain.skipping import Skipped
from bot.services.content import general_problems, no_issue, read_publication, unreadable
from bot.services.facts import IssueFacts, State, facts_of
from bot.services.folder import Folder, Stamp, is_quiet
from bot.services.loading import Loaded, Package, load, rebuild
from bot.services.outs import ByHour, Out
from bot.services.pictures import Pictures
from bot.services.search import Hit, Search
from bot.services.telling import tell_issue, tell_problems, tell_publication, tell_removed

QUIET = 1.0
"""Seconds without a change after which a folder is read."""

PACKAGES_KEPT = timedelta(days=60)
"""For so long what was last good of an issue whose folder was taken away is kept."""

KEPT = 8
"""Issues held whole in memory."""

NO_ISSUES = "issues"


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one dated folder; `facts` is None when nothing of it can be shown."""

    stamp: Stamp
    package: Package
    facts: IssueFacts | None
    problems: tuple[Problem, ...]
    going: IssueFacts | None = None  # `facts` but for drafts: what readers would get
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    seen: str = ""
    was_out: bool = False  # when it was loaded: a draft is an error then


class Archive:
    """Call `open` first, then `load_rest` once and `scan` about every second, or only `settle`. Files are
    read in threads.
    """

    publication: Publication

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        out: Out | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        pictures: Pictures | None = None,
    ) -> None:
        """`out` says which issues are out; without it each is from its hour on. `pictures` brings covers into
        form; without it they are kept in memory alone.
        """
        self._out = out or ByHour()
        self._folder = Folder(folder, pictures or Pictures())
        self._clock = clock
        self._monotonic = monotonic
        self._search = Search()
        self._records: dict[date, Record] = {}
        self._waiting: list[date] = []
        self._changing: dict[date | None, tuple[Stamp, float]] = {}
        self._kept: OrderedDict[date, Issue] = OrderedDict()
        self._general: dict[str, tuple[Problem, ...]] = {}
        self._publication_stamp: Stamp = frozenset()
        self._stamps: Mapping[date, Stamp] = {}
        self._last_good: dict[date, Package] = {}
        self._reading = asyncio.Lock()
        self._rebuilding: dict[tuple[date, bool], tuple[Record, asyncio.Task[Issue | None]]] = {}
        self._rebuilder = ThreadPoolExecutor(1, "old issues")

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

    def remember(self, good: Mapping[date, Package]) -> None:
        """Take what was last good of issues before this program began, to serve it where the file on disk is
        broken. Call it before `open`.
        """
        self._last_good = dict(good)

    async def look(self) -> None:
        """Read the publication, and which issues there are. ContentErrors when there is no valid
        publication.toml.
        """
        async with self._reading:
            self._publication_stamp = await asyncio.to_thread(self._folder.publication_stamp)
            self.publication = await asyncio.to_thread(read_publication, self._folder)
            self._set_general(FILE, self.publication.warnings)
            self._set_general("names", await asyncio.to_thread(general_problems, self._folder))
            self._stamps = await asyncio.to_thread(self._folder.stamps)

    async def open(self) -> None:
        """Load the publication, the current issue and the upcoming ones; the older ones wait for
        `load_rest`. ContentErrors when there is no valid publication.toml.
        """
        await self.look()
        async with self._reading:
            stamps, now = self.stamps, self._clock.now()
            kept = self._last_good.items()  # what was withdrawn before it was out leaves nothing behind
            self._last_good = {day: one for day, one in kept if day in stamps or self.is_out(day, now)}
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
            self._stamps = stamps
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
        served = (day for day in self._records if self.facts(day) is not None)
        shown = (day for day in served if upcoming or self.is_out(day, now))
        return tuple(sorted(shown, reverse=True))

    def is_out(self, day: date, now: datetime) -> bool:
        """Tell whether readers may meet the issue of this date, if there is one. Every door asks here."""
        record = self._records.get(day)
        is_still = record is not None and self._stamps.get(day) == record.stamp
        seen = record.seen if record is not None and is_still else None
        return self._out.is_out(day, self.publication.out_at(day), now, seen)

    @property
    def stamps(self) -> Mapping[date, Stamp]:
        """What lay in each dated folder when the content folder was last looked at."""
        return self._stamps

    async def stamp(self, day: date) -> Stamp:
        """Look what lies in a dated folder this moment; empty when there is nothing."""
        return await asyncio.to_thread(self._folder.stamp, day)

    def loaded(self, day: date) -> tuple[Stamp, str] | None:
        """Return the stamp of what was loaded of a dated folder, and the digest of what lay there."""
        record = self._records.get(day)
        return None if record is None else (record.stamp, record.seen)

    def sources(self) -> dict[date, Mapping[str, bytes]]:
        """Return the last good sources of all issues, compressed, by language."""
        return {day: record.package.sources for day, record in self._records.items()}

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
        if record is None:
            return None
        return record.going if self._hides_drafts(record) else record.facts

    def _hides_drafts(self, record: Record) -> bool:
        """Tell whether readers may meet an issue of which an edition on disk was a draft when it was loaded:
        it is not theirs.
        """
        return bool(record.drafts) and self.is_out(record.package.day, self._clock.now())

    def state(self, day: date) -> State | None:
        """Return what a dated folder holds; None when there is no edition in it, or no such folder."""
        record = self._records.get(day)
        if record is None or (record.facts is None and not record.broken and not record.drafts):
            return None
        going = record.going.editions if record.going else {}
        return State(record.facts, going, record.broken, record.drafts)

    async def issue(self, day: date) -> Issue | None:
        """Return the issue, whether it is out or not; None when there is none of that date."""
        if day in self._waiting:
            await self._hurry(day)
        record, kept = self._records.get(day), self._kept.get(day)
        if record is not None and self._hides_drafts(record):
            return await self._rebuilt(record, hides_drafts=True)
        if kept is not None:
            self._kept.move_to_end(day)
            return kept
        if record is None or record.facts is None:
            return None
        issue = await self._rebuilt(record)
        if issue is not None and self._records.get(day) is record:
            self._keep(issue)
        return issue

    async def _rebuilt(self, record: Record, *, hides_drafts: bool = False) -> Issue | None:
        """Let all who ask for an issue wait for one rebuilding."""
        key = (record.package.day, hides_drafts)
        known, task = self._rebuilding.get(key, (None, None))
        if task is None or task.done() or known is not record:
            task = asyncio.create_task(self._rebuild(record, hides_drafts=hides_drafts))
            self._rebuilding[key] = (record, task)
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)  # who goes away takes it from nobody else

    async def _rebuild(self, record: Record, *, hides_drafts: bool) -> Issue | None:
        """Rebuild it in a thread of its own: however many old issues are asked for, what else needs a thread
        does not wait for them.
        """
        package = replace(record.package, drafts={}) if hides_drafts else record.package
        work = partial(rebuild, self._folder, package, self.publication)
        return await asyncio.get_running_loop().run_in_executor(self._rebuilder, work)

    def _forget(self, key: tuple[date, bool], done: asyncio.Task[Issue | None]) -> None:
        if self._rebuilding.get(key, (None, None))[1] is done:
            del self._rebuilding[key]

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
        is_out = partial(self.is_out, now=now)
        return await asyncio.to_thread(self._search.find, words, language, is_out, access, limit)

    def close(self) -> None:
        self._rebuilder.shutdown(wait=False, cancel_futures=True)
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
        if record is not None and record.stamp == stamp and self._means_something_else(record):
            await self._load(day)
        elif record is not None and record.stamp == stamp:
            self._changing.pop(day, None)
        elif self._settled(day, frozenset() if stamp is None else stamp):
            if stamp is None:
                await self._drop(day)
            else:
                self._tell(await self._load(day))

    def _means_something_else(self, record: Record) -> bool:
        """Tell whether the same files are to be read anew: a draft holds an issue that is not out, and is an
        error in one that is.
        """
        is_out = self.is_out(record.package.day, self._clock.now())
        return record.was_out != is_out and bool(record.drafts or record.broken)

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
        package = before.package if before else self._last_good.get(day)
        stamp = await asyncio.to_thread(self._folder.stamp, day)
        is_out = self.is_out(day, self._clock.now())
        loaded = await asyncio.to_thread(load, self._folder, day, self.publication, package, is_out=is_out)
        if await asyncio.to_thread(self._folder.stamp, day) != stamp:
            return None  # written to while it was read: a scan loads it when it is quiet
        await self._take(loaded, stamp, was_out=is_out)
        known = before.problems if before else ()
        tell_problems(known, loaded.problems)
        return loaded

    async def _take(self, loaded: Loaded, stamp: Stamp, *, was_out: bool) -> None:
        day, issue, going = loaded.package.day, loaded.issue, loaded.going
        kept = self._kept.pop(day, None) is not None
        if going is None:
            await asyncio.to_thread(self._search.forget, day)
        else:
            is_out = partial(self.is_out, now=self._clock.now())
            await asyncio.to_thread(self._search.put, going, self.publication.first_language, is_out)
        broken, drafts = loaded.broken, loaded.drafts
        facts = None if issue is None else facts_of(issue, broken, drafts)
        shown = None if going is None else facts_of(going, broken, drafts)
        self._records[day] = Record(
            stamp, loaded.package, facts, loaded.problems, shown, broken, drafts, loaded.seen, was_out
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
        record = self._records.pop(day, None)
        self._last_good.pop(day, None)
        if record is not None and self.is_out(day, self._clock.now()):
            self._last_good[day] = record.package  # should the folder come back broken
        since = self._clock.now().date() - PACKAGES_KEPT
        self._last_good = {day: one for day, one in self._last_good.items() if day >= since}
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
