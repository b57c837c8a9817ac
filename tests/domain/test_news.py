"""When an admin is told of the content folder: once for each change, seldom, and at night only of trouble."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.content.problem import Problem
from bot.domain.content.publication import Publication
from bot.domain.publishing.news import (
    Condition,
    EveNews,
    FolderNews,
    IssueNews,
    Step,
    Told,
    eve_step,
    folder_step,
    issue_step,
)

DAY = date(2025, 12, 22)
HOUR = datetime(2025, 12, 22, 10, tzinfo=UTC)
EARLY = HOUR - timedelta(days=2)
NEAR = HOUR - timedelta(hours=12)
MINUTE = timedelta(minutes=1)

WHOLE = IssueNews(DAY, HOUR, Condition.WHOLE, {"en": "Title"}, revisions=("a",))
CHANGED = replace(WHOLE, revisions=("b",))
HELD = replace(WHOLE, condition=Condition.HELD, drafts=("en",))
BROKEN = replace(WHOLE, condition=Condition.BROKEN, broken=("en",))
GONE = IssueNews(DAY, HOUR, Condition.REMOVED, {})

PAPER = Publication("Test", "Test", ("en",), ZoneInfo("UTC"), 0, time(10))
FOLDER = FolderNews(PAPER, (), HOUR)
LATER = replace(FOLDER, publication=replace(PAPER, push_hour=time(11)))
FAULTY = replace(FOLDER, problems=(Problem("publication.toml", 1, "It is wrong.", "Mend it."),))


def told(news: IssueNews | FolderNews, at: datetime, message_id: int | None = 7) -> Told:
    return Told(news.digest, news.condition, at, message_id)


def test_what_she_knows_is_not_told_again() -> None:
    for news in (WHOLE, HELD, BROKEN, GONE):
        assert issue_step(told(news, EARLY), news, HOUR, quiet=False) is Step.NOTHING


@pytest.mark.parametrize("news", [WHOLE, HELD, BROKEN])
def test_what_is_new_is_a_message_except_in_quiet_hours(news: IssueNews) -> None:
    assert issue_step(None, news, EARLY, quiet=False) is Step.SEND
    assert issue_step(None, news, NEAR, quiet=True) is Step.NOTHING


@pytest.mark.parametrize("news", [CHANGED, HELD, BROKEN, GONE])
def test_a_change_long_before_the_hour_is_an_edit_a_minute_later(news: IssueNews) -> None:
    known = told(WHOLE, EARLY)
    assert issue_step(known, news, EARLY + MINUTE - timedelta(seconds=1), quiet=False) is Step.NOTHING
    assert issue_step(known, news, EARLY + MINUTE, quiet=False) is Step.EDIT
    assert issue_step(known, news, EARLY + MINUTE, quiet=True) is Step.NOTHING


@pytest.mark.parametrize(
    ("before", "news", "step"),
    [
        (WHOLE, BROKEN, Step.SEND),
        (HELD, BROKEN, Step.SEND),
        (WHOLE, GONE, Step.SEND),
        (BROKEN, WHOLE, Step.SEND),
        (BROKEN, HELD, Step.SEND),
        (GONE, CHANGED, Step.SEND),
        (WHOLE, CHANGED, Step.EDIT),
        (WHOLE, HELD, Step.EDIT),
        (HELD, WHOLE, Step.EDIT),
        (BROKEN, GONE, Step.EDIT),
        (BROKEN, replace(BROKEN, revisions=("b",)), Step.EDIT),
    ],
)
@pytest.mark.parametrize("now", [NEAR, HOUR, HOUR + timedelta(hours=12)])
def test_near_the_hour_only_good_that_breaks_or_comes_back_is_a_new_message(
    before: IssueNews, news: IssueNews, step: Step, now: datetime
) -> None:
    known = told(before, now - MINUTE)
    assert issue_step(known, news, now, quiet=False) is step
    assert issue_step(known, news, now, quiet=True) is (step if step is Step.SEND else Step.NOTHING)
    assert issue_step(replace(known, at=now - MINUTE / 2), news, now, quiet=False) is Step.NOTHING


def test_thirteen_hours_before_it_breaks_in_silence() -> None:
    now = NEAR - timedelta(hours=1)
    assert issue_step(told(WHOLE, EARLY), BROKEN, now, quiet=True) is Step.NOTHING


def test_a_message_whose_number_was_lost_is_followed_by_a_new_one() -> None:
    assert issue_step(told(WHOLE, EARLY, None), CHANGED, EARLY + MINUTE, quiet=False) is Step.SEND


def test_a_clock_that_was_set_back_holds_nothing_up() -> None:
    assert issue_step(told(WHOLE, HOUR), CHANGED, EARLY, quiet=False) is Step.EDIT


def test_the_publication_is_no_news_until_it_changes() -> None:
    assert folder_step(None, FOLDER, EARLY, quiet=False) is Step.NOTE
    assert folder_step(None, FOLDER, EARLY, quiet=True) is Step.NOTE
    assert folder_step(None, FAULTY, EARLY, quiet=False) is Step.SEND
    assert folder_step(None, FAULTY, EARLY, quiet=True) is Step.NOTHING
    assert folder_step(told(FOLDER, EARLY, None), LATER, EARLY + MINUTE, quiet=False) is Step.SEND
    assert folder_step(told(FOLDER, EARLY, None), LATER, EARLY + MINUTE, quiet=True) is Step.NOTHING


def test_a_change_of_the_publication_is_edited_for_half_a_day_and_a_fault_is_always_new() -> None:
    known = told(LATER, EARLY)
    assert folder_step(known, FOLDER, EARLY + MINUTE, quiet=False) is Step.EDIT
    assert folder_step(known, FOLDER, EARLY + timedelta(hours=12), quiet=False) is Step.SEND
    assert folder_step(known, FAULTY, EARLY + MINUTE, quiet=False) is Step.SEND
    assert folder_step(known, FAULTY, EARLY + MINUTE, quiet=True) is Step.NOTHING
    assert folder_step(known, FAULTY, NEAR, quiet=True) is Step.SEND


def test_the_same_publication_has_the_same_digest_in_every_process() -> None:
    days = [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12)]
    first, other = (replace(PAPER, skip=frozenset(skipped)) for skipped in (days, reversed(days)))
    assert replace(FOLDER, publication=first).digest == replace(FOLDER, publication=other).digest
    assert replace(FOLDER, publication=first).digest != FOLDER.digest


def test_the_eve_is_told_once_and_only_of_what_is_missing() -> None:
    eve = EveNews(DAY, HOUR, None)
    assert eve_step(None, eve, quiet=False) is Step.SEND
    assert eve_step(None, eve, quiet=True) is Step.NOTHING
    assert eve_step(told(WHOLE, EARLY), eve, quiet=False) is Step.NOTHING
    assert eve_step(None, replace(eve, issue=WHOLE), quiet=True) is Step.NOTE
    for issue in (BROKEN, HELD, replace(WHOLE, missing=("es",))):
        assert eve_step(None, replace(eve, issue=issue), quiet=False) is Step.SEND
    assert eve_step(None, replace(eve, issue=WHOLE, lacks_cover=True), quiet=False) is Step.SEND
