"""Rules of Telegram's servers: numbers of messages, lives of updates, phone numbers, the bot itself."""

from datetime import timedelta

import pytest

from bot.clock import StoppedClock
from caller import ANA, TOKEN, Caller
from telegram_simulator import Person, Simulator

GROUP = -100_500
SUPERGROUP = -1_001_234_567_890


async def test_private_chats_and_small_groups_share_one_count_of_messages(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    ben = simulator.person(id=ANA + 1, first_name="Ben", token=TOKEN)
    group = simulator.group(id=GROUP, title="Readers", token=TOKEN)
    numbers = [ben.writes("/start").message_id, ana.writes("hello", group=group).message_id]
    numbers.append(await bot.says("x"))
    assert numbers == [2, 3, 4]  # 1 is Ana's /start


async def test_a_supergroup_counts_its_messages_itself(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    group = simulator.group(id=SUPERGROUP, title="Readers", token=TOKEN)
    assert ana.writes("hello", group=group).message_id == 1
    assert await bot.says("x") == 2


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Call +595 21 555 012 now", "+595 21 555 012"),
        ("😀 +12345678901", "+12345678901"),
        ("+44 (20) 7946-0018", "+44 (20) 7946-0018"),
    ],
)
async def test_phone_numbers_are_found(ana: Person, bot: Caller, text: str, number: str) -> None:
    [entity] = (await bot.result("sendMessage", chat_id=ANA, text=text))["entities"]
    units = text.encode("utf-16-le")
    first, last = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
    assert (entity["type"], units[first:last].decode("utf-16-le")) == ("phone_number", number)


@pytest.mark.parametrize(
    "text", ["1+12345678901", "+1234567", "+1234567890123456", "2025-11-30", "C++12345678"]
)
async def test_other_numbers_are_no_phone_numbers(ana: Person, bot: Caller, text: str) -> None:
    assert "entities" not in await bot.result("sendMessage", chat_id=ANA, text=text)


async def test_a_number_inside_a_link_stays_a_link(ana: Person, bot: Caller) -> None:
    text = "https://example.org/+12345678901 <code>+12345678901</code>"
    sent = await bot.result("sendMessage", chat_id=ANA, text=text, parse_mode="HTML")
    assert [entity["type"] for entity in sent["entities"]] == ["url", "code"]


async def test_a_webhook_is_set_once_a_second(bot: Caller) -> None:
    assert await bot.result("setWebhook", url="https://example.org/a")
    body = await bot.answers("setWebhook", url="https://example.org/b")
    assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 1})
    assert await bot.result("deleteWebhook")


async def test_an_update_that_nobody_takes_lives_a_day(ana: Person, bot: Caller, clock: StoppedClock) -> None:
    clock.move_to(clock.now() + timedelta(hours=23))
    ana.writes("later")
    assert len(await bot.result("getUpdates")) == 2
    clock.move_to(clock.now() + timedelta(hours=1))
    assert [update["message"]["text"] for update in await bot.result("getUpdates")] == ["later"]
    clock.move_to(clock.now() + timedelta(hours=24))
    assert (await bot.result("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_tap_that_nobody_takes_is_dropped_after_150_seconds(
    ana: Person, bot: Caller, clock: StoppedClock
) -> None:
    ana.taps(await bot.says("x"), data="x")
    clock.move_to(clock.now() + timedelta(seconds=149))
    assert len(await bot.result("getUpdates")) == 2
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert [list(update) for update in await bot.result("getUpdates")] == [["update_id", "message"]]


async def test_a_bot_changes_its_settings_and_reads_them(bot: Caller) -> None:
    before = await bot.result("getMe")
    assert (before["can_join_groups"], before["has_topic_sidebar"]) == (True, False)
    assert await bot.result("setMySettings", can_join_groups="false", has_topics_enabled=True)
    after = await bot.result("getMe")
    assert {name for name in after if after[name] != before[name]} == {
        "can_join_groups",
        "has_topics_enabled",
    }
