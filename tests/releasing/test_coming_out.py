"""An issue around its hour: what holds it, when it goes, and in which words."""

from datetime import date, timedelta

import pytest

from bot.db import tables
from bot.db.operations import timestamps
from bot.db.publishing import sources
from bot.domain.delivery.campaign import Why
from bot.domain.publishing.release import How, Reason, ReleaseAnswer
from bot.services.publishing.folder_state import eve_news
from bot.services.publishing.release_questions import Result
from tests.databases import on_sqlite
from tests.releasing.newsroom import OLDER, PUBLICATION, Newsroom, edition, monday

DAY = date(2025, 12, 22)
NOBODY = {"en": None, "es": None}
BOTH = {"en": "en i", "es": "es i"}

pytestmark = on_sqlite


async def at(newsroom: Newsroom, seconds: float) -> None:
    """Let it be so many seconds after the hour, and let the program look."""
    newsroom.clock.pass_by(monday() + timedelta(seconds=seconds) - newsroom.clock.now())
    await newsroom.look()


async def written(newsroom: Newsroom, *, english: str = "en i", spanish: str = "es i") -> None:
    """Let both editions have been saved, and seen."""
    newsroom.write(DAY, "en", edition(english))
    newsroom.write(DAY, "es", edition(spanish))
    await newsroom.look()


def withdraw(newsroom: Newsroom) -> None:
    for language in ("en", "es"):
        (newsroom.root / str(DAY) / f"{language}.md").unlink()
    (newsroom.root / str(DAY)).rmdir()


async def restarted(newsroom: Newsroom) -> None:
    await newsroom.stop()
    await newsroom.start()
    await newsroom.look()


async def test_what_is_whole_goes_at_its_hour_to_the_second(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, -1)
    assert await newsroom.shown(DAY) == NOBODY
    await at(newsroom, 0)
    assert await newsroom.shown(DAY) == await newsroom.sent(DAY) == BOTH


async def test_at_its_hour_every_door_opens_before_anybody_has_looked(newsroom: Newsroom) -> None:
    """A reader who asks in the very second is not told to come back in the next one."""
    await written(newsroom)
    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    assert await newsroom.doors(DAY) == {True}


async def test_a_folder_saved_file_by_file_over_two_minutes_goes_whole(newsroom: Newsroom) -> None:
    await at(newsroom, -30)
    for seconds, language, title in ((0, "en", "en i"), (50, "en", "en ii"), (100, "es", "es i")):
        await at(newsroom, seconds)
        newsroom.write(DAY, language, edition(title))
        await newsroom.look()
        assert await newsroom.doors(DAY) == {False}
    await at(newsroom, 159)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 160)
    assert await newsroom.shown(DAY) == await newsroom.sent(DAY) == {"en": "en ii", "es": "es i"}


@pytest.mark.parametrize("was_good", [True, False])
async def test_nothing_half_goes_out_while_a_file_is_written_byte_by_byte(
    newsroom: Newsroom, was_good: bool
) -> None:
    """Many a beginning of a file is a valid edition: what never was good is known as whole by its minute of
    quiet alone.
    """
    whole = edition("en iii").encode()
    if was_good:
        newsroom.write(DAY, "en", edition("en i"))
        await newsroom.look()
    await at(newsroom, -59)
    seen: set[str] = set()
    for length in range(len(whole)):
        newsroom.write(DAY, "en", whole[:length])
        await newsroom.archive.scan()
        await newsroom.look()
        newsroom.clock.pass_by(timedelta(seconds=59))
        await newsroom.look()
        if (state := newsroom.archive.state(DAY)) is not None:
            seen |= {summary.title for summary in state.going.values()}
        assert await newsroom.shown(DAY) == NOBODY, whole[:length]
        assert await newsroom.sent(DAY) is None
    newsroom.write(DAY, "en", whole)
    await newsroom.look()
    newsroom.clock.pass_by(timedelta(seconds=60))
    await newsroom.look()
    assert await newsroom.sent(DAY) == {"en": "en iii", "es": "en iii"}
    assert seen


@pytest.mark.parametrize("length", range(0, 70, 7))
async def test_the_beginning_of_a_good_file_is_never_sent_for_it(newsroom: Newsroom, length: int) -> None:
    """The writer died: after a quarter of an hour the last good words go."""
    await written(newsroom)
    await at(newsroom, -5)
    newsroom.write(DAY, "en", edition("en i").encode()[:length])
    await newsroom.look()
    await at(newsroom, 899)
    assert await newsroom.shown(DAY) == NOBODY
    await at(newsroom, 900)
    assert await newsroom.shown(DAY) == await newsroom.sent(DAY) == BOTH
    assert (await newsroom.ending(DAY)).old == ("en",)


