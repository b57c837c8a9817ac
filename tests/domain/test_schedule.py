"""Due times over years and zones, against a plain count of the minutes; quiet hours hold and never drop."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content.publication import DAYS, Publication
from bot.domain.delivery.schedule import (
    after_quiet,
    due_at,
    held_until,
    is_late,
    is_quiet,
    left_out,
    next_release,
    promised_at,
    zone_of,
)
from bot.domain.readers.reader import QuietHours

ASUNCION = ZoneInfo("America/Asuncion")
MADRID = ZoneInfo("Europe/Madrid")
ZONES = [
    ZoneInfo(name)
    for name in (
        *("America/Asuncion", "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"),
        *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"),
    )
]
NIGHT = QuietHours()
STEP = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)

SKIPPED = timedelta(minutes=45)
"""An end that the clocks skip is moved on by an hour: in Chatham they skip from 2:45 on."""

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
zones = st.sampled_from(ZONES)
hours = st.one_of(
    st.sampled_from(
        [time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(7), time(23, 45)]
    ),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45])),
)
quiets = st.one_of(st.none(), st.builds(QuietHours, st.integers(0, 23), st.integers(0, 23)))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001  # made aware here
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


def publication(zone: ZoneInfo, hour: time, day: int = 0) -> Publication:
    return Publication("Test", "Test", ("en",), zone, day, hour)


def counted(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """Look for the first quarter of an hour at which a clock on that wall shows this; where it never does,
    the clocks were put forward over it.
    """
    wanted = datetime.combine(day, hour)
    begin = datetime.combine(day, time(0), tzinfo=UTC) - timedelta(hours=15)
    for forward in (timedelta(0), timedelta(minutes=30), timedelta(hours=1)):
        for step in range(60 * 4):
            moment = begin + step * STEP
            if moment.astimezone(zone).replace(tzinfo=None) == wanted + forward:
                return moment
    raise AssertionError(f"{zone} never shows {wanted}")


def quiet_counted(moment: datetime, zone: ZoneInfo, quiet: QuietHours) -> bool:
    """Ask whether this hour is among those from start to end, counted one by one round the clock."""
    hour, within = quiet.start, []
    while hour != quiet.end:
        within.append(hour)
        hour = (hour + 1) % 24
    return moment.astimezone(zone).hour in within


def holds(moment: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> None:
    """Check that what comes up at this moment waits for the first minute that is not quiet."""
    expected = moment
    while quiet is not None and quiet_counted(expected, zone, quiet):
        expected += MINUTE
    held = after_quiet(moment, zone, quiet)
    skipped = quiet is not None and held.astimezone(zone).hour != quiet.end and held > moment
    assert expected <= held <= expected + (SKIPPED if skipped else timedelta(0))
    assert not is_quiet(held, zone, quiet)


@given(days, hours, zones, st.one_of(st.none(), zones))
def test_the_promised_hour_is_the_push_hour_on_the_readers_wall(
    day: date, hour: time, home: ZoneInfo, zone: ZoneInfo | None
) -> None:
    assert promised_at(publication(home, hour), day, zone or home) == counted(day, hour, zone or home)


@given(days, hours, zones, st.one_of(st.none(), zones), quiets)
def test_nothing_is_due_before_the_release_and_what_is_later_keeps_the_promised_hour(
    day: date, hour: time, home: ZoneInfo, zone: ZoneInfo | None, quiet: QuietHours | None
) -> None:
    issued = publication(home, hour)
    release, promised = counted(day, hour, home), counted(day, hour, zone or home)
    due = due_at(issued, day, zone or home, quiet)
    assert due >= release
    if promised >= release:
        assert due == promised
    else:
        assert due == after_quiet(release, zone or home, quiet)
        assert not is_quiet(due, zone or home, quiet)


@given(moments, zones, quiets)
def test_what_comes_up_in_quiet_hours_waits_for_their_first_minute_after(
    moment: datetime, zone: ZoneInfo, quiet: QuietHours | None
) -> None:
    holds(moment, zone, quiet)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("quiet", [NIGHT, QuietHours(23, 2), QuietHours(21, 3), QuietHours(22, 1)], ids=str)
def test_quiet_hours_hold_through_every_night_on_which_the_clocks_change(
    zone: ZoneInfo, quiet: QuietHours
) -> None:
    for change in changes(zone):
        for step in range(-24, 24):
            holds(change + step * STEP, zone, quiet)


def changes(zone: ZoneInfo) -> list[datetime]:
    """Return when the clocks of a zone were or will be changed from 2024 to 2030."""
    hours, moment = [], datetime(2024, 1, 1, tzinfo=UTC)
    while moment.year < 2031:
        if moment.astimezone(zone).utcoffset() != (moment + STEP).astimezone(zone).utcoffset():
            hours.append(moment + STEP)
        moment += STEP
    return hours


def test_paraguay_stays_on_summer_time_since_october_2024() -> None:
    issued = publication(ASUNCION, time(7))
    assert promised_at(issued, date(2024, 7, 1), issued.zone) == datetime(2024, 7, 1, 11, tzinfo=UTC)
    for year in range(2025, 2031):
        for month in (1, 7):
            assert promised_at(issued, date(year, month, 6), issued.zone).hour == 10


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped: it is 03:30
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
    ],
)
def test_an_hour_that_is_skipped_moves_on_and_of_two_the_first_is_meant(
    day: date, hour: time, expected: datetime
) -> None:
    assert promised_at(publication(MADRID, hour, 6), day, MADRID) == expected


def test_midnight_itself_is_skipped_in_paraguay_in_october_2024() -> None:
    due = promised_at(publication(ASUNCION, time(0), 6), date(2024, 10, 6), ASUNCION)
    assert due.astimezone(ASUNCION).time() == time(1)


def test_a_reader_in_the_east_has_it_at_the_release_or_at_the_end_of_her_night() -> None:
    issued, day = publication(ASUNCION, time(7)), date(2025, 12, 22)
    release = datetime(2025, 12, 22, 10, tzinfo=UTC)
    assert due_at(issued, day, ZoneInfo("Asia/Kolkata"), NIGHT) == release  # 15:30 there
    chatham = ZoneInfo("Pacific/Chatham")
    held = due_at(issued, day, chatham, NIGHT)  # 23:45 there
    assert held.astimezone(chatham) == datetime(2025, 12, 23, 7, tzinfo=chatham)
    assert due_at(issued, day, chatham, None) == release


@given(days, zones, st.integers(0, 23), st.integers(0, 23))
def test_a_promised_hour_is_never_quiet(day: date, zone: ZoneInfo, start: int, end: int) -> None:
    for hour in (time(0), time(0, 30), time(3), time(23)):
        issued = publication(zone, hour)
        promised = promised_at(issued, day, issued.zone)
        quiet = QuietHours(start, end)
        assert due_at(issued, day, issued.zone, quiet) == promised
        assert held_until(promised, promised, zone, quiet) == promised


@given(moments, zones)
def test_what_was_promised_for_no_hour_or_comes_much_later_waits_for_the_morning(
    moment: datetime, zone: ZoneInfo
) -> None:
    waits = after_quiet(moment, zone, NIGHT)
    assert held_until(moment, None, zone, NIGHT) == waits
    assert held_until(moment, moment - timedelta(hours=2), zone, NIGHT) == waits
    assert held_until(moment, moment + MINUTE, zone, NIGHT) == waits


@pytest.mark.parametrize(("hours_late", "late"), [(0, False), (11, False), (12, False), (13, True)])
def test_late_is_more_than_twelve_hours(hours_late: int, late: bool) -> None:
    release = datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert is_late(release, release + timedelta(hours=hours_late)) is late


@given(moments, zones, hours, st.integers(0, 6))
def test_the_next_release_is_the_first_push_day_whose_hour_is_not_over(
    moment: datetime, zone: ZoneInfo, hour: time, weekday: int
) -> None:
    issued = publication(zone, hour, weekday)
    today = moment.astimezone(zone).date()
    candidates = [today + timedelta(days=ahead) for ahead in range(9)]
    fitting = [day for day in candidates if day.weekday() == weekday and counted(day, hour, zone) > moment]
    assert next_release(issued, moment) == fitting[0]
    assert DAYS[fitting[0].weekday()] == DAYS[weekday]


FIFTH, TWENTY_NINTH, TWENTY_SECOND = date(2026, 1, 5), date(2025, 12, 29), date(2025, 12, 22)


def skipping(*days: date) -> Publication:
    return Publication("Test", "Test", ("en",), ASUNCION, 0, time(7), skip=frozenset(days))


def test_the_next_release_is_on_no_day_that_is_skipped() -> None:
    sunday = datetime(2025, 12, 28, 12, tzinfo=UTC)
    assert next_release(skipping(), sunday) == TWENTY_NINTH
    assert next_release(skipping(TWENTY_NINTH), sunday) == FIFTH
    assert next_release(skipping(TWENTY_NINTH, FIFTH), sunday) == date(2026, 1, 12)
    assert next_release(skipping(FIFTH), sunday) == TWENTY_NINTH


def test_what_is_left_out_is_said_from_the_issue_before_until_the_next_one() -> None:
    paper = skipping(TWENTY_NINTH)
    out = [paper.out_at(day) for day in (TWENTY_SECOND, TWENTY_NINTH, FIFTH)]
    assert left_out(paper, out[0] - MINUTE, date(2025, 12, 15)) == ()
    assert left_out(paper, out[0], TWENTY_SECOND) == (TWENTY_NINTH,)
    assert left_out(paper, out[1] + MINUTE, TWENTY_SECOND) == (TWENTY_NINTH,)
    assert left_out(paper, out[2] - MINUTE, TWENTY_SECOND) == (TWENTY_NINTH,)
    assert left_out(paper, out[2], FIFTH) == ()


def test_an_issue_that_came_out_on_a_skipped_day_is_not_left_out() -> None:
    paper = skipping(TWENTY_NINTH)
    assert left_out(paper, paper.out_at(TWENTY_NINTH), TWENTY_NINTH) == ()


def test_several_weeks_that_are_left_out_are_named_in_their_order() -> None:
    paper = skipping(TWENTY_NINTH, FIFTH)
    assert left_out(paper, paper.out_at(TWENTY_SECOND), TWENTY_SECOND) == (TWENTY_NINTH, FIFTH)
    assert left_out(paper, paper.out_at(TWENTY_SECOND), None) == (TWENTY_NINTH, FIFTH)


def test_a_reader_who_chose_no_zone_has_the_publication_s() -> None:
    issued = publication(ASUNCION, time(7))
    assert zone_of(None, issued) == ASUNCION
    assert zone_of("Asia/Kolkata", issued) == ZoneInfo("Asia/Kolkata")
