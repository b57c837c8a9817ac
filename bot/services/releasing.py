"""Releasing: the process that leads applies the one rule, each second, to every issue that is to come."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog

from bot.clock import Clock
from bot.db import campaigns, marks, notices, releases
from bot.db.notices import Notice
from bot.db.releases import Release
from bot.db.session import Database, Session
from bot.domain.campaign import Kind
from bot.domain.publication import Publication
from bot.domain.release import ASKED_AGAIN, How, Plan, Reason, plan
from bot.services.archive import Archive
from bot.services.coming import coming_of
from bot.services.facts import State
from bot.services.folder import Stamp
from bot.services.outs import KEPT, Outs
from bot.services.settling import Settling
from bot.services.sources import Sources

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a folder looked like when this process last looked, and when it was first seen so."""

    stamp: Stamp
    at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """What publication.toml says of an issue; where that changes, it is a change like one in its folder."""

    hour: datetime
    languages: tuple[str, ...]
    push_day: int
    skipped: bool


class Releasing:
    """Call `begin` before the archive opens, then `look` every second."""

    def __init__(
        self,
        database: Database,
        archive: Archive,
        outs: Outs,
        clock: Clock,
        *,
        leads: Callable[[], bool],
    ) -> None:
        """`leads` tells whether this is the process that decides; the others follow what it wrote."""
        self._database = database
        self._archive = archive
        self._outs = outs
        self._clock = clock
        self._leads = leads
        self._settling = Settling(archive, outs, clock)
        self._sources = Sources(database, archive, clock)
        self._began = clock.now()
        self._sights: dict[date, Sight] = {}
        self._terms: dict[date, Terms] = {}
        self._met: set[date] = set()
        self._looking = asyncio.Lock()

    async def begin(self) -> None:
        """Take up what is known, before any door is open. At the very first start what is past its hour is
        out, and is not pushed. DatabaseError.
        """
        self._began = now = self._clock.now()
        await self._sources.bring_back()
        async with self._database.write() as session:
            since = await marks.first(session, marks.PUSHING, now)
            if await marks.find(session, marks.RELEASING) is None:
                await marks.first(session, marks.RELEASING, now)
                await self._find(session, since, now)
        await self._follow(now)

    def pushes(self, day: date) -> bool:
        """Tell whether an issue was released to be sent to everyone who wants issues."""
        row = self._outs.row(day)
        return row is not None and row.pushes

    def how(self, day: date) -> How | None:
        """Return by what an issue was released; None as long as it was not."""
        row = self._outs.row(day)
        return None if row is None else row.how

    def is_settled(self, day: date) -> bool:
        """Tell whether what is loaded of an issue that was released may be pushed: see `Settling`."""
        return self._settling.is_settled(day)

    async def look(self) -> None:
        """Decide about every issue that is to come, where this process leads; else follow. DatabaseError."""
        async with self._looking:
            now = self._clock.now()
            rows = await self._follow(now)
            self._settling.look(now)
            if not self._leads():
                self._sources.rest()
                self._sights.clear()
                self._terms.clear()
                return
            for day in self._coming(rows, now):
                await self._look_at(day, rows.get(day), now)
            await self._sources.keep()

    async def _find(self, session: Session, since: datetime, now: datetime) -> None:
        """Release the newest issue that was out before this program kept releases, and with it all older
        ones.
        """
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

    async def _follow(self, now: datetime) -> dict[date, Release]:
        async with self._database.read() as session:
            rows = await releases.newest(session, KEPT)
        self._outs.follow(rows, now)
        return rows

    def _coming(self, rows: Mapping[date, Release], now: datetime) -> list[date]:
        """Return the dates about which something is to be decided, oldest first."""
        newest = self._outs.newest(now)
        days = {day for day in self._archive.stamps if newest is None or day > newest}
        return sorted(days | {day for day, row in rows.items() if not _is_over(row, now)})

    async def _look_at(self, day: date, row: Release | None, now: datetime) -> None:
        sight = await self._seen(day, row, now)
        state, loaded = self._archive.state(day), self._archive.loaded(day)
        if state is None:
            if row is not None and (loaded is not None or day not in self._archive.stamps):
                await self._write(row, _withdrawn(row), ())
            return
        known = self._known(day, row, sight, state, now)
        newest = self._outs.newest(now)
        is_older = newest is not None and day < newest
        chosen = plan(coming_of(known, state, self._archive.publication, is_older=is_older), now)
        await self._write(row, _decided(known, state, chosen, now), chosen.reasons)

    async def _seen(self, day: date, row: Release | None, now: datetime) -> Sight:
        """Look at a folder; return what it looks like, and since when."""
        stamp, before = await self._archive.stamp(day), self._sights.get(day)
        terms = _terms(self._archive.publication, day)
        if self._terms.setdefault(day, terms) != terms:
            self._terms[day] = terms
            self._sights[day] = before = Sight(stamp, now)
        known = None if row is None or row.hour != terms.hour else (stamp, row.seen)
        if before is None and row is not None and known and known == self._archive.loaded(day):
            self._sights[day] = Sight(stamp, row.changed_at)  # as an earlier program, or another, saw it
        elif before is None or before.stamp != stamp:
            self._sights[day] = Sight(stamp, now)
        if self._sights[day].at > now:  # the clock was set back
            self._sights[day] = Sight(stamp, now)
        return self._sights[day]

    def _known(self, day: date, row: Release | None, sight: Sight, state: State, now: datetime) -> Release:
        """Return what is known of an issue with this look."""
        hour, loaded = self._archive.publication.out_at(day), self._archive.loaded(day)
        known = _not_ahead(
            replace(row or Release(day, hour, now), hour=hour, released_at=None, how=None), now
        )
        if loaded is not None and loaded[0] == sight.stamp:
            broken_since = (known.broken_since or now) if state.broken else None
            is_other = bool(known.asked_at and known.seen) and known.seen != loaded[1]  # than admins saw
            round_ = known.round + is_other
            known = replace(known, seen=loaded[1], broken_since=broken_since, round=round_)
        is_new, found_at = day not in self._met, known.found_at
        self._met.add(day)
        if is_new and row is not None and self._began >= hour:
            # Nobody knows what happened to the folder in the hours before this start.
            found_at = now
            self._sights[day] = sight = Sight(sight.stamp, now)
        elif row is None and sight.at >= hour:
            found_at = sight.at
        return replace(known, changed_at=sight.at, found_at=found_at if now >= hour else None)

    async def _write(self, before: Release | None, known: Release, reasons: Sequence[Reason]) -> None:
        """Keep what is known, unless an admin has answered, or another process decided, meanwhile."""
        if known == before:
            return
        async with self._database.write() as session:
            found = await releases.find(session, known.day, lock=True)
            if found != before or not self._leads() or await self._has_changed(known):
                return
            if found is None:
                await releases.add(session, known)
            else:
                await releases.write(session, known)
            await _note_old_words(session, known)
        _tell(before, known, reasons)
        await self._follow(self._clock.now())

    async def _has_changed(self, known: Release) -> bool:
        """Tell whether somebody has saved something since this look began, where that holds the issue: the
        next look sees it.
        """
        if known.released_at is None or known.how is not How.RULE:
            return False
        loaded, stamp = self._archive.loaded(known.day), await self._archive.stamp(known.day)
        return loaded is None or loaded[0] != stamp


