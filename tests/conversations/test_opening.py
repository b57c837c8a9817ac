"""Opening this week's issue: /latest, /topstory, /sections, /section, and sections as commands."""

import pytest

from tests.world import World, data, labels


async def test_latest_opens_the_front_page_of_the_current_issue(world: World) -> None:
    front = await world.ask(world.person(), "/latest")
    assert "The Weekly Test" in front.text
    assert "Monday, December 22, 2025" in front.text
    assert "Ann Author" in front.text
    assert "The river rose in the night." in front.text
    assert "First teaser" in front.text
    assert labels(front) == [
        "Top story: River rises",
        "🔒 Politics: Senate sits",
        "🔒 Economy: Prices fall",
        "Read on: free trial",
        "Share",
        "▶",
        "Already a subscriber?",
        "Privacy",
    ]


async def test_the_spanish_front_page_has_spanish_dates(world: World) -> None:
    front = await world.ask(world.person(language="es"), "/latest")
    assert "lunes 22 de diciembre de 2025" in front.text
    assert "También en esta edición:" in front.text


async def test_topstory_opens_the_first_section_whatever_its_id(world: World) -> None:
    world.write("2025-12-22", OTHER_IDS)
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    page = await world.ask(world.person(), "/topstory")
    assert "The flood has come." in page.text


async def test_sections_lists_them_with_their_locks(world: World) -> None:
    listing = await world.ask(world.person(), "/sections")
    assert listing.text == "In this issue (December 22, 2025)"
    assert labels(listing) == [
        "Top story: River rises",
        "🔒 Politics: Senate sits",
        "🔒 Economy: Prices fall",
    ]
    page = await world.tap(world.person(), "🔒 Politics")
    assert "The senate met on Monday." in page.text


async def test_sections_shows_no_lock_to_someone_with_access(world: World) -> None:
    ana = world.person(language="es")
    await world.ask(ana, "/trial")
    listing = await world.ask(ana, "/sections")
    assert labels(listing) == [
        "Portada: Crece el río",
        "Política: Sesiona el Senado",
        "Economía: Bajan los precios",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "politics",
        "POLITICS",
        "Politics",
        "Senate sits",
        "senate   SITS!",
        "política",
        "politica",
        "Política",
        "Sesiona el Senado",
        "sesioná él senadò",
    ],
)
async def test_a_section_is_found_by_id_or_heading_in_either_language(world: World, name: str) -> None:
    english = await world.ask(world.person(), f"/section {name}")
    assert "The senate met on Monday." in english.text
    spanish = await world.ask(world.person(5_000_000_002, "es"), f"/section {name}")
    assert "El Senado sesionó el lunes." in spanish.text


async def test_a_near_miss_is_suggested(world: World) -> None:
    ana = world.person()
    answer = await world.ask(ana, "/section politcs")
    assert answer.text == "This issue has no section “politcs”. Did you mean one of these?"
    assert labels(answer) == ["🔒 Politics: Senate sits"]
    assert "The senate met on Monday." in (await world.tap(ana, "🔒 Politics")).text


@pytest.mark.parametrize("name", ["qqqqqqqq", "👍🏽", "؟؟", "<b>", "{name}", "%s"])
async def test_a_far_miss_offers_all_sections(world: World, name: str) -> None:
    answer = await world.ask(world.person(), f"/section {name}")
    assert name in answer.text
    assert len(data(answer)) == 3


async def test_a_name_without_letters_is_no_name_of_a_section_that_has_no_kicker(world: World) -> None:
    world.write("2025-12-22", OTHER_IDS)
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    answer = await world.ask(world.person(), "/section 👍🏽")
    assert "Did you mean one of these?" in answer.text


async def test_section_without_a_name_says_how_and_lists_them(world: World) -> None:
    answer = await world.ask(world.person(), "/section")
    assert answer.text == "Which section? For example: /section politics"
    assert len(data(answer)) == 3


@pytest.mark.parametrize("words", ["/politics", "/POLITICS", "/politics now", "/politics@sim7000000001_bot"])
async def test_the_id_of_a_section_is_a_command(world: World, words: str) -> None:
    page = await world.ask(world.person(), words)
    assert "The senate met on Monday." in page.text


@pytest.mark.parametrize("words", ["/politica", "/POLITICA", "/senate_sits"])
async def test_the_heading_of_a_section_is_a_command_too(world: World, words: str) -> None:
    page = await world.ask(world.person(language="es"), words)
    assert "Sesiona el Senado" in page.text


@pytest.mark.parametrize(("words", "meant"), [("/serch river", "/search"), ("/politcs", "/politics")])
async def test_what_is_nearly_a_command_brings_the_one_that_is_meant(
    world: World, words: str, meant: str
) -> None:
    assert (await world.ask(world.person(), words)).text == (
        f"I do not know that command. /help lists those I know.\nDid you mean {meant}?"
    )


async def test_a_section_of_last_week_is_no_command(world: World) -> None:
    world.write("2025-12-22", OTHER_IDS)
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    ana = world.person()
    assert (await world.ask(ana, "/politics")).text == "I do not know that command. /help lists those I know."
    assert "The flood has come." in (await world.ask(ana, "/flood")).text


async def test_a_fixed_command_comes_before_a_section(world: World) -> None:
    """The parser refuses such ids; the order of the handlers does not depend on it."""
    answer = await world.ask(world.person(), "/help")
    assert "What you can ask me" in answer.text


@pytest.mark.parametrize("language", ["en", "es"])
async def test_other_words_get_one_helpful_line(world: World, language: str) -> None:
    (answer,) = await world.answers(world.person(language=language), "Good morning! / ¡Buenos días!")
    assert "/latest" in answer.text
    assert ("Solo entiendo comandos" in answer.text) == (language == "es")


@pytest.mark.parametrize("words", ["/search\nriver", "/search  river", "/search@sim7000000001_bot river"])
async def test_what_follows_a_command_may_follow_any_space(world: World, words: str) -> None:
    assert "River rises" in (await world.ask(world.person(), words)).text


async def test_without_any_issue_a_reader_is_told_to_wait(world: World) -> None:
    for day in ("2025-12-08", "2025-12-15", "2025-12-22"):
        for file in (world.content / day).iterdir():
            file.unlink()
        (world.content / day).rmdir()
    await world.reload()
    ana = world.person()
    for command in ("/start", "/latest", "/topstory", "/sections", "/section politics"):
        assert (await world.answers(ana, command))[-1].text == (
            "There is no issue to read yet. You will get the first one when it is out."
        )
    assert (await world.ask(ana, "/archive")).text == "The archive is empty: no issue is out yet."


OTHER_IDS = """\
---
title: Another week
---

# Flood {#flood}

The flood has come.

<!-- paywall -->

# Money: Prices rise {#money}

Bread costs more.
"""
