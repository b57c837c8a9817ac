"""From a locked page to its paid text with Stars, and back to the locked page, on a phone."""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenChat
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WORDS = {
    "en": {
        "ask": "/economy",
        "go on": "How to keep reading",
        "price": "Monthly, renews every 30 days",
        "pay": "Pay 250",
        "thanks": "Thank you! Your payment of 250",
        "renews": "renews by itself on",
        "cancel": "Cancel the renewal",
        "yes": "Yes, cancel it",
        "cancelled": "Cancelled: your subscription won’t renew",
    },
    "es": {
        "ask": "/economia",
        "go on": "Cómo seguir leyendo",
        "price": "Mensual, se renueva cada 30 días",
        "pay": "Pagar 250",
        "thanks": "¡Gracias!",
        "renews": "se renueva",
        "cancel": "Cancelar la renovación",
        "yes": "Sí, cancelar",
        "cancelled": "Listo: tu suscripción no se",
    },
}
WIDER_THAN_THE_PHONE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAID_OR_REFUSED = """() => {
    const sheet = document.querySelector("[data-testid=pay-sheet]");
    return !sheet || !sheet.open || sheet.querySelector("[data-testid=pay-error]")?.textContent;
}"""
SHOTS = os.environ.get("BRIEFING_SHOTS")
"""A folder for screenshots to look at; unset: none are taken."""


async def shot(chat: Chat, name: str) -> None:
    if SHOTS:
        await chat.page.screenshot(path=Path(SHOTS) / f"{name}.png")


async def press(chat: Chat, label: str) -> None:
    await chat.page.get_by_test_id("inline-button").filter(has_text=label).last.click()


async def pay(chat: Chat) -> None:
    """Pay; once more where a busy machine could not look into the database in time, and the bot says so."""
    sheet = chat.page.get_by_test_id("pay-sheet")
    for _ in range(5):
        await chat.page.get_by_test_id("pay").click()
        await chat.page.wait_for_function(PAID_OR_REFUSED)
        if await sheet.is_hidden():
            return
    await expect(sheet).to_be_hidden()


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("width", [390, 320])
async def test_who_pays_at_a_lock_reads_on_and_meets_it_again_when_what_is_paid_is_over(
    width: int, language: str, world: World, open_chat: OpenChat
) -> None:
    words = WORDS[language]
    file = world.content / "publication.toml"  # no trial: the lock leads to the prices
    file.write_text(file.read_text(encoding="utf-8").replace("trial_days = 7", "trial_days = 0"), "utf-8")
    await world.reload()
    chat = await open_chat(width=width, height=844, language=language)
    locked = await chat.ask("/economy", "🔒")
    await shot(chat, f"{language}-{width}-1-locked")
    paid_text = await locked.inner_text()
    await press(chat, words["go on"])
    await expect(chat.last).to_contain_text("⭐")
    await shot(chat, f"{language}-{width}-2-prices")
    await press(chat, words["price"].split(",")[0])
    await expect(chat.last.get_by_test_id("inline-button").first).to_contain_text(words["pay"])
    await shot(chat, f"{language}-{width}-3-link")
    await press(chat, words["pay"])
    await expect(chat.page.get_by_test_id("pay-sheet")).to_be_visible()
    await shot(chat, f"{language}-{width}-4-sheet")
    await pay(chat)
    await expect(chat.bubbles.filter(has_text=words["thanks"])).to_be_visible()
    await expect(chat.last).not_to_contain_text("🔒")
    assert paid_text not in await chat.last.inner_text()
    await shot(chat, f"{language}-{width}-5-paid")
    assert await chat.page.evaluate(WIDER_THAN_THE_PHONE) == 0
    await chat.ask("/account", words["renews"])
    await shot(chat, f"{language}-{width}-6-account")
    await press(chat, words["cancel"])
    await press(chat, words["yes"])
    await expect(chat.last).to_contain_text(words["cancelled"])
    await shot(chat, f"{language}-{width}-7-cancelled")
    world.later(days=31)
    await chat.ask("/economy", "🔒")
    await shot(chat, f"{language}-{width}-8-locked-again")
