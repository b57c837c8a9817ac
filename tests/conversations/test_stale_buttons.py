"""Buttons that are old, forged, or not this reader's: their data is foreign input."""

from collections.abc import Sequence

import pytest

from tests.world import TOKEN, World, last, told, words

OUT_OF_DATE = "This button is out of date. /latest opens the current issue."
GONE = "This page is gone. /latest opens the current issue."

UNKNOWN: Sequence[str] = (
    *("", "x", "p", "p:", "do:", "do", "do::", "o", "op:", "oop:2025-12-22::1", "do:do:trial"),
    *("p:2025-12-22", "p:2025-12-22:", "p:2025-12-22::", "p:2025-12-22::x", "p:2025-12-22::-1"),
    *("p:2025-12-22::12345", "p:2025-13-45::1", "p:2025-12-22:POLITICS:1", "p:2025-12-22:../..:1"),
    *("p:２０２５-12-22::1", "p:2025-12-22:politics:1 ", " p:2025-12-22:politics:1", "p:2025-12-22:a b:1"),
    *("do:all:", "do:all:today", "do:month:x", "do:month:", "do:nothing", "do:trial:x", "do:set:language"),
    *("do:trial:", "do:trial:7:x", "do:trial:7:after:x", "do:trial::after"),
    *("do:grant:5000000001:30", "do:show", "p:2025-12-22:" + "a" * 33 + ":1", "\u202e:22-21-5202:p", "👍🏽"),
)
ODD = (
    *("\ud800", "p:2025-12-22:\ud800:1", "do:set:language:\udfff", "do:all:\ud800", "\0", "do:all:\0"),
    *("p:" * 5_000, "do:set:zone:" + "x" * 10_000, "do:" + ":" * 10_000, "9" * 10_000),
)


async def test_unknown_data_is_said_to_be_out_of_date(world: World) -> None:
    ana = world.person()
    front = await world.ask(ana, "/latest")
    for number, data in enumerate(UNKNOWN, 1):
        await world.tap(ana, data=data)
        assert ana.alerts[number - 1 :] == [{"text": OUT_OF_DATE, "show_alert": True}], data
    assert last(ana) == front


async def test_data_that_is_no_text_or_too_long_is_said_to_be_out_of_date(world: World) -> None:
    ana = world.person()
    front = await world.ask(ana, "/latest")
    for data in ODD:
        await world.tap(ana, data=data)
        assert "This button is out of date." in told(ana), ascii(data)[:80]
    assert last(ana) == front


@pytest.mark.parametrize(
    "place", ["1999-01-04::1", "2025-12-21::1", "2025-12-29::1", "2025-12-22:gone:1", "2025-12-08:gone:1"]
)
@pytest.mark.parametrize("door", ["p:", "op:"])
async def test_a_page_that_is_not_there_is_said_to_be_gone(world: World, place: str, door: str) -> None:
    ana = world.person(language="es")
    front = await world.ask(ana, "/latest")
    await world.tap(ana, data=door + place)
    assert ana.alerts == [
        {"text": "Esta página ya no existe. /latest abre la última edición.", "show_alert": True}
    ]
    assert last(ana) == front


async def test_read_it_all_of_an_issue_that_is_gone_says_so(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/latest")
    await world.tap(ana, data="do:all:1999-01-04")
    assert told(ana) == GONE


@pytest.mark.parametrize("door", ["p:", "op:"])
async def test_another_issue_s_page_opens_as_far_as_this_reader_may_read(world: World, door: str) -> None:
    ana = world.person()
    await world.ask(ana, "/latest")
    for number in range(1, 4):
        page = await world.tap(ana, data=f"{door}2025-12-15:politics:{number}")
        assert "The senate met on Monday." in page.text
        assert "canary" not in words(page)


async def test_a_paid_page_is_asked_for_in_vain_without_access(world: World) -> None:
    ana, ben = world.person(), world.person(5_000_000_002, name="Ben")
    await world.take_trial(ana)
    paid = await world.ask(ana, "/economy")
    await world.ask(ben, "/latest")
    for row in paid.buttons:
        for button in row:
            if "callback_data" in button:
                await world.tap(ben, data=button["callback_data"])
    page = await world.tap(ben, data="op:2025-12-22:economy:1")
    assert "🔒 This section is for subscribers." in page.text
    assert not any("canary" in bubble.text for bubble in ben.sees)


async def test_a_tap_on_a_message_that_telegram_no_longer_gives_opens_a_new_one(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    ana.taps(77_777, data="p:2025-12-22:topstory:1")
    await world.wait_until_idle()
    assert "The river rose in the night." in last(ana).text


async def test_a_first_tap_of_someone_who_never_wrote_is_answered(world: World) -> None:
    ana = world.person()
    ana.chat.started = True
    ana.taps(1, data="p:2025-12-22:politics:1")
    await world.wait_until_idle()
    assert "The senate met on Monday." in last(ana).text


async def test_a_button_in_a_group_says_so_quietly(world: World) -> None:
    ana, group = world.person(), world.group()
    await world.answers(ana, "/latest", group)
    before = list(group.sees)
    for data in ("", "x", "p:1999-01-04::1"):
        await world.tap(ana, data=data, group=group)
        assert told(group) in (OUT_OF_DATE, GONE)
    assert group.sees == before


async def test_a_tap_without_a_message_stops_nothing(world: World) -> None:
    ana = world.person()
    query = {"id": "5", "from": ana.user, "chat_instance": "1", "inline_message_id": "abc", "data": "x"}
    world.telegram.pushes(TOKEN, {"callback_query": query})
    world.telegram.pushes(TOKEN, {"callback_query": {**query, "id": "6", "game_short_name": "g"}})
    assert "Title of" in (await world.ask(ana, "/latest")).text
