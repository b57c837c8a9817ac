"""The one rule by itself: when an issue goes, what holds it back, and whom it asks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.publishing.release import How, Reason, ReleaseAnswer, UpcomingIssue, plan

HOUR = datetime(2025, 12, 22, 10, tzinfo=UTC)
SUNDAY = HOUR - timedelta(hours=14)
QUIET = UpcomingIssue(date(2025, 12, 22), HOUR, is_push_day=True, changed_at=SUNDAY)


def after(seconds: float) -> datetime:
    return HOUR + timedelta(seconds=seconds)


def test_what_is_whole_and_quiet_goes_at_its_hour_to_the_second() -> None:
    assert not plan(QUIET, after(-0.001)).goes(after(-0.001))
    chosen = plan(QUIET, HOUR)
    assert chosen.goes(HOUR)
    assert (chosen.how, chosen.reasons, chosen.asks) == (How.RULE, (), False)


@pytest.mark.parametrize(
    ("changed", "due"), [(-61, 0), (-60, 0), (-59, 1), (-1, 59), (0, 60), (30, 90), (3_600, 3_660)]
)
def test_a_change_waits_for_a_minute_of_quiet(changed: float, due: float) -> None:
    coming = replace(QUIET, changed_at=after(changed))
    assert plan(coming, HOUR).due_at == after(due)
    assert plan(coming, HOUR).asks is (due > 0)
    assert plan(coming, HOUR).reasons == ((Reason.CHANGED,) if due else ())


def test_what_is_found_after_its_hour_is_called_late() -> None:
    coming = replace(QUIET, changed_at=after(600), found_at=after(600))
    chosen = plan(coming, after(600))
    assert (chosen.due_at, chosen.reasons, chosen.asks) == (after(660), (Reason.LATE,), True)


@pytest.mark.parametrize(
    ("broken", "changed", "due"),
    [(-3_600, -3_600, 900), (-1, -1, 900), (0, 0, 900), (300, 300, 1_200), (-3_600, 890, 950)],
    ids=["long before", "just before", "at its hour", "after its hour", "still being worked on"],
)
def test_a_broken_edition_holds_for_a_quarter_of_an_hour(broken: float, changed: float, due: float) -> None:
    coming = replace(QUIET, broken_since=after(broken), changed_at=after(changed))
    assert plan(coming, HOUR).due_at == after(due)
    assert Reason.BROKEN in plan(coming, HOUR).reasons
    assert plan(coming, HOUR).asks


def test_nobody_is_asked_before_the_hour() -> None:
    for coming in (
        replace(QUIET, broken_since=SUNDAY),
        replace(QUIET, drafts=("es",)),
        replace(QUIET, is_push_day=False),
        replace(QUIET, is_skipped=True),
        replace(QUIET, has_words=False, broken_since=SUNDAY),
    ):
        assert not plan(coming, after(-1)).asks
        assert plan(coming, HOUR).asks


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (replace(QUIET, drafts=("es",)), Reason.DRAFT),
        (replace(QUIET, is_push_day=False), Reason.WEEKDAY),
        (replace(QUIET, is_skipped=True), Reason.SKIPPED),
        (replace(QUIET, has_words=False, broken_since=SUNDAY), Reason.BROKEN),
    ],
    ids=["a draft", "another weekday", "a day that is skipped", "nothing was ever good"],
)
def test_some_things_hold_until_somebody_does_something(held: UpcomingIssue, reason: Reason) -> None:
    for days in (0, 1, 30):
        chosen = plan(held, HOUR + timedelta(days=days))
        assert (chosen.due_at, chosen.asks) == (None, True)
        assert reason in chosen.reasons


@pytest.mark.parametrize(
    "held",
    [
        replace(QUIET, drafts=("es",)),
        replace(QUIET, is_push_day=False),
        replace(QUIET, broken_since=HOUR, changed_at=HOUR),
        replace(QUIET, changed_at=HOUR),
    ],
    ids=["a draft", "another weekday", "broken", "changed"],
)
def test_an_answer_ends_the_wait_or_makes_it_one_for_somebody(held: UpcomingIssue) -> None:
    sent = plan(replace(held, answer=ReleaseAnswer.SEND_NOW), HOUR)
    assert sent.goes(HOUR)
    assert (sent.how, sent.how.pushes) == (How.SENT, True)
    declined = plan(replace(held, answer=ReleaseAnswer.NOT_THIS_ONE), HOUR)
    assert declined.goes(HOUR)
    assert (declined.how, declined.how.pushes) == (How.DECLINED, False)
    waits = plan(replace(held, answer=ReleaseAnswer.WAIT), HOUR + timedelta(days=1))
    assert (waits.due_at, waits.asks) == (None, True)


def test_nothing_is_sent_where_nothing_was_ever_good() -> None:
    nothing = replace(QUIET, has_words=False, broken_since=HOUR, answer=ReleaseAnswer.SEND_NOW)
    assert not plan(nothing, after(86_400)).goes(after(86_400))


def test_what_is_older_than_the_newest_that_is_out_is_out_and_not_pushed() -> None:
    for held in (QUIET, replace(QUIET, drafts=("es",)), replace(QUIET, changed_at=after(3_600))):
        chosen = plan(replace(held, is_older=True), after(3_600))
        assert chosen.goes(after(3_600))
        assert (chosen.how, chosen.how.pushes, chosen.asks) == (How.OLDER, False, False)
