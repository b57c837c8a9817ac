"""What other people's clients and suites met here and not at Telegram, each with the rule of its server."""

import io
import json
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from caller import ANA, TOKEN, Caller, keyboard
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock
from test_files import WRONG_IN_SEND, picture

GIFTS = {"unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"}
GROUP = -100_500


async def test_get_chat_says_all_that_typed_clients_require(ana: Person, bot: Caller) -> None:
    assert set((await bot.result("getChat", chat_id=ANA))["accepted_gift_types"]) == GIFTS


async def test_a_group_has_a_creator(ana: Person, bot: Caller, simulator: Simulator) -> None:
    group = simulator.group(id=GROUP, title="Readers", token=TOKEN)
    [owner] = await bot.result("getChatAdministrators", chat_id=GROUP)
    assert (owner["status"], owner["user"]["is_bot"]) == ("creator", False)
    ana.writes("hello", group=group)
    [owner] = await bot.result("getChatAdministrators", chat_id=GROUP)
    assert owner["user"]["id"] == ANA


async def test_a_text_is_parsed_before_it_is_cleaned(ana: Person, bot: Caller) -> None:
    sent = await bot.result("sendMessage", chat_id=ANA, text="___both_\r__", parse_mode="MarkdownV2")
    assert sent["text"] == "both"
    assert {entity["type"] for entity in sent["entities"]} == {"italic", "underline"}


async def test_what_is_dropped_from_a_text_does_not_shift_its_formatting(ana: Person, bot: Caller) -> None:
    marked = await bot.result("sendMessage", chat_id=ANA, text="😀\r\u2028a <b>b\rc</b> d", parse_mode="HTML")
    assert marked["text"] == "😀a bc d"
    assert marked["entities"] == [{"type": "bold", "offset": 4, "length": 2}]
    bold = [{"type": "bold", "offset": 2, "length": 3}]
    given = await bot.result("sendMessage", chat_id=ANA, text="a\rb\rc", entities=bold)
    assert (given["text"], given["entities"]) == ("abc", [{"type": "bold", "offset": 1, "length": 2}])


async def test_no_parse_mode_may_be_called_none(ana: Person, bot: Caller) -> None:
    assert (await bot.result("sendMessage", chat_id=ANA, text="<b>", parse_mode="None"))["text"] == "<b>"


async def test_ids_may_be_written_as_strings(ana: Person, bot: Caller) -> None:
    menu = [{"command": "start", "description": "x"}]
    scope = {"type": "chat", "chat_id": str(ANA)}
    assert await bot.result("setMyCommands", commands=menu, scope=scope)
    assert await bot.result("getMyCommands", scope={"type": "chat", "chat_id": ANA}) == menu
    number = await bot.says("x")
    assert await bot.result("deleteMessages", chat_id=str(ANA), message_ids=[str(number)])


async def test_menus_are_cleared_by_no_commands(bot: Caller) -> None:
    await bot.result("setMyCommands", commands=[{"command": "start", "description": "x"}])
    assert await bot.result("setMyCommands")
    assert await bot.result("getMyCommands") == []


@pytest.mark.parametrize("method", ["copyMessages", "forwardMessages"])
async def test_messages_are_copied_and_forwarded_in_order_only(ana: Person, bot: Caller, method: str) -> None:
    first, second = await bot.says("one"), await bot.says("two")
    for numbers in ([second, first], [first, first]):
        refusal = await bot.refusal(method, chat_id=ANA, from_chat_id=ANA, message_ids=numbers)
        assert refusal == "Bad Request: message identifiers must be in a strictly increasing order"
    assert len(await bot.result(method, chat_id=ANA, from_chat_id=ANA, message_ids=[first, second])) == 2


@pytest.mark.parametrize("markup", [{"keyboard": [["a"]]}, {"force_reply": True}, {"remove_keyboard": True}])
async def test_a_message_with_a_reply_keyboard_cannot_be_edited(
    ana: Person, bot: Caller, markup: dict[str, Any]
) -> None:
    number = await bot.says("x", reply_markup=markup)
    refusal = await bot.refusal("editMessageText", chat_id=ANA, message_id=number, text="y")
    assert refusal == "Bad Request: message can't be edited"


async def test_people_see_which_message_asks_for_a_reply(ana: Person, bot: Caller) -> None:
    await bot.says("What is your name?", reply_markup={"force_reply": True})
    await bot.says("Thank you.")
    assert [bubble.asks for bubble in ana.sees[-2:]] == [True, False]
    assert ana.sees[-2].as_json()["asks"]


