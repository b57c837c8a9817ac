"""What comes up over the chat covers no words that one reads, also on the narrowest phone."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenChat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLACEHOLDER = """field => {
    const style = getComputedStyle(field);
    const brush = document.createElement("canvas").getContext("2d");
    brush.font = `${style.fontSize} ${style.fontFamily}`;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return room - brush.measureText(field.placeholder).width;
}"""
"""The room, in pixels, that a field's placeholder leaves."""


async def test_an_empty_chat_shows_what_the_bot_says_of_itself(open_chat: OpenChat) -> None:
    chat = await open_chat(language="es", name="Lucía", width=320, height=568)
    welcome = chat.page.get_by_test_id("welcome")
    await expect(welcome).to_contain_text("¿Qué puede hacer este bot?")
    await expect(welcome).to_contain_text("La Gaceta de Muestra: un boletín de muestra")
    await expect(welcome).to_be_in_viewport(ratio=1)
    await expect(chat.field).to_be_hidden()
    await chat.start()
    await expect(welcome).to_be_hidden()
    await expect(chat.field).to_be_visible()


async def test_the_words_in_the_empty_field_fit_a_narrow_phone(open_chat: OpenChat) -> None:
    chat = await open_chat(language="es", name="Lucía", width=320, height=568)
    await chat.begin()
    await expect(chat.field).to_have_attribute("placeholder", re.compile("Mensaje"))
    assert await chat.field.evaluate(PLACEHOLDER) >= 0


async def test_a_notice_covers_no_message_and_goes_when_something_else_is_asked(open_chat: OpenChat) -> None:
    chat = await open_chat(width=320, height=568)
    await chat.ask("/settings", "Settings")
    await chat.tap("Quiet hours")
    await chat.tap("No quiet hours")
    await chat.tap("Save")
    toast = chat.page.get_by_test_id("toast")
    await expect(toast).to_have_text("Saved.")
    await expect(toast).to_be_visible()
    top, bottom = await _edges(toast)
    talk_top, _ = await _edges(chat.log)
    assert 0 <= top < bottom <= talk_top
    await chat.write("/account")
    await expect(toast).to_be_hidden(timeout=1_000)


async def test_the_reply_arrow_stands_beside_the_message(open_chat: OpenChat) -> None:
    chat = await open_chat(width=320, height=568)
    front = await chat.ask("/latest", "The River Answers the Minister")
    for bubble in (front, chat.bubbles.first):
        await bubble.locator(".reply").wait_for()
        box = await bubble.locator(".box").bounding_box()
        arrow = await bubble.locator(".reply").bounding_box()
        assert box is not None
        assert arrow is not None
        assert arrow["x"] >= box["x"] + box["width"] or arrow["x"] + arrow["width"] <= box["x"]
        assert 0 <= arrow["x"] <= arrow["x"] + arrow["width"] <= 320


async def _edges(thing: Locator) -> tuple[float, float]:
    box = await thing.bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]