async def test_a_file_that_is_written_beside_and_renamed_waits_its_minute(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, -10)
    beside = newsroom.root / str(DAY) / ".en.md.swp"
    beside.write_text(edition("en ii"), encoding="utf-8")
    await newsroom.look()
    waiting = await newsroom.waiting(DAY)
    assert waiting is None
    beside.rename(newsroom.root / str(DAY) / "en.md")
    await newsroom.look()
    await at(newsroom, 49)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 50)
    assert await newsroom.sent(DAY) == {"en": "en ii", "es": "es i"}


async def test_a_file_that_is_emptied_and_written_anew_waits_its_minute(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, -2)
    newsroom.write(DAY, "en", "")
    await newsroom.look()
    await at(newsroom, 1)
    newsroom.write(DAY, "en", edition("en ii"))
    await newsroom.look()
    await at(newsroom, 60)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 61)
    assert await newsroom.sent(DAY) == {"en": "en ii", "es": "es i"}


async def test_a_broken_edition_that_is_mended_goes_a_minute_later(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, -600)
    newsroom.write(DAY, "es", "broken")
    await newsroom.look()
    await at(newsroom, 0)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    assert (waiting.reasons, waiting.due_at) == ((Reason.BROKEN,), monday(7, 15))
    assert {language: going.old for language, going in waiting.going.items()} == {"en": False, "es": True}
    assert waiting.readers == {"en": 1, "es": 1}
    await at(newsroom, 300)
    newsroom.write(DAY, "es", edition("es ii"))
    await newsroom.look()
    await at(newsroom, 359)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 360)
    assert await newsroom.sent(DAY) == {"en": "en i", "es": "es ii"}
    assert (await newsroom.ending(DAY)).old == ()


async def test_a_language_that_never_was_good_is_missing(newsroom: Newsroom) -> None:
    newsroom.write(DAY, "en", edition("en i"))
    newsroom.write(DAY, "es", "broken")
    await newsroom.look()
    await at(newsroom, 900)
    assert await newsroom.sent(DAY) == {"en": "en i", "es": "en i"}
    assert ((await newsroom.ending(DAY)).old, (await newsroom.ending(DAY)).missing) == ((), ("es",))


async def test_where_nothing_was_ever_good_nothing_goes(newsroom: Newsroom) -> None:
    newsroom.write(DAY, "en", "broken")
    await newsroom.look()
    await at(newsroom, 0)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    assert (waiting.due_at, waiting.going, waiting.missing) == (None, {}, ("en", "es"))
    answered = await newsroom.answer(DAY, 1, ReleaseAnswer.SEND_NOW, waiting.round)
    assert answered.result is Result.NOTHING
    await at(newsroom, 86_400)
    assert await newsroom.sent(DAY) is None
    newsroom.write(DAY, "en", edition("en i"))
    await newsroom.look()
    await at(newsroom, 86_460)
    assert await newsroom.sent(DAY) is not None


async def test_what_was_last_good_outlives_a_restart(newsroom: Newsroom) -> None:
    """The file was broken before its hour, and the program started anew."""
    await written(newsroom)
    newsroom.write(DAY, "es", "broken")
    await restarted(newsroom)
    assert await newsroom.waiting(DAY) is None
    await at(newsroom, 900)
    assert await newsroom.sent(DAY) == BOTH
    newsroom.write(DAY, "en", "a correction with a slip")
    await restarted(newsroom)
    assert await newsroom.shown(DAY) == BOTH


async def test_sources_of_issues_older_than_sixty_days_are_not_kept(newsroom: Newsroom) -> None:
    newsroom.write(DAY - timedelta(days=70), "en", edition("en iiii"))
    await written(newsroom)
    async with newsroom.database.read() as session:
        assert sorted(await sources.all_of_them(session)) == [OLDER, DAY]


async def test_a_withdrawn_issue_leaves_no_old_words_behind(newsroom: Newsroom) -> None:
    await written(newsroom)
    withdraw(newsroom)
    await newsroom.look()
    await newsroom.look()
    newsroom.write(DAY, "en", "broken")
    await restarted(newsroom)
    await at(newsroom, 900)
    assert await newsroom.sent(DAY) is None


