"""An issue whose hour has come and that the one rule holds back: out by no door, then sent whole."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.db.delivery import campaigns
from bot.domain.delivery.campaign import State
from tests.conversations.test_before_its_hour import (
    COMMANDS,
    DATA,
    EVE,
    HOUR,
    SECRET,
    UPCOMING,
    shows_it,
)
from tests.delivery.mondays import KEY, RELEASE, Monday, until
from tests.world import ENGLISH, SPANISH, World, labels, last, told, words, write_cover


@pytest.fixture
async def held(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """Half a minute after the hour of an issue that was changed half a minute before it."""
    (content / SECRET / "en.md").write_text("not yet", encoding="utf-8")
    (content / SECRET / "es.md").unlink()
    write_cover(content, SECRET)
    async with World(content, data_folder, EVE, public_url="https://post.example") as running:
        running.clock.move_to(HOUR - timedelta(seconds=30))
        running.write(SECRET, UPCOMING)
        await running.reload()
        running.clock.move_to(HOUR + timedelta(seconds=15))
        await running.reload()
        yield running


async def test_no_door_shows_it(held: World) -> None:
    ana, group = held.person(), held.group()
    await held.take_trial(ana)
    for command in COMMANDS:
        assert await held.answers(ana, command), command
        await held.answers(ana, command, group)
        assert shows_it(ana) == shows_it(group) == [], command
    for data in DATA:
        await held.tap(ana, data=data)
        assert told(ana) or "Title of 2025-12-15" in last(ana).text, data
        assert shows_it(ana) == [], data
    for path in (f"/i/{SECRET}/en", f"/i/{SECRET}/es", f"/covers/{SECRET}"):
        assert (await held.web(path)).status == 404
    assert SECRET not in (await held.web("/")).text


async def test_an_admin_sees_it_and_that_it_waits(held: World) -> None:
    ada = held.admin()
    ada.writes("/start")
    await until(lambda: any("is waiting to go out" in bubble.text for bubble in ada.sees))  # she is asked
    await held.wait_until_idle()
    assert labels(await held.ask(ada, "/archive"))[0] == "⏳ Dec 22 · Tomorrow's title"
    front = await held.tap(ada, "⏳ Dec 22 · Tomorrow's title")
    assert "Only admins can see this for now. It was due, but it’s still waiting to go out." in front.text


async def test_a_minute_after_its_last_change_it_is_out_by_every_door(held: World) -> None:
    ana = held.person()
    held.clock.move_to(HOUR + timedelta(seconds=31))
    await held.reload()
    assert "Tomorrow's title" in (await held.ask(ana, "/latest")).text
    assert (await held.ask(ana, "/search tomorrowword")).text.startswith("3 results")
    assert "Tomorrow&#39;s title" in (await held.web(f"/i/{SECRET}/en")).text
    assert (await held.web(f"/covers/{SECRET}")).status == 200


async def test_what_is_saved_after_its_hour_piece_by_piece_comes_to_everyone_whole(monday: Monday) -> None:
    """Its Spanish and its cover were six seconds behind."""
    world = monday.world
    (world.content / KEY).rename(world.content / "unfinished")
    await world.reload()
    people = await monday.enrol(6)
    world.clock.move_to(RELEASE + timedelta(minutes=40))
    world.write(KEY, ENGLISH.format(date=KEY))
    await world.reload()
    world.later(seconds=6)
    world.write(KEY, SPANISH.format(date=KEY), "es")
    await world.reload()
    write_cover(world.content, KEY)
    await world.reload()
    world.later(seconds=50)
    await world.reload()
    assert await monday.find() is None
    assert all("2025-12-22" not in bubble.text for person in people for bubble in person.sees)
    world.later(seconds=15)
    await until(monday.is_open)
    assert (await monday.ended()).of(State.SENT) == len(people)
    for person in people:
        (bubble,) = [message for message in person.sees if message.from_bot]
        title = f"Title of {KEY}" if person.user["language_code"] == "en" else f"Título del {KEY}"
        assert title in bubble.text
    async with world.program.core.database.read() as session:
        assert await campaigns.cover(session, (await monday.campaign()).id) is not None


async def test_a_last_minute_fix_with_a_slip_sends_nothing_until_it_is_mended(monday: Monday) -> None:
    world = monday.world
    people, whole = await monday.enrol(4), ENGLISH.format(date=KEY)
    world.clock.move_to(RELEASE - timedelta(seconds=20))
    broken, mended = whole.replace("<!-- paywall -->", "<!-- paywal -->"), whole.replace("rises", "falls")
    world.write(KEY, broken)
    await world.reload()
    world.clock.move_to(RELEASE + timedelta(minutes=2))
    await world.reload()
    assert await monday.find() is None
    world.write(KEY, mended)
    await world.reload()
    world.later(seconds=61)
    await until(monday.is_open)
    assert (await monday.ended()).of(State.SENT) == len(people)
    for person in people[::2]:  # who reads English
        assert "River falls" in words(person.sees[-1])
