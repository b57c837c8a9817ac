"""What Telegram may bring that is no ordinary command: a short useful answer, or rightly none."""

from typing import Any

import pytest

from bot.db.updates import inbox
from telegram_simulator import Person
from tests.world import World, last, since

USER = {"id": 5_000_000_001, "is_bot": False, "first_name": "Ana", "language_code": "en"}
CHAT = {"id": 5_000_000_001, "type": "private", "first_name": "Ana"}
NOT_UNDERSTOOD = "I don’t know what to do with that message."
UNKNOWN = "I don’t know that command. /help shows what you can ask me."
FILE = {"file_id": "F", "file_unique_id": "U", "file_size": 1}
STICKER = {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
COMMAND = {"type": "bot_command", "offset": 0, "length": 7}


ODD_WORDS = (
    *(
        "x" * 4_000,
        "river " * 600,
        "👍🏽" * 300,
        "\0river\0",
        "\ud800",
        "river \udfff boats",
        "\u202eretsgnag",
    ),
    *("שלום עולם", "e\u0301" * 500, "<b>river</b> & </a>", "{words} %s {0} {}", "\u200b\u200b", "\n\n\n"),
    "ﷺ" * 200,
)
ODD_COMMANDS = (
    *("/", "//", "/ latest", "/" + "x" * 4_000, "/👍🏽", "/\ud800", "/\0", "/latest\ud800", "/politics\0"),
    *("/Latest", "/LATEST", "/latest/latest", "/latest@", "/latest@SIM7000000001_BOT", "/секция", "/سلام"),
)


@pytest.fixture
async def ana(world: World) -> Person:
    person = world.person()
    await world.ask(person, "/start")
    return person


def message(text: str | None = None, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"message_id": 7_000, "date": 1_766_404_800, "chat": CHAT, "from": USER, **more}
    if text is not None:
        body["text"] = text
    if text is not None and text.startswith("/"):
        length = len(text.split(maxsplit=1)[0].encode("utf-16-le", "surrogatepass")) // 2
        body.setdefault("entities", [{"type": "bot_command", "offset": 0, "length": length}])
    return body


async def answers(world: World, ana: Person, **update: Any) -> list[str]:
    """Bring the bot an update; return what it says, after making sure that nothing broke."""
    before = ana.sees[-1].message_id
    await world.push(**update)
    texts = [bubble.text for bubble in since(ana, before)]
    async with world.program.core.database.read() as session:
        assert await inbox.failures(session) == []
    assert not any("Something went wrong" in text for text in texts)
    assert all(len(text) <= 4096 for text in texts)
    assert "Title of 2025-12-22" in (await world.ask(ana, "/latest")).text
    return texts


@pytest.mark.parametrize("command", ["search", "section", "start", "grant", "latest", "topstory"])
async def test_commands_with_odd_words_get_one_short_answer(world: World, ana: Person, command: str) -> None:
    for words in ODD_WORDS:
        bubbles = await answers(world, ana, message=message(f"/{command} {words}"))
        assert 1 <= len(bubbles) <= 2, ascii(words)[:40]
        assert all(bubbles)


async def test_odd_commands_get_one_short_answer(world: World, ana: Person) -> None:
    for text in ODD_COMMANDS:
        (bubble,) = await answers(world, ana, message=message(text))
        assert (
            bubble.startswith((UNKNOWN, NOT_UNDERSTOOD)) or "Title of" in bubble or "The senate met" in bubble
        ), bubble


async def test_odd_words_get_one_helpful_line(world: World, ana: Person) -> None:
    for text in ("👨‍👩‍👧‍👦" * 100, "\ud800\udfff", "\u202e\u202d", " ", "𝓁𝒶𝓉", *ODD_WORDS):
        (bubble,) = await answers(world, ana, message=message(text))
        assert bubble.startswith(NOT_UNDERSTOOD), ascii(text)[:40]


@pytest.mark.parametrize(
    "kind",
    [
        {"photo": [{**FILE, "width": 1, "height": 1}]},
        {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "see /latest"},
        {"document": FILE, "caption": "/ grant 5000000001 30"},
        {"voice": {**FILE, "duration": 1}},
        {"location": {"latitude": 0.0, "longitude": 0.0}},
        {"contact": {"phone_number": "1", "first_name": "Ben"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"sticker": STICKER},
        {"a_kind_of_tomorrow": {"x": 1}},
    ],
    ids=lambda kind: "-".join(kind)[:20],
)
async def test_messages_without_text_get_one_helpful_line(
    world: World, ana: Person, kind: dict[str, Any]
) -> None:
    (bubble,) = await answers(world, ana, message=message(**kind))
    assert bubble.startswith(NOT_UNDERSTOOD)


@pytest.mark.parametrize(
    "how",
    [
        {"via_bot": {"id": 7, "is_bot": True, "first_name": "Other", "username": "other_bot"}},
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Ben"}},
        {"is_from_offline": True},
        {"reply_to_message": message("/trial")},
    ],
    ids="-".join,
)
async def test_a_reader_s_command_counts_however_it_came(
    world: World, ana: Person, how: dict[str, Any]
) -> None:
    (bubble,) = await answers(world, ana, message=message("/latest", **how))
    assert "Title of 2025-12-22" in bubble


@pytest.mark.parametrize(
    "update",
    [
        {"edited_message": message("/latest", edit_date=1_766_404_801)},
        {"edited_message": message("hello", edit_date=1_766_404_801)},
        {"channel_post": message("/latest", chat={"id": -1001, "type": "channel", "title": "News"})},
        {"edited_channel_post": message("/latest", chat={"id": -1001, "type": "channel", "title": "News"})},
        {"message": message("/latest", **{"from": {**USER, "id": 6, "is_bot": True}})},
        {"message": {key: value for key, value in message("/latest").items() if key != "from"}},
        {"message": message(new_chat_members=[USER])},
        {"message": message(pinned_message=message("x"))},
        {"message": message(group_chat_created=True)},
        {"inline_query": {"id": "1", "from": USER, "query": "river", "offset": ""}},
        {"subscription": {"user": USER, "invoice_payload": "x", "state": "active"}},
        {"a_kind_of_tomorrow": {"from": USER, "chat": CHAT}},
        {},
    ],
    ids=lambda update: "-".join(update) or "nothing",
)
async def test_what_is_not_said_to_the_bot_is_not_answered(
    world: World, ana: Person, update: dict[str, Any]
) -> None:
    assert await answers(world, ana, **update) == []


@pytest.mark.parametrize(
    "user",
    [
        {**USER, "language_code": None},
        {**USER, "language_code": "x" * 1_000},
        {**USER, "language_code": "es\ud800"},
        {**USER, "first_name": "\ud800\0<b>", "last_name": "{name}", "username": "%s"},
        {**USER, "first_name": ""},
    ],
    ids=["no language", "a long one", "no text", "no name", "an empty name"],
)
async def test_odd_people_are_answered(world: World, ana: Person, user: dict[str, Any]) -> None:
    (bubble,) = await answers(world, ana, message=message("/latest", **{"from": user}))
    assert "Title of 2025-12-22" in bubble


async def test_an_entity_that_lies_about_the_text_stops_nothing(world: World, ana: Person) -> None:
    for entity in ({"offset": 0, "length": 9_999}, {"offset": 0, "length": 0}, {"offset": -5, "length": 3}):
        liar = message("/latest", entities=[{"type": "bot_command", **entity}])
        bubbles = await answers(world, ana, message=liar)
        assert len(bubbles) == 1
    assert await answers(world, ana, message=message("", entities=[COMMAND])) != ["Traceback"]
    assert last(ana)
