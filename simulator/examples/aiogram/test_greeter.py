"""The bot runs in the event loop of the test, where a debugger reaches it; needs pytest-asyncio."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from greeter import bot, dispatcher

from telegram_simulator.testing import TelegramSimulator


@pytest_asyncio.fixture
async def running(telegram_simulator: TelegramSimulator) -> AsyncIterator[None]:
    polled = dispatcher()
    greeter = bot(telegram_simulator.token, telegram_simulator.base_url)
    polling = asyncio.create_task(polled.start_polling(greeter, handle_signals=False))
    yield
    await polled.stop_polling()
    await polling


@pytest.mark.asyncio
async def test_the_bot_greets_by_name(telegram_simulator: TelegramSimulator, running: None) -> None:
    ana = telegram_simulator.person("Ana")
    ana.send("/start")
    greeting = await ana.receive_async()
    assert greeting.text == "Hello, Ana!"
    ana.tap(greeting, "More")
    assert (await ana.receive_async(2)).text == "There is no more."
    assert ana.alerts[0]["text"] == "Here it is."
