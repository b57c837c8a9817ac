"""Words without a slash, in both languages."""

import pytest

from tests.world import World


@pytest.mark.parametrize("word", ["latest", "Issue!", "\u200e  edición"])
async def test_a_word_opens_the_current_issue(world: World, word: str) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    assert "Title of 2025-12-22" in (await world.ask(ana, word)).text


@pytest.mark.parametrize("word", ["Politics", "política"])
async def test_a_section_s_name_opens_it(world: World, word: str) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    assert (await world.ask(ana, word)).text == (await world.ask(ana, "/politics")).text


@pytest.mark.parametrize(("code", "word", "said"), [("en", "unsubscribe", "Done"), ("es", "baja", "Listo")])
async def test_a_word_stops_what_is_sent(world: World, code: str, word: str, said: str) -> None:
    ana = world.person(language=code)
    await world.ask(ana, "/start")
    assert (await world.ask(ana, word)).text.startswith(said)


@pytest.mark.parametrize(
    ("code", "word", "said"), [("en", "Thanks!", "You’re welcome."), ("es", "¡Gracias!", "¡De nada!")]
)
async def test_thanks_are_answered(world: World, code: str, word: str, said: str) -> None:
    assert (await world.ask(world.person(language=code), word)).text == said


@pytest.mark.parametrize(("code", "said"), [("en", "Your Telegram ID"), ("es", "Tu ID de Telegram")])
async def test_account_names_the_id_by_its_name(world: World, code: str, said: str) -> None:
    assert said in (await world.ask(world.person(language=code), "/account")).text


async def test_a_language_s_name_changes_the_language(world: World) -> None:
    ana = world.person(language="en")
    await world.ask(ana, "/start")
    await world.ask(ana, "Español")
    assert "Te traigo" in (await world.ask(ana, "ayuda")).text


async def test_a_section_s_name_within_a_sentence_gets_the_helpful_line(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    assert (await world.ask(ana, "more politics please")).text.startswith("I only know commands")
