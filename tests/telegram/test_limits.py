"""The bot's own messages keep Telegram's limits, whatever the content."""

import pytest

from bot.simulator import Bubble
from bot.telegram.talk import clean
from tests.world import ENGLISH, World, data, labels

BUTTONS = 100
LABEL = 64
HEADLINE = "A very long headline about the river " * 30


def assert_kept(answer: Bubble) -> None:
    assert len(answer.text.encode("utf-16-le")) // 2 <= 4096
    assert len(labels(answer)) <= BUTTONS
    assert all(0 < len(label) <= LABEL for label in labels(answer))
    assert all(len(code.encode()) <= 64 for code in data(answer).values())


@pytest.mark.parametrize("words", ["/sections", "/section", "/section nothing like that", "/latest"])
async def test_an_issue_of_two_hundred_sections_is_listed(world: World, words: str) -> None:
    sections = "\n\n".join(
        f"# {HEADLINE}{number} {{#{'s' * 27}{number:03}}}\n\nText." for number in range(200)
    )
    world.write("2025-12-22", f"---\ntitle: Long\naudience: everyone\n---\n\n{sections}\n")
    (world.content / "2025-12-22" / "es.md").unlink()
    await world.reload()
    answer = await world.ask(world.person(), words)
    assert_kept(answer)
    assert len(labels(answer)) > 50


async def test_hits_in_long_headlines_and_endless_words_fit_into_one_message(world: World) -> None:
    for day in range(1, 10):
        text = ENGLISH.format(date="x").replace("River rises", HEADLINE)
        world.write(f"2025-11-{day:02}", text.replace("The river", "The " + "river" * 300 + " river"))
    await world.reload()
    answer = await world.ask(world.person(), "/search river")
    assert_kept(answer)
    assert len(labels(answer)) == 8


async def test_a_month_with_an_issue_a_day_and_long_titles_is_listed(world: World) -> None:
    for day in range(1, 32):
        world.write(f"2025-10-{day:02}", ENGLISH.replace("Title of", HEADLINE.strip()))
    await world.reload()
    ana = world.person()
    await world.ask(ana, "/archive")
    answer = await world.tap(ana, data="do:month:2025-10-01")
    assert_kept(answer)
    assert len(labels(answer)) >= 31


async def test_the_menus_keep_what_telegram_takes(world: World) -> None:
    await world.ask(world.admin("es"), "/start")
    await world.published()
    menus = [row.payload["commands"] for row in world.telegram.ledger.of(method="setMyCommands")]
    assert len(menus) >= 7
    assert all(row["description"] and len(row["description"]) <= 256 for menu in menus for row in menu)
    assert all(len(menu) <= 100 for menu in menus)


@pytest.mark.parametrize("command", ["search", "section", "start", "nothing"])
async def test_the_longest_words_that_can_be_sent_get_an_answer(world: World, command: str) -> None:
    answer = await world.ask(world.person(), f"/{command} ".ljust(4096, "x"))
    assert_kept(answer)
    assert "Something went wrong" not in answer.text


def test_words_are_cleaned_of_what_no_database_and_no_message_can_hold() -> None:
    assert clean("\0ri\ud800v\0er\udfff 👍🏽") == "river 👍🏽"
