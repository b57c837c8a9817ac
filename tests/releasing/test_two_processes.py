"""Several processes on one database: the one that leads decides, and all agree on what is out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from bot.domain.publishing.release import ReleaseAnswer
from bot.services.content.released_issues import known
from bot.services.publishing.release_questions import Result
from tests.releasing.newsroom import OLDER, Newsroom, edition, monday

DAY = date(2025, 12, 22)


@pytest.fixture
async def standby(newsroom: Newsroom) -> AsyncIterator[Newsroom]:
    """Another process on the same folder, database and clock, which decides nothing."""
    other = Newsroom(newsroom.root, newsroom.url, newsroom.clock)
    await other.start(leads=False)
    yield other
    await other.stop()


async def test_who_stands_by_opens_its_doors_when_the_leader_says_so(
    newsroom: Newsroom, standby: Newsroom
) -> None:
    newsroom.clock.pass_by(monday(6, 59, 50) - newsroom.clock.now())
    newsroom.write(DAY, "en", edition("en i"))
    for process in (standby, newsroom, standby):
        await process.look()
    newsroom.clock.pass_by(timedelta(seconds=70))
    await standby.look()
    assert await standby.doors(DAY) == {False}  # nobody has let it go yet
    await newsroom.look()
    await standby.look()
    assert await newsroom.doors(DAY) == await standby.doors(DAY) == {True}


async def test_at_its_hour_all_doors_open_at_once(newsroom: Newsroom, standby: Newsroom) -> None:
    newsroom.write(DAY, "en", edition("en i"))
    await newsroom.look()
    await standby.look()
    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    assert await newsroom.doors(DAY) == await standby.doors(DAY) == {True}


async def test_where_nobody_leads_no_door_opens_to_what_has_changed_since_the_leader_looked(
    newsroom: Newsroom, standby: Newsroom
) -> None:
    """The leader died before the save, and nobody has taken its place by the hour."""
    newsroom.write(DAY, "en", edition("en i"))
    await newsroom.look()
    await standby.look()
    newsroom.clock.pass_by(monday(6, 59, 30) - newsroom.clock.now())
    newsroom.write(DAY, "en", "half a sen")
    await standby.look()
    newsroom.clock.pass_by(timedelta(seconds=30))
    assert await standby.doors(DAY) == {False}


async def test_who_starts_after_the_hour_and_stands_by_opens_nothing(newsroom: Newsroom) -> None:
    """What it reads of an issue that nobody has let go is no promise."""
    newsroom.write(DAY, "en", edition("en i"))
    await newsroom.look()
    newsroom.clock.pass_by(monday(8) - newsroom.clock.now())
    late = Newsroom(newsroom.root, newsroom.url, newsroom.clock)
    await late.start(leads=False)
    assert await late.doors(DAY) == {False}
    await late.stop()


async def test_who_takes_over_goes_on_with_the_wait_that_it_finds(newsroom: Newsroom) -> None:
    newsroom.clock.pass_by(monday(6, 59, 50) - newsroom.clock.now())
    standby = Newsroom(newsroom.root, newsroom.url, newsroom.clock)
    await standby.start(leads=False)
    newsroom.write(DAY, "en", edition("en i"))
    await newsroom.look()
    await standby.look()
    newsroom.clock.pass_by(timedelta(seconds=30))
    standby.leads = True
    await standby.look()
    waiting = await standby.waiting(DAY)
    assert waiting is not None
    assert waiting.due_at == monday(7, 0, 50)
    newsroom.clock.pass_by(timedelta(seconds=30))
    await standby.look()
    assert await standby.sent(DAY) is not None
    await standby.stop()


async def test_two_admins_press_different_buttons_at_once_in_two_processes(
    newsroom: Newsroom, standby: Newsroom
) -> None:
    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    newsroom.write(DAY, "en", edition("en i"))
    await newsroom.look()
    await standby.look()
    waiting = await newsroom.waiting(DAY)
    assert waiting is not None
    answers = await asyncio.gather(
        newsroom.answer(DAY, 1, ReleaseAnswer.SEND_NOW, waiting.round),
        standby.answer(DAY, 2, ReleaseAnswer.NOT_THIS_ONE, waiting.round),
    )
    assert sorted(answer.result for answer in answers) == [Result.ANSWERED, Result.TAKEN]
    assert len({answer.stands for answer in answers}) == 1
    await newsroom.look()
    first = answers[0].result is Result.TAKEN
    assert (await newsroom.sent(DAY) is not None) is first


async def test_a_tool_that_only_asks_the_database_knows_what_is_held_back(newsroom: Newsroom) -> None:
    """A proof says of such an issue that only admins see it."""
    newsroom.clock.pass_by(monday() - newsroom.clock.now())
    newsroom.write(DAY, "en", edition("en i"))
    await newsroom.look()
    hour, out = monday(), await known(newsroom.database, newsroom.clock.now())
    assert out is not None
    _, seen = newsroom.archive.loaded(DAY) or (None, None)
    assert seen is not None
    assert out.is_out(OLDER, hour, hour, None)
    assert not out.is_out(DAY, hour, hour, seen)
    newsroom.clock.pass_by(timedelta(seconds=60))
    await newsroom.look()
    out = await known(newsroom.database, newsroom.clock.now())
    assert out is not None
    assert out.is_out(DAY, hour, newsroom.clock.now(), seen)
