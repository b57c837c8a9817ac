"""A promotion that runs: it replaces the trial's button and its words, for whom it is open."""

import pytest

from bot.domain.readers.grants import Source
from telegram_simulator import Person
from tests.subscribers import (
    CODE,
    PRICES,
    PROMOTION,
    SPECIAL,
    TAKE,
    change,
    end_promotion,
    give,
    promotion_for,
    publish,
    use_up_promotion,
)
from tests.world import World, data, labels, words

LANGUAGES = pytest.mark.parametrize("code", ["en", "es"])
TRIAL, ONWARD = "do:trial:7", "do:onward"
LOCKS = ("/latest", "/politics", "/economy")
FREE = {"en": "Read everything free for 7 days", "es": "Lee todo gratis durante 7 días"}
ABOUT = {
    "en": "Every section for 30 days, without a card. Until January 6.",
    "es": "Todas las secciones durante 30 días, sin tarjeta. Hasta el 6 de enero.",
}


async def offered(world: World, person: Person) -> set[str]:
    """Return what the buttons below all locks do."""
    ways = {TAKE, TRIAL, ONWARD}
    return {code for lock in LOCKS for code in data(await world.ask(person, lock)).values() if code in ways}


async def try_out(world: World, person: Person) -> None:
    """Let a reader have her trial, and it be over."""
    await world.take_trial(person)
    world.later(days=8)


@LANGUAGES
async def test_its_button_stands_in_the_trial_s_place_below_every_lock(world: World, code: str) -> None:
    await publish(world, PROMOTION)
    ana = world.person(language=code)
    for lock in LOCKS:
        page = await world.ask(ana, lock)
        assert data(page)[SPECIAL[code]] == TAKE
        assert not {TRIAL, ONWARD} & set(data(page).values())
        assert SPECIAL[code] not in page.text


@LANGUAGES
@pytest.mark.parametrize("command", ["/trial", "/subscribe", "price", "/account"])
async def test_what_offered_the_trial_says_the_promotion_s_terms(
    world: World, code: str, command: str
) -> None:
    await publish(world, PROMOTION)
    answer = await world.ask(world.person(language=code), command)
    assert f"{SPECIAL[code]}\n{ABOUT[code]}" in answer.text
    assert FREE[code] not in answer.text
    assert data(answer)[SPECIAL[code]] == TAKE
    assert TRIAL not in data(answer).values()


@LANGUAGES
@pytest.mark.parametrize("command", ["/start", "/help", "/search zzzz"])
async def test_other_answers_name_it_and_lead_to_it(world: World, code: str, command: str) -> None:
    ana = world.person(language=code)
    named = f"{SPECIAL[code]} → /subscribe"
    assert named not in "\n".join([bubble.text for bubble in await world.answers(ana, command)])
    await publish(world, PROMOTION)
    assert named in "\n".join([bubble.text for bubble in await world.answers(ana, command)])


@LANGUAGES
async def test_terms_that_nobody_wrote_are_its_days_and_its_last_day(world: World, code: str) -> None:
    bare = "\n".join(line for line in PROMOTION.splitlines() if not line.startswith("about"))
    await publish(world, bare)
    answer = await world.ask(world.person(language=code), "/subscribe")
    assert {
        "en": "Read everything for 30 days, archive included. No card, nothing to cancel. You can take it "
        "until January 6, 2026.",
        "es": "Lee todo durante 30 días, también el archivo. Sin tarjeta y sin nada que cancelar. Puedes "
        "aprovecharla hasta el 6 de enero de 2026.",
    }[code] in answer.text


@LANGUAGES
async def test_who_asks_for_the_trial_is_told_that_it_stays(world: World, code: str) -> None:
    await publish(world, PROMOTION)
    ana = world.person(language=code)
    stays = {
        "en": "Your free trial of 7 days stays yours for later.",
        "es": "Tu prueba gratis de 7 días te queda para después.",
    }[code]
    assert (await world.ask(ana, "/trial")).text.endswith(stays)
    await change(world, ana, trial_at=world.clock.now())
    assert stays not in (await world.ask(ana, "/trial")).text


async def test_who_has_used_it_up_is_offered_what_she_would_be_without_it(world: World) -> None:
    await publish(world, PROMOTION)
    ana = world.person()
    assert await offered(world, ana) == {TAKE}
    await change(world, ana, promotion="HOLIDAY")
    assert await offered(world, ana) == {TRIAL}
    await try_out(world, ana)
    assert await offered(world, ana) == {ONWARD}
    assert SPECIAL["en"] not in words(await world.ask(ana, "/account"))


async def test_one_for_new_readers_is_not_for_those_who_had_access(world: World) -> None:
    await publish(world, promotion_for("new"))
    ana, ben = world.person(), world.person(5_000_000_002, name="Ben")
    assert await offered(world, ana) == {TAKE}
    await try_out(world, ben)
    assert await offered(world, ben) == {ONWARD}


async def test_one_for_readers_whose_access_ended_is_for_them_alone(world: World) -> None:
    await publish(world, promotion_for("lapsed"))
    ana = world.person()
    assert await offered(world, ana) == {TRIAL}
    await world.take_trial(ana)
    assert SPECIAL["en"] not in words(await world.ask(ana, "/account"))
    world.later(days=8)
    assert await offered(world, ana) == {TAKE}


