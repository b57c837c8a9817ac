"""Telegram Stars on the chat page: the pay sheet, My Stars, both languages, narrow phones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from caller import ANA, TOKEN
from shop import MONTH, SUBSCRIPTION, Shop
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import MovableClock
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDER_THAN_THE_PHONE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Till:
    """A simulator with a bot that says yes to every payment but those for "no"."""

    def __init__(self, simulator: Simulator, shop: Shop, clock: MovableClock) -> None:
        self.simulator = simulator
        self.shop = shop
        self.clock = clock

    def person(self, language: str) -> Person:
        person = self.simulator.person(id=ANA, first_name="Ana", language_code=language, token=TOKEN)
        person.writes("/start")
        return person

    async def offers(self, words: str, link: str) -> None:
        markup = {"inline_keyboard": [[{"text": words, "url": link}]]}
        await self.shop.says("An offer", reply_markup=markup)

    async def answer(self) -> None:
        while True:
            for update in await self.shop.updates(timeout=2):
                query = update.get("pre_checkout_query")
                if query and query["invoice_payload"] == "no":
                    await self.shop.refuses(query, "Ya tienes una.")
                elif query:
                    await self.shop.allows(query)


@pytest_asyncio.fixture(loop_scope="session")
async def till() -> AsyncIterator[Till]:
    clock = MovableClock(datetime(2026, 11, 22, 15, tzinfo=UTC))
    simulator = Simulator(clock)
    await simulator.start()
    async with ClientSession() as session:
        till = Till(simulator, Shop(simulator, session), clock)
        answering = asyncio.create_task(till.answer())
        yield till
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering
    await simulator.stop()


async def opened(till: Till, open_page: OpenPage, width: int, height: int) -> Page:
    return await open_page(f"{till.simulator.address}/#bot=12345&as={ANA}", width, height)


async def pay(page: Page) -> None:
    await page.get_by_test_id("pay").click()


async def my_stars(page: Page) -> None:
    if await page.locator("#persona-button").is_visible():
        await page.locator("#persona-button").click()
    await page.get_by_test_id("stars").click()
    await expect(page.get_by_test_id("my-stars")).to_be_visible()


PAID = {
    "en": ("250 Stars", "You paid 250 Stars", "Subscribed until December 22, 2026"),
    "es": ("250 Estrellas", "Pagaste 250 Estrellas", "Suscripción hasta el 22 de diciembre de 2026"),
}
"""What the page says of a price, of its payment, and of the end of the subscription."""


@pytest.mark.parametrize("language", PAID)
@pytest.mark.parametrize("size", [(390, 844), (320, 568)])
async def test_a_link_opens_the_sheet_and_is_paid(
    till: Till, open_page: OpenPage, language: str, size: tuple[int, int]
) -> None:
    price, paid, until = PAID[language]
    till.person(language)
    await till.offers("Buy", await till.shop.link(**SUBSCRIPTION))
    page = await opened(till, open_page, *size)
    await page.get_by_test_id("inline-button").click()
    await expect(page.get_by_test_id("pay-price")).to_contain_text(price)
    await expect(page.get_by_test_id("pay-balance")).to_contain_text("500")
    assert await page.evaluate(WIDER_THAN_THE_PHONE) == 0
    await pay(page)
    await expect(page.get_by_test_id("pay-sheet")).to_be_hidden()
    await expect(page.locator(".service")).to_contain_text(paid)
    await expect(page.locator(".service")).to_contain_text(until)
    await expect(page.get_by_test_id("stars")).to_have_text("250")


async def test_an_invoice_has_its_button_and_words_of_refusal(till: Till, open_page: OpenPage) -> None:
    till.person("en")
    await till.shop.result("sendInvoice", chat_id=ANA, **{**MONTH, "payload": "no"})
    page = await opened(till, open_page, 390, 844)
    await expect(page.get_by_test_id("invoice")).to_contain_text("Thirty days of everything")
    await page.get_by_test_id("inline-button").click()
    await pay(page)
    await expect(page.get_by_test_id("pay-error")).to_have_text("Ya tienes una.")
    till.clock.move_to(till.clock.now() + timedelta(minutes=11))
    await pay(page)
    await expect(page.get_by_test_id("pay-error")).to_contain_text("older than ten minutes")
    await expect(page.get_by_test_id("pay")).to_have_text("Open it again")
    await pay(page)
    await expect(page.get_by_test_id("pay-error")).to_have_text("")


async def test_my_stars_cancels_renews_and_subscribes_again(till: Till, open_page: OpenPage) -> None:
    person = till.person("en")
    page = await opened(till, open_page, 320, 568)
    await expect(page.get_by_test_id("bubble")).to_be_visible()
    await person.pays(await till.shop.link(**SUBSCRIPTION))
    await my_stars(page)
    listed = page.get_by_test_id("subscription")
    await expect(listed).to_contain_text("Renews on December 22, 2026")
    await listed.get_by_role("button", name="Cancel subscription").click()
    await expect(listed).to_contain_text("Canceled. Yours until")
    await listed.get_by_role("button", name="Renew").click()
    await expect(listed).to_contain_text("Renews on")
    await listed.get_by_role("button", name="Cancel subscription").click()
    await expect(listed.get_by_role("button", name="Renew")).to_be_visible()
    till.clock.move_to(till.clock.now() + timedelta(days=31))
    await page.get_by_test_id("take-stars").click()
    await expect(page.get_by_test_id("stars-balance")).to_contain_text("1,250")
    await expect(listed).to_contain_text("Ended on")
    await listed.get_by_role("button", name="Subscribe again").click()
    await pay(page)
    await expect(page.get_by_test_id("pay-sheet")).to_be_hidden()
    assert [subscription.state for subscription in person.stars.subscriptions] == ["active"]


async def test_what_the_bot_has_canceled_has_no_button(till: Till, open_page: OpenPage) -> None:
    person = till.person("es")
    await person.pays(await till.shop.link(**SUBSCRIPTION))
    (subscription,) = person.stars.subscriptions
    await till.shop.result(
        "editUserStarSubscription",
        user_id=ANA,
        telegram_payment_charge_id=subscription.first_charge_id,
        is_canceled=True,
    )
    page = await opened(till, open_page, 1280, 800)
    await my_stars(page)
    listed = page.get_by_test_id("subscription")
    await expect(listed).to_contain_text("El bot canceló esta suscripción")
    await expect(listed.get_by_role("button")).to_have_count(0)
    await expect(page.get_by_test_id("star-change")).to_contain_text("−250")