async def _note_old_words(session: Session, release: Release) -> None:
    """Note for the admins what of an issue that is sent went in words older than those on disk, or not."""
    if release.pushes and release.released_at and (release.old or release.missing):
        details = {"day": str(release.day), "old": release.old, "missing": release.missing}
        notice = Notice(f"old words:{release.day}", "old words", details)
        await notices.add(session, notice, release.released_at)


def _terms(publication: Publication, day: date) -> Terms:
    hour, languages = publication.out_at(day), publication.languages
    return Terms(hour, languages, publication.push_day, publication.skipped(day))


def _is_over(row: Release, now: datetime) -> bool:
    """Tell whether nothing is to be decided any more. What a clock that was ahead has released, is not."""
    return row.released_at is not None and (row.hour <= now or row.released_at <= now)


def _not_ahead(row: Release, now: datetime) -> Release:
    """Let nothing lie in the future: a clock that was set back makes no wait longer."""
    return replace(
        row,
        found_at=row.found_at and min(row.found_at, now),
        broken_since=row.broken_since and min(row.broken_since, now),
        asked_at=row.asked_at and min(row.asked_at, now),
        answered_at=row.answered_at and min(row.answered_at, now),
    )


def _withdrawn(row: Release) -> Release:
    """Return what is left of an issue whose folder is gone: everything begins anew when it comes back."""
    return Release(row.day, row.hour, row.changed_at, question=row.question, round=row.round)


def _decided(known: Release, state: State, chosen: Plan, now: datetime) -> Release:
    known = replace(known, due_at=chosen.due_at)
    if chosen.goes(now):
        return replace(known, released_at=now, how=chosen.how, old=state.old, missing=state.missing)
    if not chosen.asks:
        return replace(known, asked_at=None)
    if known.asked_at is not None and not _is_asked_again(known, now):
        return known
    return replace(known, asked_at=now, question=known.question + 1, round=known.round + 1)


def _is_asked_again(known: Release, now: datetime) -> bool:
    """Tell whether the admins are to be asked anew: an hour after one of them chose to wait."""
    if known.answered_at is None or known.asked_at is None:
        return False
    return known.asked_at <= known.answered_at and now >= known.answered_at + ASKED_AGAIN


def _tell(before: Release | None, known: Release, reasons: Sequence[Reason]) -> None:
    """Say in the log what became of an issue, and why one waits."""
    issue = str(known.day)
    if known.released_at is not None:
        log.info("an issue is out", issue=issue, how=known.how, old=known.old, missing=known.missing)
    elif known.asked_at is not None:
        due = known.due_at.isoformat(" ", "seconds") if known.due_at else None
        log.info("an issue waits", issue=issue, why=reasons, until=due, question=known.question)
    elif before is not None and before.asked_at is not None:
        log.info("an issue waits no more", issue=issue)