@pytest.mark.parametrize("closing", ["ended", "used up", "over"])
async def test_one_that_has_closed_gives_the_trial_its_place_back(world: World, closing: str) -> None:
    await publish(world, promotion_for("everyone", cap="2"))
    ana = world.person()
    assert await offered(world, ana) == {TAKE}
    match closing:
        case "ended":
            await end_promotion(world)
        case "used up":
            await use_up_promotion(world, 2)
        case _:
            world.later(days=20)
    assert await offered(world, ana) == {TRIAL}
    for command in ("/start", "/help", "/trial", "/subscribe", "/account", "/search zzzz"):
        assert SPECIAL["en"] not in words(await world.ask(ana, command))


async def test_one_that_was_ended_before_a_start_is_offered_by_nothing_after_it(world: World) -> None:
    await publish(world, PROMOTION)
    await end_promotion(world)
    await world.restart()
    assert await offered(world, world.person()) == {TRIAL}


async def test_a_higher_cap_opens_it_again(world: World) -> None:
    await publish(world, promotion_for("everyone", cap="2"))
    await use_up_promotion(world, 2)
    await publish(world, promotion_for("everyone", cap="3"))
    await world.program.core.closed_offers.refresh()
    assert await offered(world, world.person()) == {TAKE}


@LANGUAGES
async def test_to_access_that_runs_it_adds(world: World, code: str) -> None:
    await publish(world, PROMOTION)
    ana = world.person(language=code)
    await world.subscribe(ana, 30)
    answer = await world.ask(ana, "/account")
    adds = {"en": "It adds to what you have.", "es": "Se suma a lo que ya tienes."}[code]
    assert f"{ABOUT[code]} {adds}" in answer.text
    assert labels(answer)[0] == SPECIAL[code]


async def test_who_may_read_for_ever_is_offered_none(world: World) -> None:
    await publish(world, PROMOTION)
    ana = world.person()
    await give(world, ana, Source.COMPLIMENTARY)
    for command in ("/start", "/help", "/trial", "/subscribe", "/account"):
        assert SPECIAL["en"] not in words(await world.ask(ana, command))


@LANGUAGES
async def test_a_group_is_offered_what_is_for_everyone(world: World, code: str) -> None:
    await publish(world, PROMOTION)
    ana, group = world.person(language=code), world.group()
    (front,) = await world.answers(ana, "/latest", group)
    assert TAKE in data(front).values()
    await publish(world, promotion_for("new"))
    (front,) = await world.answers(ana, "/latest", group)
    assert {TAKE, TRIAL} & set(data(front).values()) == {TRIAL}


async def test_the_trial_s_old_button_still_gives_the_trial(world: World) -> None:
    ana = world.person()
    locked = await world.ask(ana, "/economy")
    await publish(world, PROMOTION)
    assert "canaryeconomy" in (await world.tap(ana, data=TRIAL, on=locked)).text


async def test_a_code_is_asked_for_where_there_are_codes(world: World) -> None:
    ana, redeem = world.person(), "do:run:redeem"
    await publish(world, PROMOTION)
    assert redeem not in data(await world.ask(ana, "/account")).values()
    await publish(world, CODE, PRICES)
    assert redeem in data(await world.ask(ana, "/account")).values()


async def test_taken_at_a_lock_it_goes_on_behind_it_and_is_offered_no_more(world: World) -> None:
    await publish(world, PROMOTION)
    ana = world.person()
    locked = await world.ask(ana, "/economy")
    page = await world.tap(ana, data=TAKE, on=locked)
    assert "canaryeconomy" in page.text
    assert page.protected
    world.later(days=31)
    assert await offered(world, ana) == {TRIAL}


async def test_taken_from_the_account_it_goes_on_at_the_lock_that_was_met_last(world: World) -> None:
    await publish(world, PROMOTION)
    ana = world.person()
    await world.ask(ana, "/politics")
    await world.ask(ana, "/account")
    assert "canarypolitics" in (await world.tap(ana, data=TAKE)).text


async def test_taken_for_the_last_time_it_is_offered_to_nobody_from_then_on(world: World) -> None:
    await publish(world, promotion_for("everyone", cap="1"))
    ana, ben = world.person(), world.person(5_000_000_002, name="Ben")
    await world.tap(ana, data=TAKE, on=await world.ask(ana, "/economy"))
    assert await offered(world, ben) == {TRIAL}


async def test_ended_by_an_admin_it_is_offered_to_nobody_from_then_on(world: World) -> None:
    await publish(world, PROMOTION)
    await world.ask(world.admin(), "/offers")
    await world.tap(world.admin(), data="do:offers:yes:HOLIDAY")
    assert await offered(world, world.person()) == {TRIAL}


@LANGUAGES
async def test_public_pages_name_what_is_for_everyone(world: World, code: str) -> None:
    page = f"/i/2025-12-22/{code}"
    named = {"en": f"In Telegram now: {SPECIAL['en']}.", "es": f"Ahora en Telegram: {SPECIAL['es']}."}[code]
    await publish(world, promotion_for("new"))
    assert named not in (await world.web(page)).text
    await publish(world, PROMOTION)
    assert named in (await world.web(page)).text
    await end_promotion(world)
    assert named not in (await world.web(page)).text
