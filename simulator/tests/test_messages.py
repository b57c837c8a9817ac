"""Messages: what may be sent, to whom, and what may be changed."""

from datetime import timedelta

import pytest

from caller import ANA, TOKEN, Caller, keyboard
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock


async def test_a_bot_cannot_write_first(stranger: Person, bot: Caller) -> None:
    expected = "Forbidden: bot can't initiate conversation with a user"
    assert await bot.refusal("sendMessage", chat_id=ANA, text="x") == expected


async def test_unknown_chats_are_not_found(ana: Person, bot: Caller) -> None:
    assert await bot.refusal("sendMessage", chat_id=7, text="x") == "Bad Request: chat not found"
    assert await bot.refusal("sendMessage", text="x") == "Bad Request: chat_id is empty"


async def test_who_has_blocked_the_bot_gets_nothing_until_they_return(ana: Person, bot: Caller) -> None:
    ana.blocks()
    assert await bot.refusal("sendMessage", chat_id=ANA, text="x") == "Forbidden: bot was blocked by the user"
    ana.returns()
    await bot.says("welcome back")
    kinds = [update.get("my_chat_member", {}) for update in await bot.result("getUpdates")]
    assert [kind["new_chat_member"]["status"] for kind in kinds if kind] == ["kicked", "member"]


async def test_a_deleted_account_is_refused_by_name(ana: Person, bot: Caller) -> None:
    ana.deactivates()
    assert await bot.refusal("sendMessage", chat_id=ANA, text="x") == "Forbidden: user is deactivated"


async def test_a_migrated_group_names_its_new_id(simulator: Simulator, bot: Caller) -> None:
    simulator.group(id=-100_123, title="Readers", token=TOKEN).migrates(-1_001_234_567_890)
    body = await bot.answers("sendMessage", chat_id=-100_123, text="x")
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": -1_001_234_567_890}
    assert await bot.result("sendMessage", chat_id=-1_001_234_567_890, text="x")


async def test_ids_count_per_chat_and_dates_come_from_the_clock(
    ana: Person, bot: Caller, clock: StoppedClock
) -> None:
    sent = await bot.result("sendMessage", chat_id=ANA, text="x")
    assert (sent["message_id"], sent["date"]) == (2, int(clock.now().timestamp()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "Bad Request: message text is empty"),
        (" \n ", "Bad Request: text must be non-empty"),
        ("\u2028", "Bad Request: text must be non-empty"),
        ("😀" * 2049, "Bad Request: message is too long"),
        ("<b></b>" * 5000, "Bad Request: text is too long"),
        (
            "<i>x",
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"i\"",
        ),
    ],
)
async def test_texts_that_telegram_refuses(ana: Person, bot: Caller, text: str, expected: str) -> None:
    assert await bot.refusal("sendMessage", chat_id=ANA, text=text, parse_mode="HTML") == expected


async def test_the_limit_counts_what_is_seen_in_utf16_units(ana: Person, bot: Caller) -> None:
    await bot.says("<b>" + "😀" * 2048 + "</b>", parse_mode="HTML")
    assert ana.sees[-1].text == "😀" * 2048


@pytest.mark.parametrize("data", ["", "é" * 33])
async def test_callback_data_has_1_to_64_bytes(ana: Person, bot: Caller, data: str) -> None:
    markup = keyboard([("a", data)])
    refusal = await bot.refusal("sendMessage", chat_id=ANA, text="x", reply_markup=markup)
    assert refusal == "Bad Request: BUTTON_DATA_INVALID"


async def test_a_message_has_a_hundred_buttons_at_most(ana: Person, bot: Caller) -> None:
    row = [("a", "b")]
    await bot.says("x", reply_markup=keyboard(*[row] * 100))
    refusal = await bot.refusal("sendMessage", chat_id=ANA, text="x", reply_markup=keyboard(*[row] * 101))
    assert refusal == "Bad Request: REPLY_MARKUP_TOO_LONG"


@pytest.mark.parametrize("url", ["", "ftp://example.org", "javascript:alert(1)", "http://"])
async def test_buttons_lead_to_good_addresses_only(ana: Person, bot: Caller, url: str) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "url": url}]]}
    refusal = await bot.refusal("sendMessage", chat_id=ANA, text="x", reply_markup=markup)
    assert refusal.startswith(f"Bad Request: inline keyboard button URL '{url}' is invalid")


