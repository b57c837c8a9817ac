"""Moments that readers plan by: said in the reader's zone, or by her own app where she reads rich pages."""

import re
from datetime import datetime

import pytest

from tests.world import World

TIME = re.compile(r'<tg-time unix="(\d+)" format="wDt">([^<]*)</tg-time>')


async def test_settings_in_rich_let_the_app_say_when_the_next_issue_comes(world: World) -> None:
    ana = world.person()
    classic = await world.ask(ana, "/settings")
    assert "tg-time" not in classic.html
    rich = await world.tap(ana, data="do:set:rendering:rich")
    assert "Next issue: Monday, December 29, 2025, at 07:00" in rich.text
    assert TIME.findall(rich.html) == [("1767002400", "Monday, December 29, 2025, at 07:00")]
    back = await world.tap(ana, data="do:set:rendering:classic")
    assert "tg-time" not in back.html


@pytest.mark.parametrize(("language", "words"), [("en", ", at 09:00"), ("es", " a las 09:00")])
async def test_the_end_of_access_is_such_a_moment(world: World, language: str, words: str) -> None:
    ana = world.person(language=language)
    await world.take_trial(ana)
    full_until = (await world.reader(ana)).full_until
    assert isinstance(full_until, datetime)
    assert words in (await world.ask(ana, "/account")).text
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:rendering:rich")
    for command in ("/account", "/trial"):
        answer = await world.ask(ana, command)
        assert [(int(unix), said.endswith(words)) for unix, said in TIME.findall(answer.html)] == [
            (int(full_until.timestamp()), True)
        ]


async def test_an_end_that_telegram_cannot_count_to_is_said_in_words(world: World) -> None:
    ana = world.person()
    await world.subscribe(ana, 365)
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:rendering:rich")
    assert TIME.search((await world.ask(ana, "/account")).html)
    for _ in range(2):
        asked = await world.ask(world.admin(), f"/grant {ana.id} 3650")
        await world.tap(world.admin(), "Yes, give 3,650 days", on=asked)
    late = await world.ask(ana, "/account")
    assert "until" in late.text
    assert "tg-time" not in late.html


async def test_in_a_group_nothing_is_said_of_who_asks(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:rendering:rich")
    (answer, *_) = await world.answers(ana, "/latest", world.group())
    assert "tg-time" not in answer.html