async def test_one_that_was_withdrawn_while_nobody_looked_leaves_none_either(newsroom: Newsroom) -> None:
    await written(newsroom)
    await newsroom.stop()
    withdraw(newsroom)
    await newsroom.start()
    newsroom.write(DAY, "en", "broken")
    await newsroom.look()
    await at(newsroom, 900)
    assert await newsroom.sent(DAY) is None


async def test_a_start_after_the_hour_waits_a_minute(newsroom: Newsroom) -> None:
    await written(newsroom)
    await newsroom.stop()
    newsroom.clock.pass_by(monday(8) - newsroom.clock.now())
    await newsroom.start()
    assert await newsroom.doors(DAY) == {False}
    await newsroom.look()
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    assert (waiting.reasons, waiting.due_at) == ((Reason.LATE,), monday(8, 1))
    await at(newsroom, 3_659)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 3_660)
    assert await newsroom.sent(DAY) == BOTH


async def test_a_start_just_before_the_hour_waits_for_nothing(newsroom: Newsroom) -> None:
    await written(newsroom)
    await newsroom.stop()
    newsroom.clock.pass_by(monday(6, 59, 59) - newsroom.clock.now())
    await newsroom.start()
    await at(newsroom, 0)
    assert await newsroom.sent(DAY) == BOTH


async def test_what_changed_while_the_program_was_down_is_a_change_that_is_seen_now(
    newsroom: Newsroom,
) -> None:
    await written(newsroom)
    await newsroom.stop()
    newsroom.write(DAY, "en", edition("en ii"))
    newsroom.clock.pass_by(monday(6, 59, 30) - newsroom.clock.now())
    await newsroom.start()
    await at(newsroom, 29)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 30)
    assert await newsroom.sent(DAY) == {"en": "en ii", "es": "es i"}


async def test_the_first_start_of_all_pushes_nothing_of_what_it_finds(newsroom: Newsroom) -> None:
    """A newsroom sets the bot up on a Monday afternoon: the issue is there, and is no news."""
    await at(newsroom, 0)
    assert await newsroom.doors(OLDER) == {True}
    assert await newsroom.sent(OLDER) is None
    assert newsroom.releasing.how(OLDER) is How.FOUND


async def test_a_date_older_than_the_newest_is_out_at_once_and_not_pushed(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, 0)
    between = DAY - timedelta(days=3)
    newsroom.write(between, "en", edition("en iiii"))
    await newsroom.look()
    assert (await newsroom.shown(between))["en"] == "en iiii"
    assert await newsroom.sent(between) is None


async def test_a_later_hour_takes_back_nothing_that_is_out(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, 0)
    newsroom.set_publication(PUBLICATION.replace("07:00", "09:00"))
    await at(newsroom, 600)
    await newsroom.look()
    assert newsroom.archive.publication.out_at(DAY) == monday(9)
    assert await newsroom.doors(DAY) == {True}
    assert eve_news(newsroom.archive, newsroom.clock.now()) is None  # nor does anybody say that it is missing
    await restarted(newsroom)
    assert await newsroom.doors(DAY) == {True}


async def test_of_several_that_are_found_late_only_the_newest_is_asked_about_and_pushed(
    newsroom: Newsroom,
) -> None:
    """Somebody copies the issues of before into the folder, after the first start."""
    weeks = [DAY + timedelta(days=7 * week) for week in range(4)]
    newest = weeks[-1]
    await at(newsroom, 21 * 86_400 + 3_600)
    for week in weeks:
        newsroom.write(week, "en", edition("en i"))
    newsroom.write(weeks[1], "es", edition("es i").replace("---\n", "---\ndraft: true\n", 1))
    await newsroom.look()
    assert [issue.day for issue in await newsroom.questions.waiting()] == [newest]
    await at(newsroom, 21 * 86_400 + 3_660)
    assert [await newsroom.sent(week) is not None for week in weeks] == [False, False, False, True]
    ended = [(await newsroom.ending(week)).how for week in weeks]
    assert ended == [How.OLDER, How.OLDER, How.OLDER, How.RULE]


