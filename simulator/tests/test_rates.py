"""Rates: strict sliding seconds, overall and per chat."""

import pytest

from caller import ANA, TOKEN, Caller
from telegram_simulator import Person, Simulator
from telegram_simulator.api.errors import ApiError
from telegram_simulator.network.rates import Rates
from telegram_simulator.network.sliding_window import SlidingWindows


async def test_one_message_too_many_is_refused_and_counted(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    simulator.rates.set(per_chat=1)
    await bot.says("one")
    body = await bot.answers("editMessageText", chat_id=ANA, message_id=2, text="two")
    assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 1})
    assert await bot.result("sendChatAction", chat_id=ANA, action="typing")
    assert simulator.rates.violations == 1
    assert ana.sees[-1].text == "one"


def test_any_second_holds_no_more_than_the_rate() -> None:
    rates = Rates()
    rates.set(overall=2, per_chat=1)
    rates.check(1, "sendMessage", "a", 10.0)
    rates.check(1, "sendMessage", "b", 10.9)
    with pytest.raises(ApiError):
        rates.check(1, "sendMessage", "c", 10.99)
    rates.check(1, "sendMessage", "c", 11.0)
    with pytest.raises(ApiError):
        rates.check(1, "sendMessage", "a", 11.5)
    rates.check(2, "sendMessage", "a", 11.5)
    assert rates.violations == 2


def test_a_group_takes_so_many_in_any_minute_and_a_reader_is_none() -> None:
    rates = Rates()
    rates.set(per_group=2)
    for moment in (0.0, 30.0):
        rates.check(1, "sendMessage", -7, moment)
    with pytest.raises(ApiError) as refused:
        rates.check(1, "sendMessage", -7, 50.0)
    assert refused.value.parameters == {"retry_after": 10}
    for _ in range(3):
        rates.check(1, "sendMessage", 7, 50.0)
    rates.check(1, "sendMessage", -8, 50.0)
    rates.check(1, "sendMessage", -7, 60.0)


def test_the_busiest_second_is_noted_whether_there_is_a_limit_or_not() -> None:
    rates = Rates()
    for moment in (1.0, 1.1, 1.2, 2.05, 2.1, 2.15, 2.2, 9.0):
        rates.check(1, "sendMessage", "a", moment)
    rates.check(1, "getMe", None, 9.0)
    assert rates.busiest_second == 4


def test_a_thousand_a_second_are_judged_exactly_and_forgotten() -> None:
    rates = Rates()
    rates.set(overall=1024, per_chat=1)
    refused = 0
    for number in range(4096):
        try:
            rates.check(1, "sendMessage", number, number / 2048)
        except ApiError:
            refused += 1
    assert refused == rates.violations == 2048
    assert rates.busiest_second == 2048


def test_chats_that_have_been_quiet_are_forgotten() -> None:
    windows = SlidingWindows(1.0)
    for number in range(4096):
        windows.wait(number, 1, number / 1024)
        windows.add(number, number / 1024)
    assert len(windows) <= 1024  # what is kept must not grow with the campaign


async def test_a_group_takes_twenty_messages_a_minute_and_is_shut_for_the_rest_of_it(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    group = simulator.group(id=-100_123, title="Readers", token=TOKEN)
    simulator.rates.set(per_group=20)
    for number in range(20):
        await bot.result("sendMessage", chat_id=group.id, text=f"{number}")
    body = await bot.answers("sendMessage", chat_id=group.id, text="one too many")
    assert body["error_code"] == 429
    assert 55 <= body["parameters"]["retry_after"] <= 60
    for _ in range(21):
        await bot.says("A private chat has no such limit.")
    assert len(group.sees) == 20
    assert simulator.rates.violations == 1


def test_a_group_takes_the_next_one_when_the_first_of_the_minute_is_a_minute_old() -> None:
    rates = Rates()
    rates.set(per_group=20)
    for number in range(20):
        rates.check(1, "sendMessage", -100, 2.0 * number)
        rates.check(1, "sendMessage", -200, 2.0 * number)
    with pytest.raises(ApiError) as refused:
        rates.check(1, "editMessageText", -100, 50.5)
    assert refused.value.parameters == {"retry_after": 10}
    rates.check(1, "sendMessage", -100, 60.0)
    with pytest.raises(ApiError):
        rates.check(1, "sendMessage", -100, 61.0)
