"""/account, /subscribe and a lock with a promotion, on a phone: nothing is cut off."""

import pytest

from tests.browser.conftest import OpenChat
from tests.subscribers import PROMOTION, SPECIAL, TAKE, subscribe
from tests.world import World, data

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RUNS = PROMOTION.replace("2025-12-15", "2026-11-09").replace("2026-01-06", "2027-01-06")
CUT = """buttons => buttons.filter(button => button.scrollWidth > button.clientWidth + 1
    || button.getBoundingClientRect().right > window.innerWidth).map(button => button.textContent)"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [390, 320])
async def test_all_buttons_of_what_one_has_and_may_buy_are_whole(
    width: int, language: str, world: World, open_chat: OpenChat
) -> None:
    file = world.content / "publication.toml"
    file.write_text(file.read_text(encoding="utf-8") + RUNS, encoding="utf-8")
    await world.reload()
    chat = await open_chat(width=width, height=844, language=language)
    ana = world.person(5_000_000_001, language=language, name="Emma")
    for asked in ("/economy", "/subscribe", "/account"):
        assert data(await world.ask(ana, asked))[SPECIAL[language]] == TAKE
    await subscribe(world, ana)
    for asked in ("/account", "/subscribe", "/stop"):
        await world.ask(ana, asked)
    await chat.hears("/settings")
    buttons = chat.page.get_by_test_id("inline-button")
    assert await buttons.filter(has_text="250").count() == 1
    assert await buttons.evaluate_all(CUT) == []