async def test_what_is_said_of_a_file_comes_back(ana: Person, bot: Caller) -> None:
    form = FormData({"chat_id": str(ANA), "duration": "63", "performer": "Ana", "title": "Song"})
    form.add_field("audio", b"x", filename="song.mp3", content_type="application/x-unknown")
    form.add_field("thumb", picture(), filename="thumb.png", content_type="image/png")
    async with bot.session.post(f"{bot.address}/sendAudio", data=form) as answer:
        audio = (await answer.json())["result"]["audio"]
    assert (audio["duration"], audio["performer"], audio["title"]) == (63, "Ana", "Song")
    assert audio["mime_type"] == "audio/mpeg"
    assert audio["thumbnail"]["width"] > 0


async def test_a_voice_message_is_ogg(ana: Person, bot: Caller) -> None:
    form = FormData({"chat_id": str(ANA)})
    form.add_field("voice", b"x", filename="v.bin", content_type="application/octet-stream")
    async with bot.session.post(f"{bot.address}/sendVoice", data=form) as answer:
        assert (await answer.json())["result"]["voice"]["mime_type"] == "audio/ogg"


async def test_an_offset_in_the_future_confirms_nothing(ana: Person, bot: Caller) -> None:
    [update] = await bot.result("getUpdates")
    assert await bot.result("getUpdates", offset=update["update_id"] + 11) == [update]
    assert await bot.result("getUpdates", offset=update["update_id"] + 10) == []


async def test_a_limit_of_nothing_is_one(ana: Person, bot: Caller) -> None:
    ana.writes("again")
    assert len(await bot.result("getUpdates", limit=0)) == 1


async def test_a_large_file_cannot_be_downloaded(ana: Person, bot: Caller) -> None:
    form = FormData({"chat_id": str(ANA)})
    form.add_field("document", io.BytesIO(b"x" * (20 * 1024 * 1024 + 1)), filename="x.bin")
    async with bot.session.post(f"{bot.address}/sendDocument", data=form) as answer:
        file_id = (await answer.json())["result"]["document"]["file_id"]
    assert await bot.refusal("getFile", file_id=file_id) == "Bad Request: file is too big"


async def test_a_file_belongs_to_the_bot_that_was_given_its_id(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    form = FormData({"chat_id": str(ANA)})
    form.add_field("photo", picture(), filename="x.png", content_type="image/png")
    async with bot.session.post(f"{bot.address}/sendPhoto", data=form) as answer:
        file_id = (await answer.json())["result"]["photo"][-1]["file_id"]
    path = (await bot.result("getFile", file_id=file_id))["file_path"]
    token = TOKEN.replace("12345", "54321")
    simulator.person(id=ANA, first_name="Ana", token=token).writes("/start")
    other = Caller(simulator, bot.session, token)
    assert (await other.refusal("getFile", file_id=file_id)).startswith("Bad Request: wrong file_id")
    assert await other.refusal("sendPhoto", chat_id=ANA, photo=file_id) == WRONG_IN_SEND
    async with bot.session.get(f"{simulator.address}/file/bot{token}/{path}") as answer:
        assert answer.status == 404


async def test_documents_and_audio_go_only_with_their_kind(ana: Person, bot: Caller) -> None:
    photo, document = (
        {"type": kind, "media": f"https://example.org/{kind}"} for kind in ("photo", "document")
    )
    refusal = await bot.refusal("sendMediaGroup", chat_id=ANA, media=[photo, document])
    assert refusal == "Bad Request: Document can't be mixed with other media types"
    assert len(await bot.result("sendMediaGroup", chat_id=ANA, media=[document])) == 1
    assert "album" in await bot.refusal("sendMediaGroup", chat_id=ANA, media=[photo] * 11)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ({"keyboard": "x"}, 'field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays'),
        ({"keyboard": [[5]]}, "can't parse keyboard button"),
        ({"keyboard": [[{"text": "a", "style": "purple"}]]}, "invalid button style specified"),
        (
            {"keyboard": [[{"text": "a", "web_app": {"url": "http://example.org"}}]]},
            "Only HTTPS links are allowed",
        ),
        (
            {"inline_keyboard": [[{"text": "a"}]]},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"inline_keyboard": [[{"text": "a", "callback_data": "a", "style": "purple"}]]},
            "invalid button style specified",
        ),
    ],
)
async def test_keyboards_that_telegram_refuses(
    ana: Person, bot: Caller, markup: dict[str, Any], expected: str
) -> None:
    assert expected in await bot.refusal("sendMessage", chat_id=ANA, text="x", reply_markup=markup)