async def test_one_that_waits_while_a_newer_one_goes_is_out_like_any_older_one(newsroom: Newsroom) -> None:
    await written(newsroom)
    newsroom.write(DAY, "es", edition("es ii").replace("---\n", "---\ndraft: true\n", 1))
    await at(newsroom, 0)
    next_week = DAY + timedelta(days=7)
    newsroom.write(next_week, "en", edition("en iiii"))
    await at(newsroom, 100)
    assert await newsroom.waiting(DAY) is not None
    await at(newsroom, 7 * 86_400)
    await newsroom.look()
    assert await newsroom.waiting(DAY) is None
    assert (await newsroom.ending(DAY)).how is How.OLDER
    assert await newsroom.shown(DAY) == BOTH  # never the draft
    assert await newsroom.sent(DAY) is None
    assert await newsroom.sent(next_week) is not None


async def test_another_weekday_asks_first(newsroom: Newsroom) -> None:
    thursday = DAY + timedelta(days=3)
    newsroom.write(thursday, "en", edition("en i"))
    await newsroom.look()
    await at(newsroom, 3 * 86_400 - 1)
    assert await newsroom.waiting(thursday) is None
    await at(newsroom, 4 * 86_400)
    waiting = await newsroom.waiting(thursday)
    assert waiting is not None
    assert (waiting.reasons, waiting.due_at) == ((Reason.WEEKDAY,), None)
    assert await newsroom.doors(thursday) == {False}
    await newsroom.answer(thursday, 1, ReleaseAnswer.SEND_NOW, waiting.round)
    await newsroom.look()
    assert (await newsroom.shown(thursday))["en"] == "en i"


async def test_a_day_that_is_skipped_asks_first(newsroom: Newsroom) -> None:
    """A holiday stands in publication.toml, and a folder of that date lies there all the same."""
    newsroom.set_publication(PUBLICATION + f"skip = [{DAY}]\n")
    await written(newsroom)
    await at(newsroom, 0)
    assert await newsroom.doors(DAY) == {False}
    await at(newsroom, 3_600)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    assert (waiting.reasons, waiting.due_at) == ((Reason.SKIPPED,), None)
    assert await newsroom.sent(DAY) is None
    await newsroom.answer(DAY, 1, ReleaseAnswer.SEND_NOW, waiting.round)
    await newsroom.look()
    assert await newsroom.shown(DAY) == await newsroom.sent(DAY) == BOTH


async def test_a_draft_holds_the_whole_issue_and_is_never_sent(newsroom: Newsroom) -> None:
    await written(newsroom)
    newsroom.write(DAY, "es", edition("es ii").replace("---\n", "---\ndraft: true\n", 1))
    await newsroom.look()
    await at(newsroom, 3_600)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    assert (waiting.reasons, waiting.drafts) == ((Reason.DRAFT,), ("es",))
    assert waiting.going["es"].title == "es i"
    await newsroom.answer(DAY, 1, ReleaseAnswer.SEND_NOW, waiting.round)
    await newsroom.releasing.look()
    assert await newsroom.shown(DAY) == BOTH  # before the archive has read the folder anew, too
    await newsroom.look()
    assert await newsroom.shown(DAY) == await newsroom.sent(DAY) == BOTH


async def test_a_declined_issue_is_found_but_not_pushed(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, -1)
    newsroom.write(DAY, "es", edition("es ii"))
    await at(newsroom, 0)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    answered = await newsroom.answer(DAY, 7, ReleaseAnswer.NOT_THIS_ONE, waiting.round)
    assert answered.result is Result.TAKEN
    await at(newsroom, 1)
    assert await newsroom.shown(DAY) == {"en": "en i", "es": "es ii"}
    await restarted(newsroom)
    await at(newsroom, 86_400)
    assert await newsroom.sent(DAY) is None


async def test_a_wait_is_asked_again_after_an_hour_and_buttons_of_before_are_old(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, -1)
    newsroom.write(DAY, "es", edition("es ii"))
    await at(newsroom, 0)
    first = await newsroom.waiting(DAY)
    assert first is not None
    assert first.due_at == monday(7, 1)
    await newsroom.answer(DAY, 7, ReleaseAnswer.WAIT, first.round)
    stale = await newsroom.answer(DAY, 8, ReleaseAnswer.SEND_NOW, first.round)
    assert stale.result is Result.ANEW
    assert stale.stands is not None
    assert (stale.stands.answer, stale.stands.admin_id) == (ReleaseAnswer.WAIT, 7)
    await at(newsroom, 3_599)
    assert await newsroom.sent(DAY) is None
    second = await newsroom.waiting(DAY)
    assert second is not None
    assert (second.question, second.due_at) == (first.question, None)
    await at(newsroom, 3_600)
    third = await newsroom.waiting(DAY)
    assert third is not None
    assert third.question == first.question + 1
    await newsroom.answer(DAY, 8, ReleaseAnswer.SEND_NOW, third.round)
    await at(newsroom, 3_601)
    assert await newsroom.sent(DAY) == {"en": "en i", "es": "es ii"}


