"""Grants: when a reader may read paid text, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.content.gate import Access

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of access that does not end."""


GRACE = timedelta(days=2)
"""How long a renewal is awaited."""

CLOCKS_APART = timedelta(hours=1)
"""By so much the end of a paid period may differ from Telegram's, whose clock is not ours."""


class Source(StrEnum):
    """Where a grant comes from."""

    TRIAL = "trial"
    OFFER = "offer"
    STARS = "stars"
    COMPLIMENTARY = "complimentary"
    GIFT = "gift"
    IMPORTED = "imported"
    GRACE = "grace"
    """No row: it follows from a subscription whose renewal is awaited (see `grace`)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A reason why a reader may read paid text.

    With `days` it is a length of access, used up after the lengths given before it. Without, it is access
    from `given_at` to the fixed end `until` (None: no end). A revoked grant counts until `revoked_at`.
    `source_id` is unique within its `source`.
    """

    source: str
    source_id: str
    given_at: datetime
    days: int | None = None
    until: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of access, `starts` included and `ends` not, and the grant that gives it."""

    starts: datetime
    ends: datetime
    grant: Grant


@dataclass(frozen=True, slots=True)
class Stretch:
    """Access from one source without a break, `ends` not included."""

    source: str
    starts: datetime
    ends: datetime


def access_for(full_until: datetime | None, now: datetime) -> Access:
    """Return the access of a reader whose unbroken access ends at `full_until` (None: she has none)."""
    return Access.FULL if full_until is not None and full_until > now else Access.PREVIEW


def timeline(grants: Iterable[Grant]) -> tuple[Period, ...]:
    """Return the periods of access in order, none overlapping another.

    Lengths are used up one after the other in the order in which they were given, and only while no
    fixed grant covers. Grace covers what nothing else does, so that it never puts a length off.
    """
    given = sorted(grants, key=lambda grant: (grant.given_at, grant.source, grant.source_id))
    lengths = [grant for grant in given if grant.days is not None]
    left = {grant: _length(grant) for grant in lengths}
    fixed = [grant for grant in given if grant.days is None]
    periods = _fixed([grant for grant in fixed if grant.source != Source.GRACE])
    for begin, end in _gaps(periods):
        periods += _fill(begin, end, lengths, left)
    periods.sort(key=lambda period: period.starts)
    graces = [grant for grant in fixed if grant.source == Source.GRACE]
    if graces:
        periods += [rest for begin, end in _gaps(periods) for rest in _within(_fixed(graces), begin, end)]
    return tuple(sorted(periods, key=lambda period: period.starts))


def grace(subscription: str, expires_at: datetime) -> Grant:
    """Return the grace of a subscription that is to renew: it gives access for `GRACE` after the paid period
    has ended at `expires_at` by Telegram, or a little before by our clock, while neither its renewal nor its
    failure is known.
    """
    return Grant(Source.GRACE, subscription, expires_at - CLOCKS_APART, until=expires_at + GRACE)


def stretches(periods: Iterable[Period]) -> tuple[Stretch, ...]:
    """Join ordered periods of one source that touch: a reader counts them as one. Grace is left out: it is
    no access of its own.
    """
    joined: list[Stretch] = []
    for period in periods:
        last = joined[-1] if joined else None
        if period.grant.source == Source.GRACE:
            continue
        if last is not None and (last.source, last.ends) == (period.grant.source, period.starts):
            joined[-1] = replace(last, ends=period.ends)
        else:
            joined.append(Stretch(period.grant.source, period.starts, period.ends))
    return tuple(joined)


def running(grants: Iterable[Grant], now: datetime) -> dict[Grant, datetime]:
    """Return the grants that give access now or later, each with its last end, in the order of these ends."""
    ends: dict[Grant, datetime] = {}
    for period in timeline(grants):
        if period.ends > now:
            ends.pop(period.grant, None)
            ends[period.grant] = period.ends
    return ends


def told_until(grants: Iterable[Grant], now: datetime) -> datetime | None:
    """Return the end of the unbroken access that a reader is told of: without the grace that may follow it.
    Where nothing but grace runs, the end of that.
    """
    held = tuple(grants)
    return full_until([grant for grant in held if grant.source != Source.GRACE], now) or full_until(held, now)


def full_until(grants: Iterable[Grant], now: datetime) -> datetime | None:
    """Return the end of the unbroken access that runs at `now`; None when none does."""
    until: datetime | None = None
    for period in timeline(grants):
        if period.starts <= (now if until is None else until) and period.ends > now:
            until = period.ends
    return until


def _length(grant: Grant) -> timedelta:
    return timedelta(days=min(grant.days or 0, (FOREVER - grant.given_at).days))


def _end(grant: Grant) -> datetime:
    """Return the latest end that a grant may have."""
    return min(grant.until or FOREVER, grant.revoked_at or FOREVER)


def _fixed(grants: Iterable[Grant]) -> list[Period]:
    periods: list[Period] = []
    covered = datetime.min.replace(tzinfo=UTC)
    for grant in grants:
        starts, ends = max(grant.given_at, covered), _end(grant)
        if ends > starts:
            periods.append(Period(starts, ends, grant))
            covered = ends
    return periods


def _within(periods: Iterable[Period], begin: datetime, end: datetime) -> list[Period]:
    cut = [
        replace(period, starts=max(begin, period.starts), ends=min(end, period.ends)) for period in periods
    ]
    return [period for period in cut if period.starts < period.ends]


def _gaps(periods: list[Period]) -> list[tuple[datetime, datetime]]:
    """Return the times that no fixed grant covers."""
    starts = [datetime.min.replace(tzinfo=UTC), *(period.ends for period in periods)]
    ends = [*(period.starts for period in periods), FOREVER]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _fill(begin: datetime, end: datetime, lengths: list[Grant], left: dict[Grant, timedelta]) -> list[Period]:
    """Use up lengths between `begin` and `end`. `left`: what each still has, which is changed."""
    periods: list[Period] = []
    for grant in lengths:
        starts = max(begin, grant.given_at)
        ends = min(end, _end(grant))
        if starts < ends and left[grant]:
            used = min(left[grant], ends - starts)
            periods.append(Period(starts, starts + used, grant))
            left[grant] -= used
            begin = starts + used
    return periods
