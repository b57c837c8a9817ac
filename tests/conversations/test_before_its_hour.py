"""An issue that is not out: nobody but admins meets it, by no door; at its hour it is there."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from telegram_simulator import Group, Person
from tests.world import SPANISH, World, labels, last, since, told, words, write_cover

HOUR = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)
EVE = datetime(2025, 12, 22, 9, 30, tzinfo=UTC)
SECRET = "2025-12-22"
GONE = "This page is gone. /latest opens the current issue."

COMMANDS = (
    *("/start", f"/start i_{SECRET}", f"/start i_{SECRET}_topstory", "/latest", "/topstory", "/sections"),
    *("/section tomorrow", "/tomorrow", "/archive", "/search tomorrowword", "/search Tomorrow", "/help"),
)
DATA = (
    *(f"p:{SECRET}::1", f"p:{SECRET}:topstory:1", f"p:{SECRET}:tomorrow:1", f"p:{SECRET}:tomorrow:2"),
    *(f"op:{SECRET}::1", f"op:{SECRET}:tomorrow:1", f"do:all:{SECRET}", "do:latest", f"do:month:{SECRET}"),
)

UPCOMING = """\
---
title: Tomorrow's title
also: [tomorrowword in a teaser]
audience: everyone
---

# Top story: Tomorrow's headline {#topstory}

Free, but not out: tomorrowword.

# Tomorrow: Another headline {#tomorrow}

More of tomorrowword.
"""


@pytest.fixture
async def eve(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The bot half an hour before the newest issue is out."""
    (content / SECRET / "en.md").write_text(UPCOMING, encoding="utf-8")
    (content / SECRET / "es.md").unlink()
    write_cover(content, SECRET)
    async with World(content, data_folder, EVE, public_url="https://post.example") as running:
        yield running


def shows_it(chat: Person | Group) -> list[str]:
    """Return what a chat shows of the issue that is not out."""
    seen = [words(bubble) for bubble in since(chat, 0)] + [answer["text"] for answer in chat.alerts]
    return [text for text in seen if "omorrow’s" in text or "omorrow's" in text or "but not out" in text]


async def test_no_command_shows_it(eve: World) -> None:
    ana, group = eve.person(), eve.group()
    await eve.take_trial(ana)
    for command in COMMANDS:
        assert await eve.answers(ana, command), command
        await eve.answers(ana, command, group)
        assert shows_it(ana) == shows_it(group) == [], command


async def test_no_button_shows_it(eve: World) -> None:
    ana, group = eve.person(), eve.group()
    await eve.take_trial(ana)
    await eve.answers(ana, "/latest", group)
    for data in DATA:
        await eve.tap(ana, data=data)
        assert told(ana) or "Title of 2025-12-15" in last(ana).text, data
        await eve.tap(ana, data=data, group=group)
        assert shows_it(ana) == shows_it(group) == [], data


@pytest.mark.parametrize("path", [f"/i/{SECRET}/en", f"/i/{SECRET}/es", f"/covers/{SECRET}"])
async def test_the_web_does_not_know_it(eve: World, path: str) -> None:
    assert (await eve.web(path)).status == 404
    assert SECRET not in (await eve.web("/")).text


async def test_at_its_hour_it_is_out_by_every_door(eve: World) -> None:
    ana = eve.person()
    assert "Title of 2025-12-15" in (await eve.ask(ana, "/latest")).text
    eve.clock.move_to(HOUR)
    assert "Tomorrow's title" in (await eve.ask(ana, "/latest")).text
    assert "Free, but not out" in (await eve.ask(ana, "/topstory")).text
    assert "More of tomorrowword." in (await eve.ask(ana, "/tomorrow")).text
    assert labels(await eve.ask(ana, "/archive"))[0] == "Dec 22 · Tomorrow's title"
    assert (await eve.ask(ana, "/search tomorrowword")).text.startswith("3 results")
    assert "Tomorrow's title" in (await eve.ask(ana, f"/start i_{SECRET}")).text
    assert "Tomorrow&#39;s title" in (await eve.web(f"/i/{SECRET}/en")).text
    assert (await eve.web(f"/covers/{SECRET}")).status == 200


async def test_an_admin_sees_it_and_is_told_from_when_it_is_out(eve: World) -> None:
    ada = eve.admin()
    listing = await eve.ask(ada, "/archive")
    assert labels(listing)[:2] == ["⏳ Dec 22 · Tomorrow's title", "Dec 15 · Title of 2025-12-15"]
    front = await eve.tap(ada, "⏳ Dec 22 · Tomorrow's title")
    assert (
        "Only admins can see this for now. Readers get it on Monday, December 22, 2025, at 07:00."
        in front.text
    )
    assert front.preview is None
    assert "Free, but not out" in (await eve.tap(ada, "Top story")).text
    assert "Tomorrow's title" in (await eve.ask(ada, f"/start i_{SECRET}")).text


async def test_the_current_issue_of_an_admin_is_the_readers(eve: World) -> None:
    assert "Title of 2025-12-15" in (await eve.ask(eve.admin(), "/latest")).text


async def test_the_line_for_admins_goes_at_the_hour(eve: World) -> None:
    ada = eve.admin()
    before = await eve.ask(ada, f"/start i_{SECRET}")
    eve.clock.move_to(HOUR)
    await eve.tap(ada, "Top story", on=before)
    (page,) = (bubble for bubble in ada.sees if bubble.message_id == before.message_id)
    await eve.tap(ada, "☰ Contents", on=page)
    (front,) = (message for message in ada.sees if message.message_id == before.message_id)
    assert "Only admins" not in front.text
    assert front.preview is not None


async def test_an_admin_in_a_group_meets_no_more_than_the_group(eve: World) -> None:
    ada, group = eve.admin(), eve.group()
    for command in COMMANDS:
        await eve.answers(ada, command, group)
    for data in DATA:
        await eve.tap(ada, data=data, group=group)
    assert shows_it(group) == []


async def test_a_button_that_an_admin_was_given_does_nothing_in_a_reader_s_hands(eve: World) -> None:
    ada, ana = eve.admin(), eve.person()
    front = await eve.ask(ada, f"/start i_{SECRET}")
    mine = await eve.ask(ana, "/latest")
    for row in front.buttons:
        for button in row:
            if button.get("callback_data", "").startswith("p:"):
                await eve.tap(ana, data=button["callback_data"])
                assert told(ana) == GONE
    assert last(ana) == mine


async def test_a_second_language_comes_out_with_the_first(eve: World) -> None:
    beto = eve.person(language="es")
    eve.write(SECRET, SPANISH.format(date=SECRET).replace("<!-- paywall -->\n\n", ""), "es")
    await eve.reload()
    assert "2025-12-15" in (await eve.ask(beto, "/latest")).text
