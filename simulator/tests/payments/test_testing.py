"""The interface for tests, beside a bot in the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from shop import SUBSCRIPTION, Shop
from telegram_simulator import PaymentRefused
from telegram_simulator.testing import TelegramSimulator


@pytest.fixture
def telegram() -> TelegramSimulator:
    return TelegramSimulator()


@pytest.fixture
async def till(telegram: TelegramSimulator) -> AsyncIterator[Shop]:
    """A bot that says yes to every payment."""
    with telegram:
        async with ClientSession() as session:
            shop = Shop(telegram.simulator, session, telegram.token)
            answering = asyncio.create_task(say_yes(shop))
            yield shop
            answering.cancel()


async def say_yes(shop: Shop) -> None:
    while True:
        await shop.allows(await shop.query())


async def test_a_person_pays_cancels_renews_and_begins_again(telegram: TelegramSimulator, till: Shop) -> None:
    ana = telegram.person("Ana", stars=600)
    charge = await ana.pay_async(await till.link(**SUBSCRIPTION))
    assert (ana.stars, charge.first) == (350, True)
    (subscription,) = ana.subscriptions
    ana.cancel(subscription)
    ana.renew(subscription)
    ana.cancel(subscription)
    with pytest.raises(LookupError):
        ana.cancel(subscription)
    telegram.advance(days=30)
    assert (subscription.state, ana.stars) == ("expired", 350)
    again = await asyncio.to_thread(ana.subscribe_again, subscription)
    assert (again.first, ana.stars) == (True, 100)


async def test_a_refusal_comes_to_the_test(telegram: TelegramSimulator, till: Shop) -> None:
    ana = telegram.person("Ana")
    ana.set_stars(3)
    with pytest.raises(PaymentRefused, match="BALANCE_TOO_LOW"):
        await ana.pay_async(await till.link())


async def test_an_invoice_is_paid_by_its_message(telegram: TelegramSimulator, till: Shop) -> None:
    ana = telegram.person("Ana")
    ana.send("/start")
    await till.result("sendInvoice", chat_id=ana.id, **{**SUBSCRIPTION, "subscription_period": 0})
    await ana.pay_async(ana.sees[-1])
    assert ana.stars == 250
