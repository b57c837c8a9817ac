"""A reader whose Telegram is Spanish meets no English: not from the bot, not from the page around it."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenChat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CATALOG = Path(__file__).parents[2] / "locales/es/LC_MESSAGES/briefing.po"
PAGE_WORDS = """async () => Object.values((await import("/page/words.js")).speech("en").words)
    .map((words) => (typeof words === "function" ? words(5) : words))"""
BOTH = {"bot", "Bot", "Chat"}
"""Words of the page that Spanish writes like English."""
EVERY_LABEL = """() => [...document.querySelectorAll("[aria-label], [title], [placeholder]")].flatMap(
    (node) => ["aria-label", "title", "placeholder"].map((name) => node.getAttribute(name) ?? "")
)"""


async def test_a_spanish_reader_has_the_whole_conversation_in_spanish(open_chat: OpenChat) -> None:
    chat = await open_chat(5_000_000_002, "es-419", "Lucía")
    await expect(chat.page.locator("html")).to_have_attribute("lang", "es")
    await chat.start()
    front = await chat.hears("El río le contesta a la ministra")
    await expect(front).to_contain_text("lunes 16 de noviembre de 2026")
    await chat.tap("🔒 Política")
    await expect(front).to_contain_text("🔒 El resto de esta sección es para suscriptores.")
    await chat.tap("Leer gratis 7 días")
    await chat.hears("Anselmo Cuerva")
    for command, answer in (
        ("/settings", "Ajustes"),
        ("/archive", "Archivo: noviembre de 2026"),
        ("/search puente", "resultados para «puente»"),
        ("/account", "puedes leer todo hasta"),
        ("/help", "Esto es lo que puedes pedirme"),
        ("/privacy", "Guardo tu ID de Telegram"),
        ("¿Qué tal?", "No sé qué hacer con ese mensaje"),
    ):
        await chat.ask(command, answer)
    await chat.page.get_by_test_id("commands-button").click()
    await expect(chat.page.get_by_test_id("command-menu")).to_contain_text("la edición de esta semana")
    assert await _english_on(chat.page) == []
    await chat.page.keyboard.press("Escape")
    await chat.page.locator("#new-person").click()
    await expect(chat.page.get_by_label("Código de idioma")).to_have_value("es")


async def test_a_reader_who_switches_to_spanish_goes_on_in_spanish(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.ask("/language", "Which language do you want to read in?")
    await chat.tap("Español")
    await chat.hears("Ajustes")
    await chat.ask("/latest", "El río le contesta a la ministra")
    await expect(chat.button("🔒 Economía")).to_be_visible()
    await chat.page.get_by_test_id("commands-button").click()
    await expect(chat.page.get_by_test_id("command-menu")).to_contain_text("la edición de esta semana")


async def _english_on(page: Page) -> list[str]:
    """Return the English sentences of the bot and of the page that can be seen or heard."""
    seen = "\n".join([await page.locator("body").inner_text(), *await page.evaluate(EVERY_LABEL)])
    sentences = {*_sentences_of_the_bot(), *await page.evaluate(PAGE_WORDS)} - BOTH
    return [
        sentence
        for sentence in sorted(sentences)
        if re.search(rf"(?<![\w/]){re.escape(sentence)}(?!\w)", seen)
    ]


def _sentences_of_the_bot() -> set[str]:
    """Return the English sentences that have no gaps and read otherwise in Spanish."""
    with CATALOG.open("rb") as stream:
        catalog = read_po(stream)
    sentences = {
        str(message.id) for message in catalog if isinstance(message.id, str) and message.id != message.string
    }
    return {sentence for sentence in sentences if sentence and "{" not in sentence}
