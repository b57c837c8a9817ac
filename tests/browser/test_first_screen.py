"""Where the first section's button stands on a phone, in screens from the top of the front page."""

import pytest
from playwright.async_api import expect

from tests.browser.chat import loaded
from tests.browser.conftest import OpenChat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DEPTH = """bubble => bubble.querySelector("[data-testid=inline-button]").getBoundingClientRect().bottom
    - bubble.getBoundingClientRect().top"""
PHONES = {390: (844, 1.3), 320: (568, 2.0)}
"""The height of a phone's screen by its width, and within how many of them the button is to stand."""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", PHONES)
async def test_the_first_section_is_a_short_way_down(width: int, language: str, open_chat: OpenChat) -> None:
    height, most = PHONES[width]
    chat = await open_chat(language=language, width=width, height=height)
    await chat.start()
    front = await chat.hears("Privacy" if language == "en" else "Privacidad")
    await loaded(front.get_by_test_id("preview").locator("img"))
    await expect(chat.bubbles).to_have_count(3)
    depth = await front.evaluate(DEPTH)
    screens = depth / height
    assert screens <= most, f"{width} px, {language}"
