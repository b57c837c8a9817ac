"""The first screen: what a notification shows, what is said once, what is one tap away."""

import pytest

from tests.world import World, data, labels

CREDITED = """\
---
title: Title of the day
author: "@SecRubio"
also: ["From @SecRubio, with love"]
audience: everyone
---

# Top story: A word of @SecRubio {#topstory}

The **@SecRubio** said so, and ana@paper.example wrote it down.

# Economy: A headline that is much longer than any phone shows on one row of buttons {#economy}

Bread.
"""


async def test_an_issue_begins_with_its_headline(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    front = await world.ask(ana, "/latest")
    assert front.text.split("\n")[:3] == [
        "Title of 2025-12-22",
        "The Weekly Test\u00a0· Monday, December 22, 2025",
        "by Ann Author\u00a0· Paid",
    ]


async def test_the_page_says_what_one_is_reading(world: World) -> None:
    eva = world.person(language="es", name="Eva")
    await world.ask(eva, "/start")
    front = await world.ask(eva, "/latest")
    assert "Estás leyendo The Weekly Test, un resumen para pruebas." in front.text


async def test_sections_are_said_once_as_buttons_with_their_headlines(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    front = await world.ask(ana, "/latest")
    assert "River rises" not in front.text
    assert labels(front)[:3] == [
        "Top story: River rises",
        "🔒 Politics: Senate sits",
        "🔒 Economy: Prices fall",
    ]
    listing = await world.ask(ana, "/sections")
    assert listing.text == "In this issue (December 22, 2025)"
    assert labels(listing) == [
        "Top story: River rises",
        "🔒 Politics: Senate sits",
        "🔒 Economy: Prices fall",
    ]


COMMANDED = CREDITED.replace("@SecRubio** said", "@SecRubio** typed /stop and said")


async def test_a_command_in_a_text_is_nothing_to_tap(world: World) -> None:
    (world.content / "2025-12-22" / "en.md").write_text(COMMANDED, encoding="utf-8")
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    ana = world.person()
    await world.ask(ana, "/start")
    page = await world.ask(ana, "/topstory")
    assert "bot_command" not in [entity["type"] for entity in page.entities]


async def test_what_is_found_mentions_nobody_in_a_group(world: World) -> None:
    (world.content / "2025-12-22" / "en.md").write_text(CREDITED, encoding="utf-8")
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    (answer,) = await world.answers(world.person(), "/search SecRubio", world.group())
    assert "SecRubio" in answer.text
    assert "mention" not in [entity["type"] for entity in answer.entities]


async def test_handles_never_become_mentions_of_strangers(world: World) -> None:
    (world.content / "2025-12-22" / "en.md").write_text(CREDITED, encoding="utf-8")
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    ana = world.person()
    await world.ask(ana, "/start")
    for command in ("/latest", "/topstory"):
        page = await world.ask(ana, command)
        assert "@\u2060SecRubio" in page.text
        assert "@SecRubio" not in page.text
        assert "ana@paper.example" in page.text or command == "/latest"


async def test_a_free_issue_says_so_and_a_long_headline_stays_off_its_button(world: World) -> None:
    (world.content / "2025-12-22" / "en.md").write_text(CREDITED, encoding="utf-8")
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    ana = world.person()
    await world.ask(ana, "/start")
    front = await world.ask(ana, "/latest")
    assert "· Free" in front.text
    assert labels(front)[1] == "Economy"
    assert "Already a subscriber?" not in labels(front)


async def test_account_privacy_and_terms_are_one_tap_away(world: World) -> None:
    file = world.content / "publication.toml"
    file.write_text(file.read_text("utf-8") + 'terms.en = "https://test.example/terms"\n', encoding="utf-8")
    await world.reload()
    ana = world.person()
    await world.ask(ana, "/start")
    front = await world.ask(ana, "/latest")
    assert {button["text"]: button.get("url") for button in front.buttons[-1]} == {
        "Privacy": None,
        "Terms": "https://test.example/terms",
    }
    assert "do:account" in data(front).values()
    account = await world.tap(ana, "Already a subscriber?", on=front)
    assert "You read the free part of every issue." in account.text
    privacy = await world.tap(ana, "Privacy", on=front)
    assert "I keep your Telegram ID" in privacy.text


@pytest.mark.parametrize("code", ["en", "es"])
async def test_the_link_card_says_nothing_that_the_page_says(world: World, code: str) -> None:
    page = (await world.web(f"/i/2025-12-22/{code}")).text
    assert '<meta property="og:title" content="The Test Post">' in page
    assert "description" not in page
    assert "teaser" not in page
