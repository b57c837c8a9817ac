"""Reminding: opens the campaigns that tell readers how access ends."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.db.delivery import audience, campaigns, filling
from bot.db.delivery.campaigns import Opening
from bot.db.engine.session import Database, Session
from bot.db.operations import timestamps
from bot.db.readers import grants
from bot.db.subscriptions import reminders, star_subscriptions
from bot.db.subscriptions.reminders import Due
from bot.domain.content.publication import Publication
from bot.domain.delivery.campaign import FrozenPage, Kind
from bot.domain.delivery.schedule import after_quiet, is_late, zone_of
from bot.domain.subscriptions.reminders import (
    LONGEST_LOOK,
    Cause,
    Ending,
    Reminder,
    due_days,
    ending,
    is_due,
)
from bot.services.subscriptions.access import with_graces

log = structlog.get_logger(__name__)

QUARTER_SECONDS = 900
"""In every zone a slot falls on a quarter of an hour: between two of them nothing comes due."""


class ReminderPages(Protocol):
    """Writes reminders: the pages of one campaign, and the title under which it is logged."""

    def pages(self, reminder: Reminder, cause: Cause, day: date) -> list[FrozenPage]: ...

    def title(self, reminder: Reminder, day: date) -> str: ...


class Reminding:
    """Opens campaigns of reminders: call `look` every minute, in the leader."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        publication: Callable[[], Publication],
        pages: ReminderPages,
    ) -> None:
        self._database = database
        self._clock = clock
        self._publication = publication
        self._pages = pages
        self._seen = (clock.now(), clock.steady())

    async def look(self) -> None:
        """Open a campaign for each reminder, cause and day of which something came due since the last look,
        with a delivery for each of its readers. DatabaseError: the next call tries again.

        Nothing is made up for of the time before the first look of all, before a backup was put back, that a
        clock jumped over, or that is longer ago than LONGEST_LOOK.
        """
        now, has_jumped = self._clock.now(), self._has_jumped()
        async with self._database.read() as session:
            since = await _since(session)
        if since is None or has_jumped or since > now:
            await self._note(now)
            return
        if _quarter(since) == _quarter(now):
            return
        async with self._database.read() as session:
            zones = await reminders.zones(session)
        for zone in zones:
            for reminder, day in due_days(max(since, now - LONGEST_LOOK), now, self._zone(zone)):
                await self._remind(reminder, day, zone, now)
        await self._note(now)

    def _has_jumped(self) -> bool:
        """Tell whether the clock moved by more than 12 hours at once, on or back, since the last look."""
        (wall, steady), self._seen = self._seen, (self._clock.now(), self._clock.steady())
        now, expected = self._seen[0], wall + timedelta(seconds=self._seen[1] - steady)
        return is_late(expected, now) or is_late(now, expected)

    async def _note(self, now: datetime) -> None:
        async with self._database.write() as session:
            await timestamps.put(session, timestamps.REMINDING, now)

    async def _remind(self, reminder: Reminder, day: date, zone: str | None, now: datetime) -> None:
        begin, end = (_midnight(day + timedelta(days=more), self._zone(zone)) for more in (0, 1))
        async with self._database.read() as session:
            ids = await reminders.candidates(session, reminder, zone, begin, end)
            endings = await _endings(session, ids, now)
        due = sorted(
            (known.cause, reader_id, known.at)
            for reader_id, known in endings.items()
            if begin <= known.at < end and is_due(reminder, known, now, self._zone(zone))
        )
        for cause, some in groupby(due, key=lambda row: row[0]):
            rows = [Due(reader_id, ends, reminder) for _, reader_id, ends in some]
            await self._open(Cause(cause), day, rows, now)

    async def _open(self, cause: Cause, day: date, due: Sequence[Due], now: datetime) -> None:
        """Write, in one transaction, who is given the reminder, the campaign, its pages and its ledger.

        Readers to whom another process has given it meanwhile are left out.
        """
        reminder = due[0].reminder
        title = self._pages.title(reminder, day)
        key = f"{day} {reminder} {cause} {now.isoformat()} {due[0].reader_id}"
        async with self._database.write() as session:
            campaign_id = await campaigns.add(session, Opening(Kind.REMINDER, key, title, now), now)
            if campaign_id is None:
                return
            await reminders.add(session, due, campaign_id)
            members = reminders.given_by(campaign_id)
            places = await audience.where(session, members)
            times = {place: after_quiet(now, self._zone(place.zone), place.quiet) for place in places}
            rows = await filling.fill(session, campaign_id, times, members)
            await campaigns.freeze(session, campaign_id, self._pages.pages(reminder, cause, day), rows)
        log.info("reminders opened", campaign_id=campaign_id, reminder=reminder, cause=cause, readers=rows)

    def _zone(self, zone: str | None) -> ZoneInfo:
        return zone_of(zone, self._publication())


async def _since(session: Session) -> datetime | None:
    """Return up to when reminders were looked at, or may have gone out; None: never."""
    last = await timestamps.find(session, timestamps.REMINDING)
    if last is None:
        return None
    names = (timestamps.RESTORED, timestamps.DOUBTED)
    doubted = [moment for name in names if (moment := await timestamps.find(session, name)) is not None]
    return max([last, *doubted])


async def _endings(session: Session, ids: Sequence[int], now: datetime) -> dict[int, Ending]:
    """Return how the access of these readers ends; whose access goes on is missing."""
    given, held = await grants.of_all(session, ids), await star_subscriptions.of_all(session, ids)
    endings = {}
    for reader_id in ids:
        subscriptions = held.get(reader_id, ())
        end = ending(with_graces(given.get(reader_id, ()), subscriptions), subscriptions, now)
        if end is not None:
            endings[reader_id] = end
    return endings


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _quarter(moment: datetime) -> int:
    return int(moment.timestamp() // QUARTER_SECONDS)
