"""Cooldowns: what a 429 says is held to, and who sends on although she has been told is counted."""

from datetime import UTC, datetime, timedelta

import pytest

from caller import ANA, TOKEN, Caller
from telegram_simulator import Flood, Person, Simulator, TooMany
from telegram_simulator.api.errors import ApiError
from telegram_simulator.network.cooldowns import IN_FLIGHT, Cooldowns, Moment

BOT = 1
LATER = IN_FLIGHT + 0.01
MONDAY = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)


def at(seconds: float, moved: float = 0.0) -> Moment:
    """An instant so many seconds after the beginning; the clock may have been `moved` beside that."""
    return Moment(seconds, MONDAY + timedelta(seconds=seconds + moved))


def left(cooldowns: Cooldowns, chat: str, now: Moment) -> int:
    """What a send to this chat is told; 0 when it may go."""
    try:
        cooldowns.check(BOT, chat, now)
    except ApiError as error:
        return int(error.parameters["retry_after"])
    return 0


@pytest.fixture
def cooldowns() -> Cooldowns:
    return Cooldowns()


def test_a_chat_on_cooldown_hears_what_is_left_and_others_go_on(cooldowns: Cooldowns) -> None:
    cooldowns.begin(BOT, "a", 30, at(0))
    assert [left(cooldowns, "a", at(0.5)), left(cooldowns, "a", at(29.5)), left(cooldowns, "b", at(1))] == [
        30,
        1,
        0,
    ]
    assert left(cooldowns, "a", at(30)) == 0


def test_what_was_on_its_way_when_the_answer_left_is_not_held_against_the_bot(cooldowns: Cooldowns) -> None:
    cooldowns.begin(BOT, "a", 30, at(0))
    left(cooldowns, "a", at(5))
    cooldowns.answered(BOT, "a", at(5))
    left(cooldowns, "a", at(5 + IN_FLIGHT))
    assert cooldowns.ignored == 0
    left(cooldowns, "a", at(5 + LATER))
    assert cooldowns.ignored == 1


def test_in_a_flood_the_bot_must_know_after_the_second_chat_was_told(cooldowns: Cooldowns) -> None:
    cooldowns.begin(BOT, None, 60, at(0))
    cooldowns.answered(BOT, "a", at(0))
    assert left(cooldowns, "b", at(5)) == 55
    assert cooldowns.ignored == 0
    cooldowns.answered(BOT, "b", at(5))
    left(cooldowns, "c", at(5 + IN_FLIGHT))
    assert cooldowns.ignored == 0
    left(cooldowns, "c", at(5 + LATER))
    assert cooldowns.ignored == 1


def test_a_chat_that_was_told_of_a_flood_must_be_silent_at_once(cooldowns: Cooldowns) -> None:
    cooldowns.begin(BOT, None, 60, at(0))
    cooldowns.answered(BOT, "a", at(0))
    left(cooldowns, "a", at(LATER))
    assert cooldowns.ignored == 1


def test_a_cooldown_is_prolonged_but_never_shortened(cooldowns: Cooldowns) -> None:
    cooldowns.begin(BOT, "a", 30, at(0))
    cooldowns.begin(BOT, "a", 1, at(1))
    assert left(cooldowns, "a", at(2)) == 28
    cooldowns.begin(BOT, "a", 60, at(2))
    assert left(cooldowns, "a", at(3)) == 59


def test_a_clock_that_is_moved_past_its_end_ends_a_cooldown(cooldowns: Cooldowns) -> None:
    cooldowns.begin(BOT, None, 43_838, at(0))
    cooldowns.answered(BOT, "a", at(0))
    assert left(cooldowns, "a", at(1, moved=43_838)) == 0
    assert cooldowns.ignored == 0


async def test_after_too_many_requests_the_chat_stays_shut(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    bea = simulator.person(id=7, first_name="Bea", token=TOKEN)
    bea.writes("/start")
    simulator.faults.add(method="sendMessage", kind=TooMany(30))
    assert await bot.refusal("sendMessage", chat_id=ANA, text="one") == "Too Many Requests: retry after 30"
    again = await bot.answers("editMessageText", chat_id=ANA, message_id=1, text="two")
    assert again["parameters"]["retry_after"] in (29, 30)
    assert (await bot.answers("sendChatAction", chat_id=ANA, action="typing"))["ok"]
    assert (await bot.answers("sendMessage", chat_id=7, text="three"))["ok"]
    assert [bubble.text for bubble in ana.sees] == ["/start"]


async def test_a_flood_begins_with_a_message_and_shuts_every_chat(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    simulator.person(id=7, first_name="Bea", token=TOKEN).writes("/start")
    simulator.faults.add(kind=Flood(30))
    await bot.result("getMe")
    await bot.result("getUpdates")
    for chat in (ANA, 7):
        body = await bot.answers("sendMessage", chat_id=chat, text="x")
        assert body["error_code"] == 429
    assert simulator.rates.inside_cooldowns == 0


async def test_a_rate_that_was_broken_begins_a_cooldown_too(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    simulator.rates.set(per_chat=1)
    await bot.says("one")
    assert not (await bot.answers("sendMessage", chat_id=ANA, text="two"))["ok"]
    simulator.rates.set()
    assert await bot.refusal("sendMessage", chat_id=ANA, text="x") == "Too Many Requests: retry after 1"
