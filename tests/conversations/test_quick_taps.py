"""Quick taps on one button: one message, one turn, one effect."""

import pytest

from telegram_simulator import Bubble, Person
from tests.world import World, data, last, since


async def front(world: World, person: Person) -> Bubble:
    await world.take_trial(person)
    return await world.ask(person, "/latest")


def taps(person: Person, on: Bubble, label: str | None = None, data: str | None = None) -> None:
    for _ in range(3):
        person.taps(on.message_id, label, data=data)


async def test_three_taps_that_open_a_page_bring_it_once(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    archive = await world.ask(ana, "/archive")
    taps(ana, archive, "Dec 15 · Title of 2025-12-15")
    await world.wait_until_idle()
    (page,) = since(ana, archive.message_id)
    assert "Title of 2025-12-15" in page.text
    assert len(ana.alerts) >= 3, "each tap is answered, or its button spins"


async def test_three_taps_on_a_paid_section_bring_one_protected_message(world: World) -> None:
    ana = world.person()
    page = await front(world, ana)
    taps(ana, page, "Economy: Prices fall")
    await world.wait_until_idle()
    (new,) = since(ana, page.message_id)
    assert new.protected


async def test_three_taps_turn_a_page_once(world: World) -> None:
    ana = world.person()
    page = await world.ask(ana, "/start")
    taps(ana, page, "Top story: River rises")
    await world.wait_until_idle()
    assert [kind for kind, what in ana.history[-4:] if kind == "edit"] == ["edit"]
    assert since(ana, page.message_id) == []


@pytest.mark.parametrize("what", ["do:trial", "do:latest", "do:all:2025-12-22"])
async def test_three_taps_with_an_effect_say_so_once(world: World, what: str) -> None:
    ana = world.person()
    page = await world.ask(ana, "/start")
    ana.taps(page.message_id, data=what)
    await world.wait_until_idle()
    once = len(since(ana, page.message_id))
    luz = world.person(5_000_000_002, "en", "Luz")
    page = await world.ask(luz, "/start")
    taps(luz, page, data=what)
    await world.wait_until_idle()
    assert len(since(luz, page.message_id)) == once


async def test_a_tap_some_seconds_later_brings_it_again(world: World) -> None:
    ana = world.person()
    archive = await world.ask(ana, "/archive")
    for count in (1, 2):
        await world.tap(ana, "Dec 15 · Title of 2025-12-15", on=archive)
        assert len(since(ana, archive.message_id)) == count
        world.later(seconds=3)


async def test_other_buttons_and_other_people_are_not_meant(world: World) -> None:
    ana, luz, group = world.person(), world.person(5_000_000_002, "en", "Luz"), world.group()
    (archive,) = await world.answers(ana, "/archive", group)
    for person in (ana, luz):
        for label, what in data(archive).items():
            if what.startswith("o"):
                person.taps(archive.message_id, label, group=group)
    await world.wait_until_idle()
    assert len(since(group, archive.message_id)) == 6


async def test_quick_taps_that_reach_one_program_after_the_other_bring_one_message(world: World) -> None:
    """Between them the program forgets who tapped."""
    ana = world.person()
    archive = await world.ask(ana, "/archive")
    for _ in range(3):
        await world.tap(ana, "Dec 15 · Title of 2025-12-15", on=archive)
        await world.restart()
    assert len(since(ana, archive.message_id)) == 1
    assert last(ana)
