"""The bot runs as a process of its own, as it would on a server; the tests are plain functions."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from telegram_simulator.testing import TelegramSimulator

GREETER = Path(__file__).with_name("greeter.py")


@pytest.fixture
def bot(telegram_simulator: TelegramSimulator) -> Iterator[None]:
    settings = {"BOT_TOKEN": telegram_simulator.token, "BOT_API": telegram_simulator.base_url}
    with subprocess.Popen([sys.executable, GREETER], env=os.environ | settings) as process:
        yield
        process.terminate()


def test_the_bot_greets_by_name(telegram_simulator: TelegramSimulator, bot: None) -> None:
    ana = telegram_simulator.person("Ana")
    ana.send("/start")
    greeting = ana.receive(timeout=30)  # the bot may still be starting
    assert greeting.text == "Hello, Ana!"
    ana.tap(greeting, "More")
    assert ana.receive(2).text == "There is no more."
    assert ana.alerts[0]["text"] == "Here it is."


def test_the_bot_survives_a_flood(telegram_simulator: TelegramSimulator, bot: None) -> None:
    fault = {"method": "getUpdates", "kind": "TooMany", "retry_after": 1}
    telegram_simulator.control("faults", fault)
    ana = telegram_simulator.person("Ana")
    ana.send("/start")
    assert ana.receive(timeout=30).text == "Hello, Ana!"
