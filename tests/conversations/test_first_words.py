"""The first words: /start, its deep links, a second /start."""

import pytest

from tests.world import World, labels

NOWHERE = (
    *(
        "hello",
        "i_",
        "i_2025-12-22_",
        "i_2025-13-45",
        "i_2025-12-22_POLITICS",
        "i_2025-12-22_nowhere",
        "i_2025-12-29",
        "i_1999-01-04",
    ),
    *("i_٢٠٢٥-١٢-٢٢", "x" * 64, "p:2025-12-22::1", "do:trial"),
)


async def test_a_new_reader_is_greeted_and_sees_the_current_issue(world: World) -> None:
    ana = world.person()
    greeting, front = await world.answers(ana, "/start")
    assert greeting.text == "The Test Post. A new issue comes out every Monday at 07:00 (Asunción)."
    assert "Title of 2025-12-22" in front.text
    assert "🔒" in front.text
    assert not front.protected


@pytest.mark.parametrize("code", ["es", "es-419", "ES-py"])
async def test_a_spanish_phone_is_greeted_in_spanish(world: World, code: str) -> None:
    greeting, front = await world.answers(world.person(language=code), "/start")
    assert "Cada lunes a las 07:00" in greeting.text
    assert "Título del 2025-12-22" in front.text


@pytest.mark.parametrize("code", ["en", "pt-br", "gn", "", "not a language"])
async def test_every_other_phone_is_greeted_in_english(world: World, code: str) -> None:
    greeting, _front = await world.answers(world.person(language=code), "/start")
    assert "every Monday" in greeting.text


@pytest.mark.parametrize(
    ("tagline", "greeting"),
    [
        ('tagline.en = "A weekly briefing."', "The Test Post: A weekly briefing. A new issue comes out"),
        ("", "The Test Post. A new issue comes out"),
    ],
)
async def test_the_greeting_fits_any_tagline(world: World, tagline: str, greeting: str) -> None:
    text = (world.content / "publication.toml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("tagline")]
    (world.content / "publication.toml").write_text("\n".join([lines[0], tagline, *lines[1:]]))
    await world.reload()
    linked = "/start i_2025-12-22_politics"
    assert (await world.answers(world.person(), linked))[0].text.startswith(greeting)


@pytest.mark.parametrize(
    ("code", "tagline"), [("en", "a briefing for tests"), ("es", "un resumen para pruebas")]
)
async def test_the_tagline_is_said_once_before_a_front_page_and_before_a_section(
    world: World, code: str, tagline: str
) -> None:
    both = await world.answers(world.person(language=code), "/start")
    assert "\n".join(bubble.text for bubble in both).count(tagline) == 1
    ben = world.person(5_000_000_002, code, "Ben")
    linked = await world.answers(ben, "/start i_2025-12-22_politics")
    assert "\n".join(message.text for message in linked).count(tagline) == 1


async def test_a_second_start_resets_nothing(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    await world.ask(ana, "/settings")
    for data in ("do:set:language:es", "do:set:rendering:rich", "do:set:push:off", "do:set:zone:Asia/Tokyo"):
        await world.tap(ana, data=data)
    await world.take_trial(ana)
    before = await world.ask(ana, "/account"), await world.ask(ana, "/settings")
    front = await world.ask(ana, "/start")
    assert front.rich is not None
    assert "Título del 2025-12-22" in front.text
    after = await world.ask(ana, "/account"), await world.ask(ana, "/settings")
    assert [bubble.text for bubble in after] == [bubble.text for bubble in before]


async def test_a_reader_s_own_choice_wins_over_her_phone(world: World) -> None:
    ana = world.person(language="en")
    await world.ask(ana, "/language")
    await world.tap(ana, "Español")
    greeting, _front = await world.answers(ana, "/start")
    assert "Cada lunes" in greeting.text


async def test_a_link_to_an_issue_opens_that_issue(world: World) -> None:
    front = await world.ask(world.person(), "/start i_2025-12-15")
    assert "Title of 2025-12-15" in front.text


async def test_a_link_to_a_section_opens_that_section(world: World) -> None:
    page = await world.ask(world.person(), "/start i_2025-12-15_politics")
    assert "The senate met on Monday." in page.text
    assert "Read free for 7 days" in labels(page)


async def test_a_link_that_leads_nowhere_is_a_plain_start(world: World) -> None:
    for payload in NOWHERE:
        greeting, front = await world.answers(world.person(), f"/start {payload}")
        assert "A new issue comes out every Monday at 07:00 (Asunción)." in greeting.text, payload
        assert "Title of 2025-12-22" in front.text


async def test_a_link_to_an_issue_that_is_not_out_is_a_plain_start(world: World) -> None:
    world.write("2025-12-29", FUTURE)
    await world.reload()
    for payload in ("i_2025-12-29", "i_2025-12-29_topstory"):
        answers = await world.answers(world.person(), f"/start {payload}")
        assert "Title of 2025-12-22" in answers[-1].text
        assert not any("Tomorrow" in bubble.text for bubble in answers)


async def test_the_share_button_holds_a_link_that_opens_the_page(world: World) -> None:
    ana, ben = world.person(), world.person(5_000_000_002, name="Ben")
    page = await world.ask(ana, "/politics")
    (share,) = [button for row in page.buttons for button in row if button["text"] == "Share"]
    assert share["url"].startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fsim7000000001_bot")
    payload = share["url"].partition("start%3D")[2]
    assert (await world.ask(ben, f"/start {payload}")).text == page.text


FUTURE = """\
---
title: Tomorrow of {date}
audience: everyone
---

# Top story: Tomorrow comes {#topstory}

Tomorrow it will rain.
"""


async def test_a_new_reader_who_comes_by_a_link_is_greeted_once_and_sees_what_the_link_opens(
    world: World,
) -> None:
    ana = world.person()
    greeting, page = await world.answers(ana, "/start i_2025-12-15_topstory")
    assert "A new issue comes out every Monday" in greeting.text
    assert "River rises" in page.text
    (again,) = await world.answers(ana, "/start i_2025-12-15_topstory")
    assert again.text == page.text
