"""The panel of raw calls shows what the bot asked, and never with what token."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenChat
from tests.world import TOKEN, World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECRET = TOKEN.partition(":")[2]


async def test_the_raw_calls_show_payload_and_answer_and_never_the_token(
    world: World, open_chat: OpenChat
) -> None:
    chat = await open_chat()
    page = chat.page
    await chat.ask("/latest", "The River Answers the Minister")
    await page.get_by_test_id("calls-polls").check()
    await expect(page.locator("[data-method=getUpdates]").first).to_be_visible()
    newest = page.locator("[data-method=sendMessage]").first
    await newest.locator("summary").first.click()
    await expect(newest).to_contain_text("chat_id: 5000000001")
    await newest.locator("details summary").first.click()
    for call in await page.get_by_test_id("call").all():
        await call.locator("summary").first.click()
    assert "sendMessage" in await page.content()
    assert SECRET not in await page.content()
    for path in ("bots", "calls", "people", "chats/5000000001", "ledger?chat=5000000001"):
        answer = await page.request.get(f"{world.telegram.address}/control/{path}")
        assert answer.ok
        assert SECRET not in await answer.text()


async def test_the_raw_calls_can_be_filtered_by_method(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.ask("/latest", "The River Answers the Minister")
    calls = chat.page.get_by_test_id("call")
    await chat.page.get_by_test_id("calls-filter").fill("sendm")
    await expect(calls).to_have_count(3)  # the welcome, its front page, and the one that was asked for
    await expect(calls.first).to_contain_text("sendMessage")
    await chat.page.get_by_test_id("calls-clear").click()
    await expect(chat.page.get_by_test_id("calls-list")).to_have_text("No calls yet.")