async def test_thirteen_hours_late_asks_as_it_always_did_but_not_who_has_said_send(
    newsroom: Newsroom,
) -> None:
    await at(newsroom, 13 * 3_600)
    await written(newsroom)
    await at(newsroom, 13 * 3_600 + 60)
    opened = await newsroom.campaign(DAY)
    assert opened is not None
    assert opened.why is Why.LATE


async def test_send_now_is_asked_about_anew_where_what_was_to_be_sent_is_gone(newsroom: Newsroom) -> None:
    """It was deleted in the second between the press and the look; nothing that is written later goes at once
    because of that press.
    """
    newsroom.write(DAY, "en", edition("en i"))
    newsroom.write(DAY, "es", "broken")
    await newsroom.look()
    await at(newsroom, 1)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    await newsroom.answer(DAY, 7, ReleaseAnswer.SEND_NOW, waiting.round)
    (newsroom.root / str(DAY) / "en.md").unlink()
    await newsroom.archive.scan()
    newsroom.seconds += 1.0
    await newsroom.archive.scan()
    await newsroom.look()
    anew = await newsroom.waiting(DAY)
    assert anew is not None
    assert (anew.going, anew.answer, anew.question) == ({}, None, waiting.question + 1)
    newsroom.write(DAY, "en", edition("en ii"))
    await newsroom.look()
    assert await newsroom.sent(DAY) is None


async def test_a_press_is_taken_before_the_folder_has_been_read(newsroom: Newsroom) -> None:
    """Right after a start, while somebody saves: that there is nothing to decide would not be true."""
    await written(newsroom)
    await at(newsroom, -1)
    newsroom.write(DAY, "es", edition("es ii"))
    await at(newsroom, 0)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    await newsroom.stop()
    (newsroom.root / str(DAY) / "es.md").write_text(edition("es iii"), encoding="utf-8")  # this moment
    await newsroom.start()
    assert newsroom.archive.loaded(DAY) is None
    answered = await newsroom.answer(DAY, 7, ReleaseAnswer.NOT_THIS_ONE, waiting.round)
    assert answered.result is Result.TAKEN
    await newsroom.look()
    await newsroom.look()
    assert newsroom.releasing.how(DAY) is How.DECLINED
    assert await newsroom.shown(DAY) == {"en": "en i", "es": "es iii"}


async def test_send_now_is_not_asked_about_once_more(newsroom: Newsroom) -> None:
    await at(newsroom, 13 * 3_600)
    await written(newsroom)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    await newsroom.answer(DAY, 1, ReleaseAnswer.SEND_NOW, waiting.round)
    await newsroom.look()
    opened = await newsroom.campaign(DAY)
    assert opened is not None
    assert opened.why is None


@pytest.mark.parametrize("language", ["en", "es"])
async def test_what_is_saved_while_the_program_decides_is_not_overlooked(
    newsroom: Newsroom, language: str
) -> None:
    """The look began before the save: it may not let the words of before go."""
    await written(newsroom)
    await at(newsroom, -90)
    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    newsroom.write(DAY, language, "half a sen")  # nothing has scanned the folder since
    await newsroom.publishing.open_due()
    assert await newsroom.sent(DAY) is None
    await newsroom.look()
    assert await newsroom.doors(DAY) == {False}
    await at(newsroom, 899)
    assert await newsroom.sent(DAY) is None


async def test_what_is_saved_while_the_database_is_slow_was_not_seen_before_it_was_saved(
    newsroom: Newsroom,
) -> None:
    """A look hangs over the hour; meanwhile the folder is written and read."""
    await written(newsroom)

    async def meanwhile() -> None:
        newsroom.clock.pass_by(monday(7, 5) - newsroom.clock.now())
        newsroom.write(DAY, "en", edition("en iii"))
        await newsroom.load()

    newsroom.database.meanwhile_reading = meanwhile
    await newsroom.publishing.open_due()
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 359)
    assert await newsroom.doors(DAY) == {False}
    await at(newsroom, 360)
    assert await newsroom.sent(DAY) == {"en": "en iii", "es": "es i"}


