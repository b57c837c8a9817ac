"""The schedule: promised hours, due times and quiet hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.content.publication import Publication
from bot.domain.readers.reader import QuietHours

LATE = timedelta(hours=12)
"""An issue that is later than this is not pushed without asking."""

PUNCTUAL = timedelta(hours=1)
"""A delivery that comes up this soon after its promised hour keeps the promise, quiet hours or not: a large
campaign takes a while."""


ACTIVE_INTERVALS = 4
"""Who wrote or tapped within so many push intervals reads what is sent, and is sent it first."""


def active_since(publication: Publication, now: datetime) -> datetime:
    """Return since when a reader must have written or tapped to be sent a campaign among the first."""
    return now - ACTIVE_INTERVALS * publication.push_interval


def zone_of(chosen: str | None, publication: Publication) -> ZoneInfo:
    """Return the time zone by its IANA name, as a reader chose it; the publication's where she chose none."""
    return ZoneInfo(chosen) if chosen else publication.zone


def promised_at(publication: Publication, day: date, zone: ZoneInfo) -> datetime:
    """Return the hour (UTC) that a reader in `zone` was promised.

    A local hour that the clocks skip moves forward; of one that comes twice the first is meant.
    """
    local = datetime.combine(day, publication.push_hour, tzinfo=zone)
    return local.astimezone(UTC)


def due_at(publication: Publication, day: date, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    """Return when (UTC) the issue of `day` is due for a reader: her promised hour, or the release where
    that is later, then moved out of her quiet hours.
    """
    release = publication.out_at(day)
    promised = promised_at(publication, day, zone)
    if promised >= release:
        return promised
    return after_quiet(release, zone, quiet)


def after_quiet(moment: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    """Return `moment` (UTC), or the end of the quiet hours in which it falls."""
    if quiet is None or not is_quiet(moment, zone, quiet):
        return moment
    local = moment.astimezone(zone)
    day = local.date() if local.hour < quiet.end else local.date() + timedelta(days=1)
    end = datetime.combine(day, time(quiet.end), tzinfo=zone)
    first, second = end.astimezone(UTC), end.replace(fold=1).astimezone(UTC)
    return first if first > moment else second  # the clocks were put back: that hour comes twice


def is_quiet(moment: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> bool:
    if quiet is None:
        return False
    hour = moment.astimezone(zone).hour
    if quiet.start <= quiet.end:
        return quiet.start <= hour < quiet.end
    return hour >= quiet.start or hour < quiet.end


def held_until(
    moment: datetime, promised: datetime | None, zone: ZoneInfo, quiet: QuietHours | None
) -> datetime:
    """Return when a delivery that comes up at `moment` may go out: at once, or after the quiet hours.

    `promised` is the hour that the reader was promised; None: no hour was.
    """
    if promised is not None and promised <= moment <= promised + PUNCTUAL:
        return moment
    return after_quiet(moment, zone, quiet)


def is_late(release: datetime, now: datetime) -> bool:
    """Tell whether an issue has missed its push by so much that admins are asked."""
    return now - release > LATE


def next_release(publication: Publication, now: datetime) -> date:
    """Return the date of the next push day that is not skipped and whose hour is not over yet."""
    today = now.astimezone(publication.zone).date()
    day = today + timedelta(days=(publication.push_day - today.weekday()) % 7)
    while publication.out_at(day) <= now or publication.skipped(day):
        day += publication.push_interval
    return day


def left_out(publication: Publication, now: datetime, current: date | None) -> tuple[date, ...]:
    """Return the push days, oldest first, that are skipped between the `current` issue and the next one."""
    days: list[date] = []
    day = next_release(publication, now) - publication.push_interval
    while publication.skipped(day) and (current is None or day > current):
        days.insert(0, day)
        day -= publication.push_interval
    return tuple(days)
