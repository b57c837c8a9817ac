"""Careless hands around the hour: publication.toml, a death before the push, a view that is out of date."""

from datetime import date, timedelta

from bot.domain.publishing.release import ReleaseAnswer
from bot.services.publishing.release_questions import Result
from tests.databases import on_sqlite
from tests.releasing.newsroom import PUBLICATION, Newsroom, edition, monday

DAY = date(2025, 12, 22)
BOTH = {"en": "en i", "es": "es i"}

pytestmark = on_sqlite


async def at(newsroom: Newsroom, seconds: float) -> None:
    """Let it be so many seconds after the hour, and let the program look."""
    newsroom.clock.pass_by(monday() + timedelta(seconds=seconds) - newsroom.clock.now())
    await newsroom.look()


async def written(newsroom: Newsroom) -> None:
    newsroom.write(DAY, "en", edition("en i"))
    newsroom.write(DAY, "es", edition("es i"))
    await newsroom.look()


async def published(newsroom: Newsroom, old: str, new: str) -> None:
    """Let publication.toml say something else, and be seen."""
    assert old in PUBLICATION
    newsroom.set_publication(PUBLICATION.replace(old, new))
    await newsroom.look()


async def test_an_hour_that_is_moved_into_the_past_lets_an_issue_go_a_minute_later(
    newsroom: Newsroom,
) -> None:
    await written(newsroom)
    await at(newsroom, -900)
    await published(newsroom, "07:00", "06:30")
    assert await newsroom.doors(DAY) == {False}
    assert await newsroom.waiting(DAY) is not None
    await at(newsroom, -841)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, -840)
    assert await newsroom.sent(DAY) == BOTH


async def test_a_language_taken_from_the_publication_in_the_last_minute_waits(newsroom: Newsroom) -> None:
    """A typing error that somebody takes back: Spanish readers get no English."""
    await written(newsroom)
    await at(newsroom, -20)
    await published(newsroom, '"en", "es"', '"en"')
    await at(newsroom, 10)
    assert await newsroom.doors(DAY) == {False}
    await published(newsroom, "Sample", "Sample")
    await at(newsroom, 69)
    assert await newsroom.sent(DAY) is None
    await at(newsroom, 70)
    assert await newsroom.sent(DAY) == BOTH


async def test_what_is_saved_between_the_decision_and_the_push_waits_its_minute(newsroom: Newsroom) -> None:
    """Killed after the issue was released; when the program is back, somebody is writing."""
    await written(newsroom)
    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    await newsroom.releasing.look()
    await newsroom.stop()
    newsroom.write(DAY, "en", edition("en ii"))
    newsroom.clock.pass_by(timedelta(seconds=30))
    await newsroom.start()
    await newsroom.look()
    assert await newsroom.sent(DAY) is None
    newsroom.clock.pass_by(timedelta(seconds=50))
    newsroom.write(DAY, "en", edition("en iii"))
    await newsroom.look()
    newsroom.clock.pass_by(timedelta(seconds=59))
    await newsroom.look()
    assert await newsroom.sent(DAY) is None
    newsroom.clock.pass_by(timedelta(seconds=1))
    await newsroom.look()
    assert await newsroom.sent(DAY) == {"en": "en iii", "es": "es i"}


async def test_a_death_between_the_decision_and_the_push_sends_it_at_once_when_nothing_changed(
    newsroom: Newsroom,
) -> None:
    await written(newsroom)
    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    await newsroom.releasing.look()
    await newsroom.stop()
    newsroom.clock.pass_by(timedelta(seconds=30))
    await newsroom.start()
    await newsroom.look()
    assert await newsroom.sent(DAY) == BOTH


async def test_doors_stay_shut_at_the_hour_for_words_that_nobody_has_decided_about(
    newsroom: Newsroom,
) -> None:
    """The database is away, or nobody leads: what was loaded since is not what was judged."""
    await written(newsroom)
    await at(newsroom, -30)
    newsroom.write(DAY, "en", edition("en ii"))
    await newsroom.archive.scan()
    newsroom.seconds += 1.0
    await newsroom.archive.scan()
    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    assert await newsroom.doors(DAY) == {False}


async def test_send_now_on_a_view_that_has_changed_is_not_taken(newsroom: Newsroom) -> None:
    """An editor saves in the second in which an admin presses: she has not seen those words."""
    await written(newsroom)
    await at(newsroom, -1)
    newsroom.write(DAY, "es", edition("es ii"))
    await at(newsroom, 5)
    seen = await newsroom.waiting(DAY)
    assert seen is not None
    newsroom.write(DAY, "es", edition("es iii"))
    await newsroom.look()
    await newsroom.look()
    answered = await newsroom.answer(DAY, 7, ReleaseAnswer.SEND_NOW, seen.round)
    assert answered.result is Result.ANEW
    shown = await newsroom.waiting(DAY)
    assert shown is not None
    assert shown.question == seen.question
    answered = await newsroom.answer(DAY, 7, ReleaseAnswer.SEND_NOW, shown.round)
    assert answered.result is Result.TAKEN


async def test_a_broken_publication_holds_nothing(newsroom: Newsroom) -> None:
    await written(newsroom)
    await at(newsroom, -5)
    for length in range(0, len(PUBLICATION) - 1, 7):
        (newsroom.root / "publication.toml").write_text(PUBLICATION[:length], encoding="utf-8")
        await newsroom.look()
        assert await newsroom.doors(DAY) == {False}
    await at(newsroom, 0)
    assert await newsroom.sent(DAY) == BOTH


async def test_a_folder_that_is_moved_away_and_back_at_the_hour_waits_its_minute(newsroom: Newsroom) -> None:
    await written(newsroom)
    folder, away = newsroom.root / str(DAY), newsroom.root / "away"
    await at(newsroom, -1)
    folder.rename(away)
    await at(newsroom, 0)
    await newsroom.look()
    away.rename(newsroom.root / "2025-12-23")
    await at(newsroom, 10)
    (newsroom.root / "2025-12-23").rename(folder)
    await at(newsroom, 20)
    await at(newsroom, 79)
    assert await newsroom.doors(DAY) == {False}
    await at(newsroom, 80)
    assert await newsroom.sent(DAY) == BOTH


async def test_a_clock_set_back_before_anyone_was_sent_it_lets_it_go_at_its_real_hour(
    newsroom: Newsroom,
) -> None:
    await written(newsroom)
    await at(newsroom, 0)
    first = await newsroom.campaign(DAY)
    newsroom.clock.set(timedelta(hours=-2))
    newsroom.write(DAY, "en", edition("en ii"))
    await newsroom.look()
    await newsroom.stop()
    await newsroom.start()
    await at(newsroom, 0)
    await at(newsroom, 60)
    again = await newsroom.campaign(DAY)
    assert first is not None
    assert again is not None
    assert again.id > first.id
    assert (await newsroom.sent(DAY) or {})["en"] == "en ii"
    assert await newsroom.doors(DAY) == {True}
