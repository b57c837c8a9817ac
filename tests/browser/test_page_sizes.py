"""How many screens of a phone the pages of an issue take, from a page's first line to its buttons."""

from datetime import date
from statistics import median

import pytest

from bot.domain.pages.page import Place
from bot.domain.readers.reader import Rendering
from tests.browser.conftest import OpenChat
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAY = date(2026, 11, 16)
SECTIONS = ("topstory", "politics", "economy")
TEXTS = """bubbles => bubbles.map(bubble => [
    Number(bubble.dataset.messageId),
    bubble.querySelector("[data-testid=inline-button]")?.getBoundingClientRect().top
        - bubble.getBoundingClientRect().top,
])"""
PHONES = {390: (844, 0.8, 1.65), 320: (568, 1.2, 2.8)}
"""The height of a phone's screen by its width; of the pages' heights in screens the least middle one and the
most.
"""


@pytest.mark.parametrize("rendering", Rendering)
@pytest.mark.parametrize("width", PHONES)
async def test_pages_are_near_a_screen_and_a_half(
    width: int, rendering: Rendering, world: World, open_chat: OpenChat
) -> None:
    height, middle, most = PHONES[width]
    chat = await open_chat(width=width, height=height)
    ana = world.person(5_000_000_001)
    await world.subscribe(ana)
    await world.ask(ana, "/settings")
    await world.tap(ana, data=f"do:set:rendering:{rendering}")
    ids = set()
    for section in SECTIONS:
        for number in (1, 2):
            page = await world.tap(ana, data=f"o{Place(DAY, section, number).code()}")
            ids.add(page.message_id)
    await chat.hears("ECONOMY")
    tops = {number: top for number, top in await chat.bubbles.evaluate_all(TEXTS) if number in ids}
    assert len(tops) == len(ids)
    screens = [top / height for top in tops.values()]
    assert max(screens) <= most, screens
    assert median(screens) >= middle, screens
