"""Rich pages are offered once: under the first page with a table or a picture that a reader meets."""

import pytest

from telegram_simulator import Person, Status
from tests.world import World, data, labels, last, since

OFFER = "See tables and pictures better"
BRIDGE = """\
---
title: The bridge
---

# Top story: River rises {#topstory}

The river rose in the night.

# Prices {#prices}

| Way | Cost |
| --- | --- |
| Ferry | 2 |

# Streets {#streets}

![A street](https://paper.example/street.jpg)

# Money {#money}

Nothing is free.

<!-- paywall -->

| Bank | canarysum |
| --- | --- |
| All | 7 |
"""


@pytest.fixture
async def bridge(world: World) -> World:
    world.write("2025-12-22", BRIDGE)
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    return world


async def section(world: World, person: Person, name: str) -> list[str]:
    return labels(await world.ask(person, f"/{name}"))


@pytest.mark.parametrize("name", ["prices", "streets"])
async def test_the_first_page_that_gains_by_it_has_a_button_and_no_later_one(
    bridge: World, name: str
) -> None:
    ana = bridge.person()
    await bridge.ask(ana, "/start")
    assert OFFER not in await section(bridge, ana, "topstory")
    assert (await section(bridge, ana, name))[-1] == OFFER
    assert OFFER not in await section(bridge, ana, name)
    await bridge.restart()
    assert OFFER not in await section(bridge, ana, "prices")


async def test_it_stands_under_a_page_that_was_turned_too(bridge: World) -> None:
    ana = bridge.person(language="es")
    await bridge.ask(ana, "/start")
    front = await bridge.ask(ana, "/latest")
    page = await bridge.tap(ana, "Prices")
    assert page.message_id == front.message_id
    assert "Ver mejor las tablas e imágenes" in labels(page)


@pytest.mark.parametrize(
    ("language", "offer", "said"),
    [
        ("en", OFFER, "headings, tables, pictures"),
        ("es", "Ver mejor las tablas e imágenes", "títulos, tablas"),
    ],
)
async def test_a_tap_shows_the_table_first_and_then_asks(
    bridge: World, language: str, offer: str, said: str
) -> None:
    ana = bridge.person(language=language)
    await bridge.ask(ana, "/start")
    page = await bridge.ask(ana, "/prices")
    await bridge.tap(ana, offer)
    table, question = since(ana, page.message_id)
    assert table.rich is not None
    assert "<table" in table.rich
    assert offer not in labels(table)
    assert said in question.text


async def test_a_tap_on_the_offer_under_a_page_that_was_paid_shows_no_paid_word_later(bridge: World) -> None:
    ana = bridge.person()
    await bridge.subscribe(ana, days=1)
    page = await bridge.ask(ana, "/money")
    paid = page if OFFER in labels(page) else await bridge.tap(ana, "2/2 ▶")
    bridge.later(days=2)
    await bridge.tap(ana, OFFER, on=paid)
    assert all("canary" not in (bubble.rich or bubble.text) for bubble in since(ana, paid.message_id))


async def test_it_says_what_rich_pages_are_and_leads_back_to_the_page_in_rich(bridge: World) -> None:
    ana = bridge.person()
    await bridge.ask(ana, "/start")
    page = await bridge.ask(ana, "/prices")
    asked = await bridge.tap(ana, OFFER)
    assert asked.message_id == page.message_id + 2
    assert "headings, tables, pictures" in asked.text
    await bridge.tap(ana, "Rich")
    back = await bridge.tap(ana, "◀ Back to your page")
    assert back.rich is not None
    assert "<table" in back.rich
    assert OFFER not in labels(back)


@pytest.mark.parametrize("rendering", ["rich", "classic"])
async def test_who_has_chosen_herself_is_never_offered_it(bridge: World, rendering: str) -> None:
    ana = bridge.person()
    await bridge.ask(ana, "/settings")
    await bridge.tap(ana, data=f"do:set:rendering:{rendering}")
    assert OFFER not in await section(bridge, ana, "prices")


async def test_a_table_behind_the_paywall_is_not_told_of(bridge: World) -> None:
    ana = bridge.person()
    await bridge.ask(ana, "/start")
    assert OFFER not in await section(bridge, ana, "money")
    await bridge.subscribe(ana)
    assert OFFER in await section(bridge, ana, "money")


async def test_it_is_offered_to_nobody_in_a_group(bridge: World) -> None:
    ana, group = bridge.person(), bridge.group()
    (answer, *_) = await bridge.answers(ana, "/prices", group)
    assert OFFER not in labels(answer)
    await bridge.ask(ana, "/start")
    assert OFFER in await section(bridge, ana, "prices")


async def test_a_page_that_did_not_arrive_has_offered_nothing(bridge: World) -> None:
    ana = bridge.person()
    await bridge.ask(ana, "/start")
    blocked = Status(403, "Forbidden: bot was blocked by the user")
    bridge.telegram.faults.add(method="sendMessage", times=1, kind=blocked)
    await bridge.ask(ana, "/prices")
    assert OFFER in await section(bridge, ana, "prices")


async def test_a_server_without_rich_pages_offers_none(bridge: World) -> None:
    ben, ana = bridge.person(5_000_000_002, name="Ben"), bridge.person()
    await bridge.ask(ben, "/settings")
    await bridge.tap(ben, data="do:set:rendering:rich")
    bridge.telegram.faults.add(method="sendRichMessage", kind=Status(404, "Not Found"))
    await bridge.ask(ben, "/latest")
    await bridge.ask(ana, "/start")
    assert OFFER not in await section(bridge, ana, "prices")


async def test_an_old_button_of_the_offer_still_works(bridge: World) -> None:
    ana = bridge.person()
    await bridge.ask(ana, "/start")
    page = await bridge.ask(ana, "/prices")
    assert data(page)[OFFER] == "do:rich"
    await bridge.ask(ana, "/latest")
    await bridge.tap(ana, OFFER, on=page)
    assert "Now: Classic" in last(ana).text
