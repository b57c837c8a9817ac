"""Opening this week's issue: /latest, /topstory, /sections, /section, and sections as commands."""

import pytest

from tests.world import ENGLISH, SPANISH, World, data, labels, told


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
        "Read free for 7 days",
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
    await world.take_trial(ana)
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
    assert labels(answer)[0] == "🔒 Politics: Senate sits"
    assert len(labels(answer)) == 3  # all others follow
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
        f"I don’t know that command. /help shows what you can ask me.\nDid you mean {meant}?"
    )


@pytest.mark.parametrize(("code", "meant"), [("en", "/politics"), ("es", "/politica")])
async def test_a_section_is_named_as_the_reader_wrote_it(world: World, code: str, meant: str) -> None:
    typed = {"en": "/polítcs", "es": "/polítca"}[code]
    answer = await world.ask(world.person(language=code), typed)
    assert f" {meant}?" in answer.text


@pytest.mark.parametrize("code", ["en", "es"])
async def test_a_section_that_this_week_lacks_is_suggested_too(world: World, code: str) -> None:
    ana = world.person(language=code)
    for language, text in (("en", ENGLISH), ("es", SPANISH)):
        sport = "\n# Sport: Racing wins {#sport}\n\nA goal.\n"
        world.write("2025-12-15", text.format(date="2025-12-15") + sport, language)
    await world.reload()
    assert " /sport?" in (await world.ask(ana, "/sports")).text
    assert "15" in (await world.ask(ana, "/sport")).text


async def test_what_is_meant_is_a_tap_away(world: World) -> None:
    ana = world.person()
    answer = await world.ask(ana, "/latset")
    assert labels(answer) == ["/latest"]
    assert "Title of 2025-12-22" in (await world.tap(ana, "/latest")).text
    await world.ask(ana, "/politcs")
    assert "The senate met on Monday." in (await world.tap(ana, "🔒 Politics")).text
    await world.ask(ana, "/trail")
    assert (await world.tap(ana, "/trial")).text.startswith("The free trial opens everything")


async def test_no_button_runs_what_is_for_admins(world: World) -> None:
    ada = world.admin()
    answer = await world.ask(ada, "/brodcast")
    assert "/broadcast" in answer.text
    assert labels(answer) == []
    await world.ask(ada, "/latset")
    await world.tap(ada, data="do:run:broadcast")
    assert "out of date" in told(ada)


@pytest.mark.parametrize("word", ["/brodcast", "/grnt", "/campains", "/revok"])
async def test_a_reader_is_suggested_no_command_of_an_admin(world: World, word: str) -> None:
    assert (await world.ask(world.person(), word)).text == (
        "I don’t know that command. /help shows what you can ask me."
    )
    assert "Did you mean" in (await world.ask(world.admin(), word)).text


@pytest.mark.parametrize(
    ("words", "first"), [("/section políticka", "🔒 Política"), ("/section economja", "🔒 Economía")]
)
async def test_accents_do_not_matter_to_a_likeness(world: World, words: str, first: str) -> None:
    answer = await world.ask(world.person(language="es"), words)
    assert labels(answer)[0].startswith(first)


async def test_a_mistyped_command_with_accents_brings_the_one_that_is_meant(world: World) -> None:
    answer = await world.ask(world.person(language="es"), "/polítcas")
    assert labels(answer)[0].startswith("🔒 Política")


async def test_what_is_less_like_a_command_is_not_suggested(world: World) -> None:
    assert "Did you mean" not in (await world.ask(world.person(), "/lettuce")).text


@pytest.mark.parametrize("lead", ["\u200e", "  ", "\u200e \u2067", "\n"])
async def test_what_stands_unseen_before_a_command_does_not_matter(world: World, lead: str) -> None:
    page = await world.ask(world.person(), f"{lead}/section politics")
    assert "The senate met on Monday." in page.text


@pytest.mark.parametrize("words", ["/política", "/Política", "/economía", "/secciones", "/última"])
async def test_a_command_may_have_accents(world: World, words: str) -> None:
    assert "I don’t know" not in (await world.ask(world.person(), words)).text


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        ("en", "/politics", "No Politics this week. It last appeared on December 15, 2025."),
        ("en", "/política", "No Politics this week. It last appeared on December 15, 2025."),
        (
            "es",
            "politica",
            "Esta semana no hay sección Política. La última salió el 15 de diciembre de 2025.",
        ),
        (
            "es",
            "/section Politics",
            "Esta semana no hay sección Política. La última salió el 15 de diciembre de 2025.",
        ),
    ],
)
async def test_of_a_section_that_this_week_lacks_the_last_one_is_a_tap_away(
    world: World, code: str, words: str, said: str
) -> None:
    await without_politics(world)
    ana = world.person(language=code)
    answer = await world.ask(ana, words)
    assert answer.text == said
    (label,) = labels(answer)
    assert label == ("Politics · Dec 15" if code == "en" else "Política · 15 dic.")
    assert ("The senate met" if code == "en" else "El Senado sesionó") in (await world.tap(ana, label)).text
    assert "The flood has come." in (await world.ask(ana, "/flood")).text


async def test_in_a_group_a_section_that_this_week_lacks_is_told_to_who_asks_this_bot(world: World) -> None:
    await without_politics(world)
    ana, group = world.person(), world.group()
    assert await world.answers(ana, "/politics", group) == []
    (answer,) = await world.answers(ana, "/politics@sim7000000001_bot", group)
    assert answer.text.startswith("No Politics this week.")


async def without_politics(world: World) -> None:
    world.write("2025-12-22", OTHER_IDS)
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()


async def test_a_fixed_command_comes_before_a_section(world: World) -> None:
    """The parser refuses such ids; the order of the handlers does not depend on it."""
    answer = await world.ask(world.person(), "/help")
    assert "Here’s what you can ask me" in answer.text


@pytest.mark.parametrize("language", ["en", "es"])
async def test_other_words_get_one_helpful_line(world: World, language: str) -> None:
    (answer,) = await world.answers(world.person(language=language), "Good morning! / ¡Buenos días!")
    assert "/help" in answer.text
    assert ("No sé qué hacer con ese mensaje" in answer.text) == (language == "es")


@pytest.mark.parametrize("words", ["/search\nriver", "/search  river", "/search@sim7000000001_bot river"])
async def test_what_follows_a_command_may_follow_any_space(world: World, words: str) -> None:
    assert "River rises" in labels(await world.ask(world.person(), words))[0]


async def test_without_any_issue_a_reader_is_told_to_wait(world: World) -> None:
    for day in ("2025-12-08", "2025-12-15", "2025-12-22"):
        for file in (world.content / day).iterdir():
            file.unlink()
        (world.content / day).rmdir()
    await world.reload()
    ana = world.person()
    for command in ("/start", "/latest", "/topstory", "/sections", "/section politics"):
        assert (await world.answers(ana, command))[-1].text == (
            "There’s no issue to read yet. The first one is due on Monday, December 29, 2025, at 07:00."
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
