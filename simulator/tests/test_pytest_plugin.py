"""The fixtures for other people's tests, plain and async."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.request import Request, urlopen

import pytest

from telegram_simulator.testing import ControlError, TelegramSimulator

pytest_plugins = ["telegram_simulator.pytest_plugin"]


def call(telegram: TelegramSimulator, method: str, **values: Any) -> Any:
    """Call a method as a bot would, from the thread of the test."""
    request = Request(  # noqa: S310  # ours
        f"{telegram.base_url}/bot{telegram.token}/{method}",
        json.dumps(values).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=5) as answer:  # noqa: S310  # ours
        return json.load(answer)["result"]


@pytest.fixture
async def aiogram(telegram_simulator: TelegramSimulator) -> AsyncIterator[None]:
    """A bot that runs in the event loop of the test."""
    from aiogram_bot import running  # noqa: PLC0415  # every collection would load it

    async with running(telegram_simulator.base_url, telegram_simulator.token):
        yield


async def test_an_async_test_waits_without_holding_up_a_bot_in_its_loop(
    telegram_simulator: TelegramSimulator, aiogram: None
) -> None:
    ana = telegram_simulator.person("Ana", language_code="es")
    ana.send("hola")
    greeting = await ana.receive_async()
    assert greeting.text == "You wrote hola."
    ana.tap(greeting, "More")
    assert (await ana.receive_async(2)).text == "More of it."
    assert ana.alerts == [{"text": "Here it is.", "show_alert": False}]
    assert [message.text for message in ana.sees] == ["hola", "More of it."]


def test_a_plain_test_waits_for_what_a_bot_elsewhere_sends(telegram_simulator: TelegramSimulator) -> None:
    ana, eva = telegram_simulator.person("Ana"), telegram_simulator.person("Eva")
    asked = ana.send("/start")
    [update] = call(telegram_simulator, "getUpdates")
    assert update["message"]["from"]["first_name"] == "Ana"
    assert update["message"]["message_id"] == asked.message_id
    call(telegram_simulator, "sendMessage", chat_id=ana.id, text="Hello")
    assert ana.receive().text == "Hello"
    assert eva.sees == []
    assert [values["text"] for values in telegram_simulator.calls("sendMessage")] == ["Hello"]
    assert len(telegram_simulator.calls()) == 2


def test_what_does_not_come_is_said_with_what_came_instead(telegram_simulator: TelegramSimulator) -> None:
    ana = telegram_simulator.person()
    ana.send("/start")
    call(telegram_simulator, "sendMessage", chat_id=ana.id, text="Hello")
    with pytest.raises(TimeoutError, match=r"heard 1 of 2 things: \['new: Hello'\]"):
        ana.receive(2, timeout=0.05)
    with pytest.raises(LookupError, match="No button 'More'"):
        ana.tap(ana.sees[-1], "More")


def test_a_person_may_block_the_bot_and_come_back(telegram_simulator: TelegramSimulator) -> None:
    ana = telegram_simulator.person()
    ana.send("/start")
    ana.block()
    ana.unblock()
    updates = call(telegram_simulator, "getUpdates", allowed_updates=["message", "my_chat_member"])
    changes = [update["my_chat_member"] for update in updates if "my_chat_member" in update]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]


def test_the_test_goes_on_once_the_bot_has_confirmed_every_update(
    telegram_simulator: TelegramSimulator,
) -> None:
    telegram_simulator.person().send("/start")
    with pytest.raises(TimeoutError):
        telegram_simulator.wait_until_idle(timeout=0.05)
    [update] = call(telegram_simulator, "getUpdates")
    call(telegram_simulator, "getUpdates", offset=update["update_id"] + 1)
    telegram_simulator.wait_until_idle()


def test_the_control_api_is_at_hand(telegram_simulator: TelegramSimulator) -> None:
    telegram_simulator.control("faults", {"method": "sendMessage", "kind": "TooMany", "retry_after": 7})
    [fault] = telegram_simulator.control("faults")
    assert (fault["kind"], fault["retry_after"]) == ("TooMany", 7)
    telegram_simulator.control("faults", method="DELETE")
    assert telegram_simulator.control("faults") == []
    with pytest.raises(ControlError, match=r"^4\d\d: .*error"):
        telegram_simulator.control("faults", {"kind": "Earthquake"})


@pytest.mark.parametrize("_time", range(2))
def test_each_test_meets_a_simulator_that_nobody_has_used(
    telegram_simulator: TelegramSimulator, telegram_simulator_server: TelegramSimulator, _time: int
) -> None:
    assert telegram_simulator is telegram_simulator_server
    assert telegram_simulator.control("bots") == []
    ana = telegram_simulator.person()
    assert ana.id == 5_000_000_001
    assert ana.sees == []
    ana.send("/start")
