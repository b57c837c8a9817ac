"""Access adds up: lengths wait for their turn, and no order of events loses a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.readers.grants import FOREVER, Grant, full_until, grace, timeline, told_until

START = datetime(2025, 12, 1, tzinfo=UTC)
LAST = 80  # the model looks at so many days


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def length(given: int, days: int, name: str = "l") -> Grant:
    return Grant("trial", f"{name}{given}", day(given), days=days)


def fixed(given: int, until: int | None) -> Grant:
    return Grant("gift", f"f{given}", day(given), until=None if until is None else day(until))


@st.composite
def grant_lists(draw: st.DrawFn) -> list[Grant]:
    grants = []
    for number in range(draw(st.integers(0, 6))):
        given = draw(st.integers(0, 20))
        revoked = draw(st.none() | st.integers(given, 40).map(day))
        lasts = draw(st.integers(1, 9))
        many = draw(st.sampled_from(["length", "fixed", "endless"]))
        grants.append(
            Grant(
                "offer",
                str(number),
                day(given),
                days=lasts if many == "length" else None,
                until=day(given + lasts) if many == "fixed" else None,
                revoked_at=revoked,
            )
        )
    return grants


def days_of_the_model(grants: Sequence[Grant]) -> list[bool]:
    """Live through the days one by one: each is covered, or uses up a day of the oldest length, or is not."""
    left = {grant.source_id: grant.days or 0 for grant in grants}
    lived = []
    for number in range(LAST):
        here = [
            g
            for g in grants
            if g.given_at <= day(number) and not (g.revoked_at and g.revoked_at <= day(number))
        ]
        covered = any(g.days is None and (g.until is None or day(number) < g.until) for g in here)
        waiting = sorted((g.given_at, g.source_id) for g in here if g.days and left[g.source_id])
        if not covered and waiting:
            left[waiting[0][1]] -= 1
        lived.append(covered or bool(waiting))
    return lived


@given(grant_lists())
def test_the_timeline_is_that_of_somebody_who_lives_day_by_day(grants: list[Grant]) -> None:
    periods = timeline(grants)
    assert [any(p.starts <= day(n) < p.ends for p in periods) for n in range(LAST)] == days_of_the_model(
        grants
    )
    assert all(before.ends <= after.starts for before, after in pairwise(periods))


@given(grant_lists(), st.integers(0, 40))
def test_full_until_is_the_end_of_the_unbroken_days(grants: list[Grant], today: int) -> None:
    lived = days_of_the_model(grants)
    end = full_until(grants, day(today))
    if not lived[today]:
        assert end is None
    elif False in lived[today:]:
        assert end == day(today + lived[today:].index(False))
    else:
        assert end == FOREVER


@given(grant_lists().flatmap(lambda grants: st.tuples(st.just(grants), st.permutations(grants))))
def test_the_order_of_the_rows_changes_nothing(case: tuple[list[Grant], list[Grant]]) -> None:
    assert timeline(case[0]) == timeline(case[1])


@given(grant_lists(), st.integers(0, 20), st.integers(1, 9))
def test_a_further_grant_never_takes_access_away(grants: list[Grant], given: int, days: int) -> None:
    before = days_of_the_model(grants)
    periods = timeline([*grants, length(given, days, name="new")])
    for number in range(LAST):
        covered = any(p.starts <= day(number) < p.ends for p in periods)
        assert covered or not before[number]


def test_two_lengths_follow_one_another() -> None:
    assert [(p.starts, p.ends) for p in timeline([length(0, 7), length(2, 30)])] == [
        (day(0), day(7)),
        (day(7), day(37)),
    ]


def test_a_length_waits_while_a_fixed_one_covers() -> None:
    grants = [length(0, 7), fixed(3, 10)]
    assert [(p.starts, p.ends, p.grant.source) for p in timeline(grants)] == [
        (day(0), day(3), "trial"),
        (day(3), day(10), "gift"),
        (day(10), day(14), "trial"),
    ]
    assert full_until(grants, day(1)) == day(14)


def test_a_revoked_grant_counts_until_its_revocation_and_then_the_next_one_runs() -> None:
    grants = [replace(length(0, 7), revoked_at=day(2)), length(1, 5)]
    assert full_until(grants, day(0)) == day(7)
    assert full_until([replace(grants[0], revoked_at=day(0)), grants[1]], day(0)) is None


def test_access_without_end_ends_never() -> None:
    assert full_until([fixed(0, None), length(0, 7)], day(5)) == FOREVER
    assert full_until([length(0, 10**9)], day(5)) == FOREVER


@pytest.mark.parametrize("now", [day(-1), day(7), day(9)])
def test_nobody_has_access_outside_of_every_period(now: datetime) -> None:
    assert full_until([length(0, 7), length(10, 7)], now) is None


def test_a_reader_is_told_of_grace_only_where_nothing_else_runs() -> None:
    held = length(0, 30), grace("link", day(30))
    assert full_until(held, day(5)) == day(32)
    assert told_until(held, day(5)) == day(30)
    assert told_until(held, day(31)) == day(32)
    assert told_until(held, day(33)) is None


def test_grace_covers_what_nothing_else_does_and_puts_no_length_off() -> None:
    first, awaited = length(0, 30), grace("link", day(30))
    assert full_until([first, awaited], day(1)) == day(32)
    renewed_late = length(31, 30, name="second")
    assert [(p.starts, p.ends, p.grant.source) for p in timeline([first, awaited, renewed_late])] == [
        (day(0), day(30), "trial"),
        (day(30), day(31), "grace"),
        (day(31), day(61), "trial"),
    ]
    assert full_until([first, awaited, length(20, 30, name="queued")], day(1)) == day(60)


@given(grant_lists(), st.integers(0, 40))
def test_grace_moves_no_other_period(grants: list[Grant], expires: int) -> None:
    others = [p for p in timeline([*grants, grace("link", day(expires))]) if p.grant.source != "grace"]
    assert tuple(others) == timeline(grants)