async def test_a_mini_app_opens_from_private_chats_only(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    simulator.group(id=GROUP, title="Readers", token=TOKEN)
    markup = {"inline_keyboard": [[{"text": "a", "web_app": {"url": "https://example.org"}}]]}
    refusal = await bot.refusal("sendMessage", chat_id=GROUP, text="x", reply_markup=markup)
    assert refusal == "Bad Request: BUTTON_TYPE_INVALID"
    assert await bot.says("x", reply_markup=markup)


async def test_what_a_reply_quotes_and_an_effect_stand_in_the_answer(ana: Person, bot: Caller) -> None:
    number = await bot.says("😀 one two")
    sent = await bot.result(
        "sendMessage",
        chat_id=ANA,
        text="x",
        message_effect_id="5104841245755180586",
        reply_parameters={"message_id": number, "quote": "<b>two</b>", "quote_parse_mode": "HTML"},
    )
    assert sent["effect_id"] == "5104841245755180586"
    marks = [{"type": "bold", "offset": 0, "length": 3}]
    assert sent["quote"] == {"text": "two", "entities": marks, "position": 7, "is_manual": True}
    refusal = await bot.refusal(
        "sendMessage", chat_id=ANA, text="x", reply_parameters={"message_id": number, "quote": "three"}
    )
    assert refusal == "Bad Request: QUOTE_TEXT_INVALID"


@pytest.mark.parametrize(
    ("verb", "path"),
    [("GET", "/test/getMe"), ("GET", "/getMe/"), ("PUT", "/getMe")],
)
async def test_what_is_no_call_is_refused_in_json(bot: Caller, verb: str, path: str) -> None:
    async with bot.session.request(verb, f"{bot.address}{path}") as answer:
        assert answer.status == 404
        assert await answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


@pytest.mark.parametrize(
    ("method", "values", "expected"),
    [
        ("deleteMessage", {"message_id": 1}, "chat identifier is not specified"),
        ("copyMessage", {"chat_id": ANA, "message_id": 1}, 'parameter "from_chat_id" is required'),
        (
            "deleteMessages",
            {"chat_id": ANA, "message_ids": [*range(1, 102)]},
            "too many message identifiers specified",
        ),
        (
            "copyMessages",
            {"chat_id": ANA, "from_chat_id": ANA, "message_ids": [99]},
            "messages can't be forwarded",
        ),
        (
            "sendMessage",
            {"chat_id": ANA, "text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        ("setMyCommands", {"commands": "{"}, "can't parse commands JSON object"),
    ],
)
async def test_refusals_in_telegrams_words(
    ana: Person, bot: Caller, method: str, values: dict[str, Any], expected: str
) -> None:
    assert await bot.refusal(method, **values) == f"Bad Request: {expected}"


async def test_a_bot_that_left_a_supergroup_was_kicked_from_the_supergroup(
    bot: Caller, simulator: Simulator
) -> None:
    place = -1_001_234_567_890
    simulator.group(id=place, title="Readers", token=TOKEN)
    await bot.result("leaveChat", chat_id=place)
    refusal = await bot.refusal("sendMessage", chat_id=place, text="x")
    assert refusal == "Forbidden: bot was kicked from the supergroup chat"


async def test_the_words_of_old_clients_are_still_honoured(
    session: ClientSession, clock: StoppedClock
) -> None:
    loose = Simulator(clock)
    await loose.start()
    try:
        loose.person(id=ANA, first_name="Ana", token=TOKEN).writes("/start")
        bot = Caller(loose, session)
        number = await bot.says("https://example.org")
        sent = await bot.result(
            "sendMessage", chat_id=ANA, text="example.org", reply_to_message_id=number,
            disable_web_page_preview=True,
        )  # fmt: skip
        assert sent["reply_to_message"]["message_id"] == number
        assert sent["link_preview_options"] == {"is_disabled": True}
        lost = {"reply_to_message_id": 99, "allow_sending_without_reply": True}
        assert "reply_to_message" not in await bot.result("sendMessage", chat_id=ANA, text="x", **lost)
    finally:
        await loose.stop()


async def test_a_page_that_bound_its_name_to_this_machine_reaches_no_bot(
    bot: Caller, simulator: Simulator
) -> None:
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    async with bot.session.get(f"{bot.address}/getMe", headers=headers) as answer:
        assert answer.status == 403
    async with bot.session.get(f"{bot.address}/getMe", headers={"Host": "telegram-simulator"}) as answer:
        assert answer.status == 200  # a bot in another container


async def test_the_preview_asks_nothing_of_the_simulator_itself(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    own = f"{simulator.address}/bot{TOKEN}/sendMessage?chat_id={ANA}&text=spam"
    async with bot.session.get(f"{simulator.address}/control/preview", params={"url": own}) as answer:
        assert "Not fetched" in json.dumps(await answer.json())
    assert [bubble.text for bubble in ana.sees] == ["/start"]


async def test_a_keyboard_of_taps_may_be_edited(ana: Person, bot: Caller) -> None:
    number = await bot.says("x", reply_markup=keyboard([("a", "b")]))
    assert await bot.result("editMessageText", chat_id=ANA, message_id=number, text="y")
