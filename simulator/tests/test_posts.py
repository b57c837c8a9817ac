"""What people send beside plain words: formatting, pictures, files, replies; and bots that send it on."""

import io
from typing import Any

import pytest
from aiohttp import FormData
from PIL import Image

from caller import ANA, Caller
from telegram_simulator import Person, Simulator
from telegram_simulator.api.parameters import Upload
from test_control import ask, tell

BOLD = {"type": "bold", "offset": 0, "length": 4}


def picture() -> Upload:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(made, "PNG")
    return Upload("river.png", made.getvalue(), "image/png")


async def heard(bot: Caller) -> dict[str, Any]:
    updates = await bot.result("getUpdates", offset=-1)
    return dict(updates[-1]["message"])


async def test_a_photo_with_a_caption_can_be_sent_on_as_it_came(ana: Person, bot: Caller) -> None:
    ana.attaches(picture(), "Rain until Friday", kind="photo", entities=[BOLD])
    message = await heard(bot)
    assert (message["caption"], message["caption_entities"]) == ("Rain until Friday", [BOLD])
    file_id = message["photo"][-1]["file_id"]
    await bot.result(
        "sendPhoto", chat_id=ANA, photo=file_id, caption=message["caption"], caption_entities=[BOLD]
    )
    assert ana.sees[-1].photo == file_id
    assert ana.sees[-1].html == "<b>Rain</b> until Friday"


async def test_a_document_can_be_sent_on_by_its_id(ana: Person, bot: Caller) -> None:
    ana.attaches(Upload("list.csv", b"a,b", "text/csv"), "The list")
    document = (await heard(bot))["document"]
    assert (document["file_name"], document["file_size"]) == ("list.csv", 3)
    sent = await bot.result("sendDocument", chat_id=ANA, document=document["file_id"], caption="for you")
    assert sent["document"]["file_id"] == document["file_id"]
    wrong = await bot.refusal("sendPhoto", chat_id=ANA, photo=document["file_id"])
    assert wrong == "Bad Request: can't use file of type Document as Photo"


async def test_a_reply_brings_the_message_it_answers(ana: Person, bot: Caller) -> None:
    own = ana.writes("Rain until Friday", entities=[BOLD])
    ana.writes("/broadcast", reply_to=own.message_id)
    replied = (await heard(bot))["reply_to_message"]
    assert (replied["text"], replied["entities"], replied["from"]["is_bot"]) == (own.text, [BOLD], False)
    number = await bot.says("the bot's")
    ana.writes("/broadcast", reply_to=number)
    assert (await heard(bot))["reply_to_message"]["from"]["is_bot"] is True


@pytest.mark.parametrize(
    "extra",
    [
        {"via_bot": {"id": 7, "is_bot": True, "first_name": "Other"}},
        {"forward_origin": {"type": "hidden_user", "sender_user_name": "Who", "date": 1}},
        {"sender_chat": {"id": -100, "type": "channel", "title": "News"}},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
    ],
)
async def test_a_message_may_come_by_other_ways(ana: Person, bot: Caller, extra: dict[str, Any]) -> None:
    ana.writes("/broadcast", extra=extra)
    message = await heard(bot)
    assert {name: message[name] for name in extra} == extra


async def test_the_page_sends_texts_as_clients_read_them(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    text = "**Rain** until [Friday](https://example.org)"
    await tell(bot, simulator, f"chats/{ANA}/write", text=text, marks=True)
    message = await heard(bot)
    assert message["text"] == "Rain until Friday"
    assert [entity["type"] for entity in message["entities"]] == ["bold", "text_link"]
    await tell(bot, simulator, f"chats/{ANA}/write", text="**Rain**")
    assert (await heard(bot))["text"] == "**Rain**"
    await tell(bot, simulator, f"chats/{ANA}/write", text="Rain", entities=[BOLD])
    assert (await heard(bot))["entities"] == [BOLD]


async def test_the_page_attaches_files(ana: Person, bot: Caller, simulator: Simulator) -> None:
    own = ana.writes("See this")

    async def attach(kind: str, content: bytes) -> tuple[int, Any]:
        form = FormData({"kind": kind, "caption": "**Rain**", "reply_to": str(own.message_id)})
        form.add_field("file", content, filename="river.png", content_type="image/png")
        async with bot.session.post(f"{simulator.address}/control/chats/{ANA}/attach", data=form) as answer:
            return answer.status, await answer.json()

    status, bubble = await attach("photo", picture().content)
    assert (status, bubble["caption"], bubble["photo"]["width"]) == (201, "Rain", 40)
    message = await heard(bot)
    assert message["reply_to_message"]["text"] == "See this"
    assert message["caption_entities"][0]["type"] == "bold"
    assert (await attach("photo", b"no picture"))[0] == 400
    assert (await attach("sticker", b"x"))[0] == 400
    assert (await attach("document", b"x"))[0] == 201
    assert "form" in (await tell(bot, simulator, f"chats/{ANA}/attach", kind="photo"))[1]["error"]


@pytest.mark.parametrize(
    ("entity", "why"),
    [
        ({"type": "bold", "offset": -1, "length": 2}, "receive an entity with incorrect offset -1"),
        ({"type": "bold", "offset": 1, "length": 1}, "entity begins in a middle of a UTF-16 symbol"),
        ({"type": "text_link", "offset": 2, "length": 4, "url": ""}, "entity URL '' is invalid"),
        ({"type": "text_link", "offset": 2, "length": 4, "url": "x:y:z"}, "entity URL 'x:y:z' is invalid"),
    ],
)
async def test_a_bots_own_entities_are_judged_by_telegrams_own_code(
    ana: Person, bot: Caller, entity: dict[str, Any], why: str
) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=ANA, text="😀 Rain", entities=[entity])
    assert refusal.startswith(f"Bad Request: {why}")


async def test_entities_that_telegram_finds_itself_are_not_doubled(ana: Person, bot: Caller) -> None:
    ana.writes("**see** /help at example.org")
    message = await heard(bot)
    assert [entity["type"] for entity in message["entities"]] == ["bot_command", "url"]
    given = [*message["entities"], {"type": "italic", "offset": 0, "length": 7}]
    sent = await bot.result("sendMessage", chat_id=ANA, text=message["text"], entities=given)
    assert [entity["type"] for entity in sent["entities"]] == ["italic", "bot_command", "url"]


async def test_the_clock_says_in_which_zone_it_hangs(bot: Caller, simulator: Simulator) -> None:
    assert "zone" not in await ask(bot, simulator, "clock")
