"""The schedule: promised hours, due times and quiet hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.content.publication import Publication
from bot.domain.readers.reader import QuietHours

LATE = timedelta(hours=12)
"""An issue that is later than this is not pushed before an admin was asked."""

PUNCTUAL = timedelta(hours=1)
"""A delivery that is sent within this time after its promised hour ignores quiet hours: a large campaign
takes a while.
"""

ACTIVE_INTERVALS = 4
"""Readers who wrote or tapped within so many push intervals are sent a campaign first."""


def active_since(publication: Publication, now: datetime) -> datetime:
    """Return since when a reader must have written or tapped to be sent a campaign first."""
    return now - ACTIVE_INTERVALS * publication.push_interval


def zone_of(chosen: str | None, publication: Publication) -> ZoneInfo:
    """Return the zone that a reader chose (an IANA name), or the publication's where she chose none."""
    return ZoneInfo(chosen) if chosen else publication.zone


def promised_at(publication: Publication, day: date, zone: ZoneInfo) -> datetime:
    """Return the promised time (UTC) of the issue of `day`: the push hour in the reader's zone.

    Where clocks go forward over that hour it moves forward; where it comes twice, the first counts.
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
    """Tell whether a moment falls into a reader's quiet hours, which may cross midnight."""
    if quiet is None:
        return False
    hour = moment.astimezone(zone).hour
    if quiet.start <= quiet.end:
        return quiet.start <= hour < quiet.end
    return hour >= quiet.start or hour < quiet.end


def held_until(
    moment: datetime, promised: datetime | None, zone: ZoneInfo, quiet: QuietHours | None
) -> datetime:
    """Return when a delivery that could be sent at `moment` may be sent: then, or after the quiet hours.

    `promised` is the time that the reader was promised, None for none.
    """
    if promised is not None and promised <= moment <= promised + PUNCTUAL:
        return moment
    return after_quiet(moment, zone, quiet)


def is_late(release: datetime, now: datetime) -> bool:
    """Tell whether an issue is so late that admins are asked before it is pushed."""
    return now - release > LATE


def next_release(publication: Publication, now: datetime) -> date:
    """Return the date of the next push day that is not skipped and whose hour has not passed."""
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
