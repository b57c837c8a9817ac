"""The trial, what it opens, what comes after it; /account in all its states."""

import pytest

from bot.db import grants
from bot.domain.access import Grant
from tests.world import MONDAY, World, labels, last, told

GIVEN = "Your free trial has begun: every section and the whole archive for 7 days."


async def test_the_trial_says_what_it_gives_and_when_it_ends(world: World) -> None:
    answer = await world.ask(world.person(), "/trial")
    assert answer.text == (
        f"{GIVEN} You can read everything until Monday, December 29, 2025, at 09:00. "
        "No card, nothing to cancel."
    )


async def test_the_end_is_said_in_the_reader_s_own_zone(world: World) -> None:
    ana = world.person(language="es")
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:zone:Asia/Tokyo")
    assert "lunes 29 de diciembre de 2025 a las 21:00" in (await world.ask(ana, "/trial")).text


async def test_the_trial_is_given_once_even_while_it_runs(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/trial")
    world.later(days=3)
    assert (await world.ask(ana, "/trial")).text == (
        "You have had your free trial; there is one for each person. "
        "You can read everything until Monday, December 29, 2025, at 09:00."
    )
    world.later(days=4, minutes=1)
    assert "🔒" in (await world.ask(ana, "/economy")).text


async def test_the_trial_is_never_given_again(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/trial")
    world.later(days=400)
    for _ in range(2):
        assert (await world.ask(ana, "/trial")).text == (
            "You have had your free trial; there is one for each person. "
            "To go on reading, write to the newsletter with your number from /account."
        )
        assert labels(last(ana)) == []
    assert "canary" not in (await world.ask(ana, "/economy")).text


async def test_the_trial_survives_a_restart_and_so_does_having_had_it(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/trial")
    await world.restart()
    assert "canaryeconomy" in (await world.ask(ana, "/economy")).text
    assert "You have had your free trial;" in (await world.ask(ana, "/trial")).text


async def test_the_same_trial_asked_twice_at_once_is_given_once(world: World) -> None:
    ana = world.person()
    for _ in range(5):
        ana.writes("/trial")
    await world.settled()
    assert len([bubble for bubble in ana.sees if GIVEN in bubble.text]) == 1


async def test_paid_text_opens_at_once_and_closes_to_the_minute(world: World) -> None:
    ana = world.person()
    assert "canary" not in (await world.ask(ana, "/economy")).text
    await world.ask(ana, "/trial")
    opened = await world.ask(ana, "/economy")
    assert "Bread is cheaper, says canaryeconomy." in opened.text
    assert opened.protected
    world.later(days=6, hours=23, minutes=59)
    assert "canaryeconomy" in (await world.ask(ana, "/economy")).text
    world.later(minutes=2)
    assert "canary" not in (await world.ask(ana, "/economy")).text


@pytest.mark.parametrize(
    ("section", "behind"), [("politics", "canarypolitics"), ("economy", "canaryeconomy")]
)
async def test_the_button_at_a_lock_leads_on_behind_it(world: World, section: str, behind: str) -> None:
    ana = world.person()
    locked = await world.ask(ana, f"/{section}")
    page = await world.tap(ana, "Read free for 7 days")
    assert told(ana) == "Your trial has begun."
    assert GIVEN in ana.sees[-2].text
    assert behind in page.text
    assert page.protected
    assert page.message_id != locked.message_id
    assert locked in ana.sees


async def test_without_a_lock_behind_it_the_trial_offers_the_current_issue(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/trial")
    front = await world.tap(ana, "Read the current issue")
    assert "Title of 2025-12-22" in front.text
    assert "🔒" not in front.text


async def test_account_of_someone_new(world: World) -> None:
    ana = world.person()
    text = (await world.ask(ana, "/account")).text
    assert "You read the free part of every issue." in text
    assert "Your free trial is still waiting for you: /trial" in text
    assert f"{ana.id}" in text


async def test_account_on_trial_and_after_it(world: World) -> None:
    ana = world.person(language="es")
    await world.ask(ana, "/trial")
    running = (await world.ask(ana, "/account")).text
    assert "Puedes leer todo hasta el lunes 29 de diciembre de 2025 a las 09:00." in running
    assert "todavía te espera" not in running
    world.later(days=8)
    over = (await world.ask(ana, "/account")).text
    assert "Lees la parte gratuita de cada número." in over
    assert "todavía te espera" not in over


async def test_account_of_someone_given_days_adds_them_to_the_trial(world: World) -> None:
    ana = world.person()
    await world.subscribe(ana, 30)
    assert "January 21, 2026, at 09:00" in (await world.ask(ana, "/account")).text
    await world.ask(ana, "/trial")
    text = (await world.ask(ana, "/account")).text
    assert "You can read everything until Wednesday, January 28, 2026, at 09:00." in text


async def test_account_of_someone_with_access_for_ever(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    async with world.program.database.write() as session:
        await grants.add(session, ana.id, Grant("complimentary", "the editor", MONDAY))
    assert "You can read everything, with no end date." in (await world.ask(ana, "/account")).text


async def test_the_old_trial_button_does_nothing_twice(world: World) -> None:
    ana = world.person()
    locked = await world.ask(ana, "/economy")
    await world.tap(ana, "Read free for 7 days")
    again = await world.tap(ana, "Read free for 7 days", on=locked)
    assert "canaryeconomy" in again.text
    assert again.protected
    world.later(days=8)
    await world.tap(ana, "Read free for 7 days", on=locked)
    assert told(ana) == "You have had your free trial."
    assert "there is one for each person" in last(ana).text
