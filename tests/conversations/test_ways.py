"""What a reader is offered where her access ends: what fits what she had, in one button."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.tables import grants
from telegram_simulator import Bubble, Person
from tests.world import PUBLICATION, World, data, labels, last, words

TRY, ONWARD = "Read free for 7 days", "How to keep reading"
LOCKS = ("/latest", "/politics", "/economy")


async def start_trial(world: World, person: Person) -> None:
    await world.ask(person, "/economy")
    await world.tap(person, data="do:trial")


async def offered(world: World, person: Person) -> list[list[str]]:
    """Return what the buttons of each page with a lock offer."""
    ways = {TRY, ONWARD}
    return [[one for one in labels(await world.ask(person, lock)) if one in ways] for lock in LOCKS]


async def publish(world: World, text: str) -> None:
    (world.content / "publication.toml").write_text(text, encoding="utf-8")
    await world.reload()


async def test_who_never_had_the_trial_is_offered_it_with_its_length(world: World) -> None:
    assert await offered(world, world.person()) == [[TRY]] * 3
    luz = world.person(5_000_000_002, language="es", name="Luz")
    assert "Leer gratis 7 días" in labels(await world.ask(luz, "/economy"))


async def test_where_her_trial_is_over_each_lock_says_how_to_keep_reading(world: World) -> None:
    ana = world.person()
    await start_trial(world, ana)
    assert await offered(world, ana) == [[]] * 3
    world.later(days=8)
    assert await offered(world, ana) == [[ONWARD]] * 3
    answer = await world.tap(ana, ONWARD)
    assert "You read the free part of every issue." in answer.text


async def test_a_gift_that_is_over_leaves_the_trial_open(world: World) -> None:
    ana = world.person()
    await world.subscribe(ana, 1)
    assert await offered(world, ana) == [[]] * 3
    world.later(days=2)
    assert await offered(world, ana) == [[TRY]] * 3


async def test_who_had_the_trial_and_whose_gift_was_taken_back_is_not_offered_it(world: World) -> None:
    ana = world.person()
    await start_trial(world, ana)
    await world.subscribe(ana, 30)
    async with world.program.core.database.read() as session:
        gift, trial = (await session.execute(select(grants.c.id).order_by(grants.c.source))).scalars()
    for number in (gift, trial):
        await world.tap(world.admin(), data=f"do:take:one:{ana.id}:{number}")
    assert await offered(world, ana) == [[ONWARD]] * 3


async def test_an_old_button_gives_no_second_trial(world: World) -> None:
    ana = world.person()
    old = await world.ask(ana, "/economy")
    await world.tap(ana, TRY)
    world.later(days=8)
    await world.tap(ana, TRY, on=old)
    assert last(ana).text.startswith("You had your free trial from December 22, 2025 to December 29, 2025")
    assert "canary" not in words(await world.ask(ana, "/economy"))


async def test_with_access_that_came_meanwhile_the_lock_s_button_reads_on(world: World) -> None:
    ana = world.person()
    await start_trial(world, ana)
    world.later(days=8)
    locked = await world.ask(ana, "/economy")
    await world.subscribe(ana, 30)
    page = await world.tap(ana, ONWARD, on=locked)
    assert "canaryeconomy" in page.text
    assert page.protected


async def test_a_lock_s_page_names_no_trial_and_its_section_button_opens_the_free_part(world: World) -> None:
    ana = world.person()
    front = await world.ask(ana, "/latest")
    page = await world.tap(ana, "🔒 Politics")
    assert "The senate met on Monday." in page.text
    for bubble in (front, page, await world.ask(ana, "/economy")):
        assert "trial" not in bubble.text.lower()
        assert "free for" not in bubble.text


async def test_without_a_trial_nobody_is_offered_one(world: World) -> None:
    ana = world.person()
    old = await world.ask(ana, "/economy")
    await publish(world, PUBLICATION.replace("trial_days = 7", "trial_days = 0"))
    assert await offered(world, ana) == [[]] * 3
    assert "trial" not in words(await world.ask(ana, "/search zzzz"))
    await world.tap(ana, TRY, on=old)
    assert "canary" not in words(await world.ask(ana, "/economy"))
    assert (await world.reader(ana)).trial_at is None


@pytest.mark.parametrize("days", [7, 0])
async def test_menus_name_the_trial_only_where_there_is_one(
    content: Path, data_folder: Path, days: int
) -> None:
    text = PUBLICATION.replace("trial_days = 7", f"trial_days = {days}")
    (content / "publication.toml").write_text(text, encoding="utf-8")
    async with World(content, data_folder, menus=True) as world:
        await world.published()
        scope = {"type": "all_private_chats"}
        menu = await world.call("getMyCommands", scope=scope, language_code="en")
        assert ("trial" in {one["command"] for one in menu}) is bool(days)
        # /help leaves it to /account, which knows who has had it
        assert "/trial" not in (await world.ask(world.person(), "/help")).text


async def test_without_a_trial_who_can_ask_somebody_is_told_how(world: World) -> None:
    ana = world.person()
    untried = PUBLICATION.replace("trial_days = 7", "trial_days = 0")
    await publish(world, f'{untried}contact = "@the_test_post"\n')
    assert await offered(world, ana) == [[ONWARD]] * 3


async def test_a_trial_of_another_length_is_said_at_once(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/economy")
    await publish(world, PUBLICATION.replace("trial_days = 7", "trial_days = 30"))
    assert "Read free for 30 days" in labels(await world.ask(ana, "/economy"))


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_group_knows_nobody_s_way(world: World, language: str) -> None:
    ana, group = world.person(language=language), world.group()
    await start_trial(world, ana)
    world.later(days=8)
    (front,) = await world.answers(ana, "/latest", group)
    assert offers(front) == ["do:trial:7"]


def offers(bubble: Bubble) -> list[str]:
    return [code for code in data(bubble).values() if code in {"do:trial:7", "do:onward"}]


async def test_read_it_all_ends_with_her_way_on(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:rendering:rich")
    for way in ("do:trial:7", "do:onward"):
        await world.ask(ana, "/latest")
        await world.tap(ana, "Read the free part")
        assert offers(last(ana)) == [way]
        await world.tap(ana, data="do:trial")
        world.later(days=8)