async def test_what_is_saved_and_read_while_a_release_waits_for_the_database_waits_too(
    newsroom: Newsroom,
) -> None:
    await written(newsroom)

    async def meanwhile() -> None:
        newsroom.write(DAY, "en", edition("en iii"))
        await newsroom.load()

    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    newsroom.database.meanwhile_writing = meanwhile
    await newsroom.publishing.open_due()
    assert await newsroom.sent(DAY) is None
    await newsroom.look()
    await at(newsroom, 59)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 60)
    assert await newsroom.sent(DAY) == {"en": "en iii", "es": "es i"}


async def test_a_clock_set_back_makes_no_wait_longer(newsroom: Newsroom) -> None:
    await at(newsroom, 2 * 3_600)
    await written(newsroom)
    newsroom.clock.set(timedelta(hours=-1))
    await newsroom.look()
    await at(newsroom, 3_660)
    assert await newsroom.sent(DAY) == BOTH


async def test_what_a_wrong_clock_let_out_is_held_again_when_the_clock_is_right(newsroom: Newsroom) -> None:
    await written(newsroom)
    newsroom.clock.set(timedelta(days=7))
    await newsroom.look()
    opened = await newsroom.campaign(DAY)
    assert opened is not None
    assert opened.why is Why.JUMPED
    newsroom.clock.set(timedelta(days=-7))
    newsroom.write(DAY, "en", "broken")
    await newsroom.look()
    assert await newsroom.doors(DAY) == {False}
    ending = await newsroom.ending(DAY)
    assert (ending.how, ending.old) == (None, ())  # nothing is said any more to be out
    await at(newsroom, 0)
    assert await newsroom.doors(DAY) == {False}
    await at(newsroom, 900)
    assert await newsroom.shown(DAY) == BOTH


async def test_a_draft_in_what_a_wrong_clock_let_out_is_a_draft_again(newsroom: Newsroom) -> None:
    await written(newsroom)
    newsroom.clock.set(timedelta(days=1))
    await newsroom.look()
    newsroom.write(DAY, "es", edition("es ii").replace("---\n", "---\ndraft: true\n", 1))
    await newsroom.look()
    newsroom.clock.set(timedelta(days=-1))
    await newsroom.look()
    await at(newsroom, 3_600)
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    assert (waiting.reasons, waiting.broken, waiting.drafts) == ((Reason.DRAFT,), (), ("es",))


async def test_what_a_clock_that_was_two_issues_ahead_called_old_is_pushed_when_it_is_right(
    newsroom: Newsroom,
) -> None:
    await written(newsroom)
    next_week = DAY + timedelta(days=7)
    newsroom.write(next_week, "en", edition("en iiii"))
    await newsroom.look()
    newsroom.clock.set(timedelta(days=8))
    await newsroom.look()
    assert newsroom.releasing.how(DAY) is How.OLDER
    newsroom.clock.set(timedelta(days=-8))
    newsroom.clock.pass_by(monday(8) - newsroom.clock.now())
    await newsroom.look()
    await newsroom.look()
    assert newsroom.releasing.how(DAY) is How.RULE
    assert await newsroom.shown(DAY) == await newsroom.sent(DAY) == BOTH
    assert (await newsroom.shown(next_week))["en"] is None


async def test_a_database_from_before_keeps_what_was_out_and_pushed(newsroom: Newsroom) -> None:
    """The first start after an upgrade: no issue has a row yet."""
    await written(newsroom)
    await at(newsroom, 0)
    async with newsroom.database.write() as session:
        await session.exec_driver_sql("DELETE FROM releases")
        await timestamps.drop(session, timestamps.RELEASING)
    await newsroom.stop()
    await newsroom.start()
    assert await newsroom.shown(DAY) == BOTH
    assert newsroom.releasing.how(DAY) is How.RULE


async def test_every_answer_that_is_taken_has_an_audit_row(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, -1)
    newsroom.write(DAY, "es", edition("es ii"))
    await at(newsroom, 0)
    for answer in (ReleaseAnswer.WAIT, ReleaseAnswer.SEND_NOW):
        waiting = await newsroom.waiting(DAY)
        assert waiting is not None
        await newsroom.answer(DAY, 7, answer, waiting.round)
        await newsroom.answer(DAY, 8, answer, waiting.round)
    async with newsroom.database.read() as session:
        rows = (await session.execute(tables.audit.select())).all()
    assert [(row.admin_id, row.act, row.about) for row in rows] == [
        (7, "wait", "2025-12-22"),
        (7, "send now", "2025-12-22"),
    ]
