"""The bot's own messages keep Telegram's limits, whatever the content."""

import pytest

from bot.telegram.chat.typed_text import clean
from telegram_simulator import Bubble
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
        world.write(f"2025-10-{day:02}", ENGLISH.replace("Title of", HEADLINE.strip()).format(date=day))
    await world.reload()
    ana = world.person()
    await world.ask(ana, "/archive")
    answer = await world.tap(ana, data="do:month:2025-10-01")
    assert_kept(answer)
    assert len(labels(answer)) >= 31


async def test_the_menus_keep_what_telegram_takes(introduced: World) -> None:
    await introduced.ask(introduced.admin("es"), "/start")
    await introduced.published()
    menus = [row.payload["commands"] for row in introduced.telegram.ledger.of(method="setMyCommands")]
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


ODD = {
    "letters that the index does not know": "\u19b0",
    "spaces of no width": "\u200b",
    "accents with no letter": "\u0301",
    "words and accents": "a\u0301\u0323 ",
    "signs from right to left": "\u202e\u05d0",
    "joined emoji": "👩\u200d👩\u200d👧",
    "quotation marks": '"',
    "signs of the index's language": "* OR NEAR( ^{paid}: ",
    "markup": "<b>&amp;",
    "backslashes": "\\",
    "words of one letter": "p ",
    "one endless word": "p",
    "Chinese": "价格下跌",
    "Hangul in parts": "\u1112\u1161\u11ab",
    "letters of private use": "\ue000",
    "no characters at all": "\ufffe",
    "line breaks": "canaryeconomy\n",
    "a paid phrase glued together": "bread\u19b0is\u19b0cheaper\u19b0",
}


@pytest.mark.parametrize("kind", ODD)
async def test_four_thousand_odd_characters_are_answered_in_words_and_tell_nothing(
    world: World, kind: str
) -> None:
    ana, query = world.person(), (ODD[kind] * 4000)[:4000]
    (answer,) = await world.answers(ana, f"/search {query}")
    assert_kept(answer)
    assert answer.text.startswith(("I found nothing for “", "What are you looking for?"))
    assert data(answer) == {}
    await world.subscribe(ana)
    assert "went wrong" not in (await world.ask(ana, f"/search {query}")).text


@pytest.mark.parametrize("text", ["\0", "\ud800", "\udfff\ud800", "\0canaryeconomy\ud800"])
async def test_four_thousand_characters_that_are_none_are_answered_in_words(world: World, text: str) -> None:
    ana = world.person()
    message = {
        "message_id": 7_000,
        "date": 1_766_400_000,
        "chat": {"id": ana.id, "type": "private", "first_name": "Ana"},
        "from": {"id": ana.id, "is_bot": False, "first_name": "Ana", "language_code": "en"},
        "text": "/search " + (text * 4000)[:4000],
        "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
    }
    await world.ask(ana, "/help")
    before = len(ana.sees)
    await world.push(message=message)
    (answer,) = ana.sees[before:]
    assert_kept(answer)
    assert answer.text.startswith(("I found nothing for “", "What are you looking for?"))
