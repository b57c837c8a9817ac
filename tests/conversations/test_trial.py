"""The trial: what is said before it starts, what it opens, what comes after it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db.readers import grants
from bot.domain.readers.grants import Grant
from bot.services.subscriptions.access import update_access
from tests.world import MONDAY, PUBLICATION, World, labels, last, told

TERMS = {
    "en": (
        "The free trial opens everything for 7 days: every section of every issue and the whole archive. "
        "No card, nothing to cancel: it ends by itself."
    ),
    "es": (
        "Con la prueba gratis lees todo durante 7 días: todas las secciones de cada edición y el archivo "
        "completo. Sin tarjeta y sin nada que cancelar: termina sola."
    ),
}
START = {"en": "Read free for 7 days", "es": "Leer gratis 7 días"}
GIVEN = "Your free trial has started: every section and the whole archive for 7 days."
RUNS = {
    "en": (
        "Your free trial runs until Monday, December 29, 2025, at 09:00. Until then you can read everything."
    ),
    "es": (
        "Tu prueba gratis está en curso: puedes leer todo hasta el lunes 29 de diciembre de 2025 a las 09:00."
    ),
}
HAD = {
    "en": "You had your free trial from December 22, 2025 to December 29, 2025 (one per person).",
    "es": (
        "Tu prueba gratis fue del 22 de diciembre de 2025 al 29 de diciembre de 2025 (hay una por persona)."
    ),
}
LANGUAGES = pytest.mark.parametrize("code", ["en", "es"])


@pytest.fixture
async def bare(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """A publication that offers no trial."""
    text = PUBLICATION.replace("trial_days = 7", "trial_days = 0")
    (content / "publication.toml").write_text(text, encoding="utf-8")
    async with World(content, data_folder) as running:
        yield running


@LANGUAGES
async def test_the_command_says_what_the_trial_gives_and_starts_nothing(world: World, code: str) -> None:
    ana = world.person(language=code)
    asked = await world.ask(ana, "/trial")
    assert (asked.text, labels(asked)) == (TERMS[code], [START[code]])
    assert "canary" not in (await world.ask(ana, "/economy")).text


async def test_the_button_below_it_starts_the_trial(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/trial")
    begun = await world.tap(ana, START["en"])
    assert begun.text == (
        f"{GIVEN} You can read everything until Monday, December 29, 2025, at 09:00. "
        "No card, nothing to cancel."
    )
    front = await world.tap(ana, "Read the current issue")
    assert "Title of 2025-12-22" in front.text
    assert "🔒" not in front.text


async def test_a_second_tap_on_it_says_until_when_the_trial_runs(world: World) -> None:
    ana = world.person()
    asked = await world.ask(ana, "/trial")
    await world.tap(ana, START["en"])
    world.later(minutes=5)
    assert (await world.tap(ana, START["en"], on=asked)).text == RUNS["en"]


async def test_the_end_is_said_in_the_reader_s_own_zone(world: World) -> None:
    ana = world.person(language="es")
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:zone:Asia/Tokyo")
    assert "lunes 29 de diciembre de 2025 a las 21:00" in (await world.take_trial(ana)).text


async def test_an_end_after_one_at_night_has_the_article_of_one_hour(world: World) -> None:
    world.later(hours=16, minutes=39)
    given = await world.take_trial(world.person(language="es"))
    assert "Puedes leer todo hasta el martes 30 de diciembre de 2025 a la 01:39." in given.text


@LANGUAGES
async def test_while_it_runs_the_command_says_until_when(world: World, code: str) -> None:
    ana = world.person(language=code)
    await world.take_trial(ana)
    world.later(days=3)
    answer = await world.ask(ana, "/trial")
    assert answer.text == RUNS[code]
    assert "🔒" not in (await world.tap(ana, labels(answer)[0])).text
    world.later(days=4, minutes=1)
    assert "🔒" in (await world.ask(ana, "/economy")).text


@LANGUAGES
async def test_afterwards_the_command_says_when_it_was_and_offers_none(world: World, code: str) -> None:
    ana = world.person(language=code)
    await world.take_trial(ana)
    world.later(days=400)
    for _ in range(2):
        assert (await world.ask(ana, "/trial")).text == HAD[code]
        assert START[code] not in labels(last(ana))
    assert "canary" not in (await world.ask(ana, "/economy")).text


async def test_the_days_it_lasted_are_those_of_the_reader_s_own_zone(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:zone:Asia/Tokyo")
    world.later(hours=6)  # past midnight in Tokyo
    await world.take_trial(ana)
    world.later(days=8)
    text = (await world.ask(ana, "/trial")).text
    assert text.startswith(
        "You had your free trial from December 23, 2025 to December 30, 2025 (one per person)"
    )


async def test_the_trial_is_never_given_again(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    world.later(days=400)
    assert (await world.take_trial(ana)).text == HAD["en"]
    assert "canary" not in (await world.ask(ana, "/economy")).text


async def test_a_trial_that_was_taken_back_was_had(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    await world.ask(world.admin(), f"/revoke {ana.id}")
    assert (await world.ask(ana, "/trial")).text.startswith("You’ve used your free trial (one per person).")


async def test_who_had_it_and_was_given_access_is_told_both(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    world.later(days=8)
    await world.subscribe(ana, 30)
    assert (await world.ask(ana, "/trial")).text == (
        f"{HAD['en']} You were given access: you can read everything until Thursday, January 29, 2026, at "
        "09:00."
    )


async def test_beside_access_the_trial_is_said_to_come_after_it(world: World) -> None:
    ana = world.person()
    await world.subscribe(ana, 30)
    asked = await world.ask(ana, "/trial")
    assert asked.text == f"{TERMS['en']} It starts when the access you have now ends."
    assert (await world.tap(ana, "Add 7 free days")).text == (
        "Your free trial is added to the access you already have: you can read everything until "
        "Wednesday, January 28, 2026, at 09:00. No card, nothing to cancel."
    )


async def test_who_may_read_for_ever_needs_no_trial(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    async with world.program.core.database.write() as session:
        await grants.add(session, ana.id, Grant("complimentary", "the editor", MONDAY))
        await update_access(session, ana.id, MONDAY)
    for answer in (await world.ask(ana, "/trial"), await world.take_trial(ana)):
        assert answer.text == "You were given access: you can read everything, with no end date."
    assert (await world.reader(ana)).trial_at is None


@LANGUAGES
async def test_where_no_trial_is_offered_none_is_given(bare: World, code: str) -> None:
    ana = bare.person(language=code)
    none = {"en": "There’s no free trial at the moment.", "es": "Por ahora no hay prueba gratis."}[code]
    for answer in (await bare.ask(ana, "/trial"), await bare.take_trial(ana)):
        assert answer.text == none
    assert (await bare.reader(ana)).trial_at is None
    assert "canary" not in (await bare.ask(ana, "/economy")).text


async def test_a_trial_that_runs_is_not_ended_by_offering_no_more(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    text = PUBLICATION.replace("trial_days = 7", "trial_days = 0")
    (world.content / "publication.toml").write_text(text, encoding="utf-8")
    await world.reload()
    assert (await world.ask(ana, "/trial")).text == RUNS["en"]


async def test_the_trial_survives_a_restart_and_so_does_having_had_it(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    await world.restart()
    assert "canaryeconomy" in (await world.ask(ana, "/economy")).text
    assert (await world.take_trial(ana)).text == RUNS["en"]


async def test_the_same_trial_asked_twice_at_once_is_given_once(world: World) -> None:
    ana = world.person()
    asked = [await world.ask(ana, "/trial") for _ in range(3)]
    for offer in asked:
        ana.taps(offer.message_id, data="do:trial")
    await world.wait_until_idle()
    assert len([bubble for bubble in ana.sees if GIVEN in bubble.text]) == 1


async def test_paid_text_opens_at_once_and_closes_to_the_minute(world: World) -> None:
    ana = world.person()
    assert "canary" not in (await world.ask(ana, "/economy")).text
    await world.take_trial(ana)
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
    page = await world.tap(ana, data="do:trial", on=locked)
    assert told(ana) == "Your free trial has started."
    assert GIVEN in ana.sees[-2].text
    assert behind in page.text
    assert page.protected
    assert page.message_id != locked.message_id
    assert locked in ana.sees


async def test_the_old_button_at_a_lock_does_nothing_twice(world: World) -> None:
    ana = world.person()
    locked = await world.ask(ana, "/economy")
    await world.tap(ana, data="do:trial", on=locked)
    world.later(minutes=5)
    again = await world.tap(ana, data="do:trial", on=locked)
    assert "canaryeconomy" in again.text
    assert again.protected
    world.later(days=8)
    assert (await world.tap(ana, data="do:trial", on=locked)).text == HAD["en"]


async def test_an_old_lock_opens_for_who_was_given_access_and_leaves_her_the_trial(world: World) -> None:
    ana = world.person()
    locked = await world.ask(ana, "/economy")
    await world.subscribe(ana, 30)
    opened = await world.tap(ana, data="do:trial", on=locked)
    assert "canaryeconomy" in opened.text
    assert (await world.reader(ana)).trial_at is None


@LANGUAGES
@pytest.mark.parametrize("word", ["Trial", "prueba", "Free", "¿Gratis?", "/prueba"])
async def test_a_word_for_the_trial_asks_like_the_command(world: World, code: str, word: str) -> None:
    ana = world.person(language=code)
    answer = await world.ask(ana, word)
    assert (answer.text, labels(answer)) == (TERMS[code], [START[code]])


async def offering(world: World, days: int) -> None:
    text = PUBLICATION.replace("trial_days = 7", f"trial_days = {days}")
    (world.content / "publication.toml").write_text(text, encoding="utf-8")
    await world.reload()


@pytest.mark.parametrize("command", ["/economy", "/trial", "/account", "price"])
async def test_a_button_that_promised_another_length_says_the_new_one_and_asks(
    world: World, command: str
) -> None:
    ana = world.person()
    old = await world.ask(ana, command)
    await offering(world, 3)
    asked = await world.tap(ana, START["en"], on=old)
    assert (asked.text, labels(asked)) == (TERMS["en"].replace("7 days", "3 days"), ["Read free for 3 days"])
    assert (await world.reader(ana)).trial_at is None
    await world.tap(ana, "Read free for 3 days", on=asked)
    until = (await world.reader(ana)).full_until
    assert until is not None
    assert (until - MONDAY).days == 3


async def test_a_button_that_named_no_length_starts_the_trial_of_today(world: World) -> None:
    ana = world.person()
    locked = await world.ask(ana, "/economy")
    assert "canaryeconomy" in (await world.tap(ana, data="do:trial", on=locked)).text


@pytest.mark.parametrize("command", ["/account", "/trial", "price"])
@pytest.mark.parametrize("button", ["do:trial:7", "do:trial"])
async def test_an_old_button_asks_first_who_has_access_by_now(
    world: World, command: str, button: str
) -> None:
    ana = world.person()
    old = await world.ask(ana, command)
    await world.subscribe(ana, 30)
    asked = await world.tap(ana, data=button, on=old)
    assert asked.text == f"{TERMS['en']} It starts when the access you have now ends."
    assert (await world.reader(ana)).trial_at is None
    assert "added to the access" in (await world.tap(ana, "Add 7 free days", on=asked)).text
