"""Releases: the leader applies the one rule each second."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog

from bot.clock import Clock
from bot.db.delivery import campaigns
from bot.db.engine.session import Database, Session
from bot.db.operations import notices, timestamps
from bot.db.operations.notices import Notice
from bot.db.publishing import releases
from bot.db.publishing.releases import Release
from bot.domain.delivery.campaign import Kind
from bot.domain.publishing.release import How, Reason, plan
from bot.services.content.archive import Archive
from bot.services.content.folder import Stamp
from bot.services.content.issues.issue_summary import FolderState
from bot.services.content.released_issues import KEPT, ReleasedIssues
from bot.services.content.sources import Sources
from bot.services.publishing.release_rows import decided, is_over, not_ahead, unreleased, withdrawn
from bot.services.publishing.stability_check import StabilityCheck
from bot.services.publishing.terms import ReleaseTerms, terms_of
from bot.services.publishing.upcoming_issue import upcoming_issue

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a folder looked like when this process last looked, and when it first looked like that."""

    stamp: Stamp
    at: datetime


class Releasing:
    """Decides when each issue is out, by the one rule of `domain.publishing.release`.

    Call `begin` before the archive opens, then `look` every second, in every process: the leader decides and
    writes a row for each issue to come, the others read these rows.
    """

    def __init__(
        self,
        database: Database,
        archive: Archive,
        released_issues: ReleasedIssues,
        clock: Clock,
        *,
        leads: Callable[[], bool],
    ) -> None:
        """`leads` tells whether this process is the leader now."""
        self._database = database
        self._archive = archive
        self._released_issues = released_issues
        self._clock = clock
        self._leads = leads
        self._stability = StabilityCheck(archive, released_issues, clock)
        self._sources = Sources(database, archive, clock)
        self._began = clock.now()
        self._sights: dict[date, Sight] = {}
        self._terms: dict[date, ReleaseTerms] = {}
        self._met: set[date] = set()
        self._looking = asyncio.Lock()

    async def begin(self) -> None:
        """Read the releases, and the last good sources into the archive, before anybody is served.

        At the very first start, issues whose hour is past are out and are not pushed. DatabaseError.
        """
        self._began = now = self._clock.now()
        await self._sources.restore()
        async with self._database.write() as session:
            since = await timestamps.first(session, timestamps.PUSHING, now)
            if await timestamps.find(session, timestamps.RELEASING) is None:
                await timestamps.first(session, timestamps.RELEASING, now)
                await self._find(session, since, now)
        await self._follow()

    def pushes(self, day: date) -> bool:
        """Tell whether an issue was released to be pushed: not as an older one, nor declined."""
        row = self._released_issues.row(day)
        return row is not None and row.pushes

    def how(self, day: date) -> How | None:
        """Return by what an issue was released; None where it was not."""
        row = self._released_issues.row(day)
        return None if row is None else row.how

    def is_stable(self, day: date) -> bool:
        """Tell whether a released issue may be pushed as it is loaded now: see `StabilityCheck`."""
        return self._stability.is_stable(day)

    async def look(self) -> None:
        """Decide about every issue to come where this process leads; else read what the leader decided.

        DatabaseError: the next call tries again.
        """
        async with self._looking:
            rows = await self._follow()
            self._stability.look()
            if not self._leads():
                self._sources.follow()
                self._sights.clear()
                self._terms.clear()
                return
            coming = self._coming(rows, self._clock.now())
            self._met.intersection_update(coming)
            self._sights = {day: sight for day, sight in self._sights.items() if day in coming}
            self._terms = {day: terms for day, terms in self._terms.items() if day in coming}
            newer: datetime | None = None  # when a newer issue goes whose hour is past
            for day in coming:
                due_at = await self._look_at(day, rows.get(day), newer)
                # Not earlier than the reading in `_look_at`: an issue that it found out counts here too.
                if due_at is not None and self._archive.publication.out_at(day) <= self._clock.now():
                    newer = min(due_at, newer or due_at)
            await self._sources.store()

    async def _find(self, session: Session, since: datetime, now: datetime) -> None:
        """Release the newest issue that was out before releases were kept; all older ones are out with it."""
        publication = self._archive.publication
        for day in sorted(self._archive.stamps, reverse=True):
            hour = publication.out_at(day)
            if hour > now:
                continue
            pushed = await campaigns.by_key(session, Kind.ISSUE, str(day)) is not None
            if pushed or hour <= since:
                how = How.RULE if pushed else How.FOUND
                await releases.add(session, Release(day, hour, now, released_at=now, how=how))
                if how is How.FOUND:
                    log.info(
                        "issues that are out already are not pushed: readers meet them by /start",
                        newest=str(day),
                    )
                return

    async def _follow(self) -> dict[date, Release]:
        async with self._database.read() as session:
            rows = await releases.newest(session, KEPT)
        self._released_issues.follow(rows, self._clock.now())
        return rows

    def _coming(self, rows: Mapping[date, Release], now: datetime) -> list[date]:
        """Return the dates about which something is to be decided, newest first."""
        newest = self._released_issues.newest(now)
        days = {day for day in self._archive.stamps if newest is None or day > newest}
        return sorted(days | {day for day, row in rows.items() if not is_over(row, now)}, reverse=True)

    async def _look_at(self, day: date, row: Release | None, newer: datetime | None) -> datetime | None:
        """Decide about an issue; return when it goes by itself, None where it does not."""
        stamp = await self._archive.stamp(day)
        now = self._clock.now()  # read after the stamp: what was seen was there by then
        sight = self._seen(day, row, stamp, now)
        state, loaded = self._archive.state(day), self._archive.loaded(day)
        if state is None:
            if row is not None and (loaded is not None or day not in self._archive.stamps):
                await self._write(row, withdrawn(row), ())
            return None
        known = self._known(day, row, sight, state, now)
        newest = self._released_issues.newest(now)
        is_older = newest is not None and day < newest
        chosen = plan(upcoming_issue(known, state, self._archive.publication, is_older=is_older), now)
        is_overtaken = newer is not None and (chosen.due_at is None or newer <= chosen.due_at)
        await self._write(row, decided(known, state, chosen, now, is_overtaken=is_overtaken), chosen.reasons)
        return chosen.due_at

    def _seen(self, day: date, row: Release | None, stamp: Stamp, now: datetime) -> Sight:
        """Return what a folder looks like, and since when: a change of its terms counts as a change too."""
        before, terms = self._sights.get(day), terms_of(self._archive.publication, day)
        if self._terms.setdefault(day, terms) != terms:
            self._terms[day] = terms
            self._sights[day] = before = Sight(stamp, now)
        is_known = row is not None and row.hour == terms.hour
        if before is None and row is not None and is_known and self._archive.loaded(day) == (stamp, row.seen):
            self._sights[day] = Sight(stamp, row.changed_at)  # an earlier process saw the same
        elif before is None or before.stamp != stamp:
            self._sights[day] = Sight(stamp, now)
        if self._sights[day].at > now:  # the clock was set back
            self._sights[day] = Sight(stamp, now)
        return self._sights[day]

    def _known(
        self, day: date, row: Release | None, sight: Sight, state: FolderState, now: datetime
    ) -> Release:
        """Return an issue's row as it is with this look, before the rule is applied."""
        hour, loaded = self._archive.publication.out_at(day), self._archive.loaded(day)
        known = not_ahead(unreleased(row or Release(day, hour, now), hour), now)
        if loaded is not None and loaded[0] == sight.stamp:
            broken_since = (known.broken_since or now) if state.broken else None
            # Admins were shown other words: their buttons must not answer for these.
            is_other = bool(known.asked_at and known.seen) and known.seen != loaded[1]
            round_ = known.round + is_other
            known = replace(known, seen=loaded[1], broken_since=broken_since, round=round_)
        is_new, found_at = day not in self._met, known.found_at
        is_known = row is not None and row.seen != ""  # and was not withdrawn since
        self._met.add(day)
        if is_new and is_known and self._began >= hour:
            # No process watched the folder before this start: it counts as met now.
            found_at = now
            self._sights[day] = sight = Sight(sight.stamp, now)
        elif not is_known and sight.at >= hour:
            found_at = sight.at
        return replace(known, changed_at=sight.at, found_at=found_at if now >= hour else None)

    async def _write(self, before: Release | None, known: Release, reasons: Sequence[Reason]) -> None:
        """Write an issue's row, unless an admin has answered or another process has decided meanwhile."""
        if known == before:
            return
        async with self._database.write() as session:
            current = await releases.find(session, known.day, lock=True)
            if current != before or not self._leads() or await self._has_changed(known):
                return
            if current is None:
                await releases.add(session, known)
            else:
                await releases.write(session, known)
            await _note_old_words(session, known)
        _tell(before, known, reasons)
        await self._follow()

    async def _has_changed(self, known: Release) -> bool:
        """Tell whether a file was saved since this look began: the next look decides with it.

        It matters only where the rule is about to release the issue.
        """
        if known.released_at is None or known.how is not How.RULE:
            return False
        seen, stamp = self._sights[known.day].stamp, await self._archive.stamp(known.day)
        loaded = self._archive.loaded(known.day)
        return seen != stamp or loaded is None or loaded[0] != seen


async def _note_old_words(session: Session, release: Release) -> None:
    """Tell the admins which languages of a pushed issue went in old words, or not at all."""
    if release.pushes and release.released_at and (release.old or release.missing):
        details = {"day": str(release.day), "old": release.old, "missing": release.missing}
        notice = Notice(f"old words:{release.day}", "old words", details)
        await notices.add(session, notice, release.released_at)


def _tell(before: Release | None, known: Release, reasons: Sequence[Reason]) -> None:
    """Log what was decided about an issue, and why one waits."""
    issue = str(known.day)
    if known.released_at is not None:
        log.info("an issue is out", issue=issue, how=known.how, old=known.old, missing=known.missing)
    elif known.asked_at is not None:
        due = known.due_at.isoformat(" ", "seconds") if known.due_at else None
        log.info("an issue waits", issue=issue, why=", ".join(reasons), until=due, question=known.question)
    elif before is not None and before.asked_at is not None:
        log.info("an issue waits no more", issue=issue)