async def test_a_link_preview_is_what_its_options_say(ana: Person, bot: Caller) -> None:
    options = {"url": "http://127.0.0.1:8080/i", "prefer_large_media": True, "show_above_text": True}
    await bot.says("x", link_preview_options=options)
    assert ana.sees[-1].preview == options
    await bot.says("https://example.org/a", link_preview_options={"is_disabled": True})
    assert ana.sees[-1].preview is None
    wrong = {"url": "ftp://x.org"}
    refusal = await bot.refusal("sendMessage", chat_id=ANA, text="x", link_preview_options=wrong)
    assert refusal == "Bad Request: WEBPAGE_URL_INVALID"


async def test_an_edit_changes_the_bubble_in_place(ana: Person, bot: Caller) -> None:
    number = await bot.says("one", protect_content=True)
    await bot.result(
        "editMessageText", chat_id=ANA, message_id=number, text="two", reply_markup=keyboard([("a", "b")])
    )
    assert [(bubble.message_id, bubble.text) for bubble in ana.sees[1:]] == [(number, "two")]
    assert ana.sees[-1].protected
    assert ana.sees[-1].edited is not None
    assert [kind for kind, _ in ana.history] == ["new", "new", "edit"]


async def test_an_edit_that_changes_nothing_is_refused(ana: Person, bot: Caller) -> None:
    number = await bot.says("one")
    refusal = await bot.refusal("editMessageText", chat_id=ANA, message_id=number, text="one")
    assert refusal == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )


async def test_only_the_bots_own_messages_can_be_edited(ana: Person, bot: Caller) -> None:
    assert await bot.refusal("editMessageText", chat_id=ANA, message_id=1, text="x") == (
        "Bad Request: message can't be edited"
    )
    assert await bot.refusal("editMessageText", chat_id=ANA, message_id=9, text="x") == (
        "Bad Request: message to edit not found"
    )


async def test_an_edit_cannot_change_protection(ana: Person, bot: Caller) -> None:
    number = await bot.says("one")
    refusal = await bot.refusal(
        "editMessageText", chat_id=ANA, message_id=number, text="two", protect_content=True
    )
    assert refusal == "Bad Request: editMessageText has no parameter protect_content"


async def test_messages_can_be_deleted_for_two_days(ana: Person, bot: Caller, clock: StoppedClock) -> None:
    young, old = await bot.says("young"), await bot.says("old")
    assert await bot.result("deleteMessage", chat_id=ANA, message_id=young)
    clock.move_to(clock.now() + timedelta(hours=49))
    refusal = await bot.refusal("deleteMessage", chat_id=ANA, message_id=old)
    assert refusal == "Bad Request: message can't be deleted for everyone"
    gone = await bot.refusal("deleteMessage", chat_id=ANA, message_id=young)
    assert gone == "Bad Request: message to delete not found"
    assert [bubble.text for bubble in ana.sees] == ["/start", "old"]


async def test_protected_messages_cannot_be_forwarded(ana: Person, bot: Caller) -> None:
    open_one, protected = await bot.says("open"), await bot.says("paid", protect_content=True)
    places = {"chat_id": ANA, "from_chat_id": ANA}
    forwarded = await bot.result("forwardMessage", **places, message_id=open_one)
    assert forwarded["forward_origin"]["sender_user"]["id"] == 12345
    refusal = await bot.refusal("forwardMessage", **places, message_id=protected)
    assert refusal == "Bad Request: the message can't be forwarded"
    both = await bot.result("forwardMessages", **places, message_ids=[open_one, protected])
    assert len(both) == 1
    copied = await bot.refusal("copyMessage", **places, message_id=protected)
    assert copied == "Bad Request: the message can't be copied"


async def test_a_reply_names_a_message_that_is_there(ana: Person, bot: Caller) -> None:
    number = await bot.says("x", reply_parameters={"message_id": 1})
    assert ana.sees[-1].reply_to == 1
    refusal = await bot.refusal("sendMessage", chat_id=ANA, text="x", reply_parameters={"message_id": 99})
    assert refusal == "Bad Request: message to be replied not found"
    assert number == 2


async def test_pinned_messages_are_told_by_the_chat(ana: Person, bot: Caller) -> None:
    number = await bot.says("read me")
    await bot.result("pinChatMessage", chat_id=ANA, message_id=number)
    assert (await bot.result("getChat", chat_id=ANA))["pinned_message"]["message_id"] == number
    await bot.result("unpinChatMessage", chat_id=ANA)
    assert "pinned_message" not in await bot.result("getChat", chat_id=ANA)


async def test_typing_is_an_action_and_others_are_refused(ana: Person, bot: Caller) -> None:
    assert await bot.result("sendChatAction", chat_id=ANA, action="typing")
    refusal = await bot.refusal("sendChatAction", chat_id=ANA, action="dancing")
    assert refusal == "Bad Request: wrong parameter action in request"
