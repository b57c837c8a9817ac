"""People: what they write and tap, and what reaches them."""

import pytest
from aiohttp import ClientSession

from caller import ANA, TOKEN, Caller, keyboard
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock

STALE = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_tap_carries_the_message_as_it_stands(ana: Person, bot: Caller) -> None:
    number = await bot.says(
        "choose", protect_content=True, reply_markup=keyboard([("Yes", "y"), ("No", "n")])
    )
    query_id = ana.taps(number, "No")
    query = (await bot.result("getUpdates", offset=-1))[0]["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (query_id, "n", ANA)
    assert query["message"]["has_protected_content"] is True
    assert query["message"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "Yes"


async def test_data_may_be_forged_and_messages_may_be_gone(ana: Person, bot: Caller) -> None:
    ana.taps(77, data="p:1999-01-01::1")
    query = (await bot.result("getUpdates", offset=-1))[0]["callback_query"]
    assert query["message"] == {
        "chat": {"id": ANA, "first_name": "Ana", "type": "private"},
        "message_id": 77,
        "date": 0,
    }


async def test_a_label_that_no_button_has_names_those_there_are(ana: Person, bot: Caller) -> None:
    number = await bot.says("choose", reply_markup=keyboard([("Yes", "y")]))
    with pytest.raises(LookupError, match=r"'Maybe'.*'Yes'"):
        ana.taps(number, "Maybe")


async def test_a_tap_is_answered_once_and_in_time(ana: Person, bot: Caller, simulator: Simulator) -> None:
    first, second = ana.taps(1, data="x"), ana.taps(1, data="x")
    await bot.result("answerCallbackQuery", callback_query_id=first, text="Saved", show_alert=True)
    assert ana.alerts == [{"text": "Saved", "show_alert": True}]
    assert await bot.refusal("answerCallbackQuery", callback_query_id=first) == STALE
    assert await bot.refusal("answerCallbackQuery", callback_query_id="7") == STALE
    simulator.pushes(TOKEN, {"callback_query": {"id": "77", "data": "x"}})
    long = await bot.refusal("answerCallbackQuery", callback_query_id=second, text="x" * 201)
    assert long == "Bad Request: MESSAGE_TOO_LONG"
    assert await bot.result("answerCallbackQuery", callback_query_id="77")


async def test_a_late_answer_is_stale(clock: StoppedClock, session: ClientSession) -> None:
    simulator = Simulator(clock, tap_seconds=0)
    await simulator.start()
    ana = simulator.person(id=ANA, first_name="Ana", token=TOKEN)
    ana.writes("/start")
    query_id = ana.taps(1, data="x")
    bot = Caller(simulator, session)
    assert await bot.refusal("answerCallbackQuery", callback_query_id=query_id) == STALE
    await simulator.stop()


async def test_an_answer_without_words_is_no_alert_to_wait_for(ana: Person, bot: Caller) -> None:
    query_id = ana.taps(1, data="x")
    await bot.result("answerCallbackQuery", callback_query_id=query_id)
    assert ana.alerts == [{"text": "", "show_alert": False}]
    with pytest.raises(TimeoutError, match="heard 0 of 1"):
        await ana.hears(timeout=0.01)


async def test_hearing_counts_from_the_last_act(ana: Person, bot: Caller) -> None:
    await bot.says("before")
    ana.writes("hello")
    await bot.says("one")
    await bot.result("editMessageText", chat_id=ANA, message_id=2, text="two")
    assert (await ana.hears(1)).text == "two"
    assert (await ana.hears(2)).text == "two"
    with pytest.raises(TimeoutError, match=r"heard 2 of 3 things.*one.*two"):
        await ana.hears(3, timeout=0.01)


async def test_people_write_in_groups_too(ana: Person, bot: Caller, simulator: Simulator) -> None:
    group = simulator.group(id=-100_123, title="Readers", token=TOKEN)
    bubble = ana.writes("/latest@sim12345_bot", group=group, reply_to=None)
    message = (await bot.result("getUpdates", offset=-1))[0]["message"]
    assert message["chat"] == {"id": -100_123, "title": "Readers", "type": "group"}
    assert message["entities"][0]["length"] == len("/latest@sim12345_bot")
    number = (await bot.result("sendMessage", chat_id=-100_123, text="x"))["message_id"]
    assert (await group.hears()).message_id == number == bubble.message_id + 1
    assert [seen.text for seen in ana.sees] == ["/start"]
    member = await bot.result("getChatMember", chat_id=-100_123, user_id=ANA)
    assert member["status"] == "creator"  # the first who wrote there
    assert await bot.result("getChatMemberCount", chat_id=-100_123) == 2


async def test_a_pushed_update_makes_its_chat_known(simulator: Simulator, bot: Caller) -> None:
    chat = {"id": 42, "type": "private", "first_name": "Mario"}
    simulator.pushes(TOKEN, {"message": {"message_id": 1, "date": 0, "chat": chat, "text": "x"}})
    assert await bot.result("sendMessage", chat_id=42, text="hello")
