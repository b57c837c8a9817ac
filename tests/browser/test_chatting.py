"""What a Telegram client does around the bot's words: edits, blocking, sharing, the command menu."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.chat import exactly
from tests.browser.conftest import OpenChat
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_setting_is_changed_in_the_message_that_shows_it(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.ask("/help", "Here’s what you can ask me")
    overview = await chat.ask("/settings", "Quiet hours: 22:00 to 07:00")
    await chat.tap("Quiet hours")
    await expect(overview).to_contain_text("When should I stay quiet?")
    await expect(chat.button("◀ Settings")).to_be_in_viewport(ratio=1)
    await chat.tap("No quiet hours")
    await expect(overview).to_contain_text("You’ll get each issue on Mondays at 07:00")
    await chat.tap("Save")
    await expect(overview).to_contain_text("Quiet hours: none")
    await expect(overview).to_have_attribute("data-edited", "")
    await expect(chat.page.get_by_test_id("toast")).to_have_text("Saved.")
    await expect(chat.bubbles).to_have_count(7)  # three of them from the start


async def test_what_the_bot_asks_is_answered_by_the_next_message(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.ask("/search", "What are you looking for?")
    await expect(chat.page.locator("#replying-text")).to_contain_text("What are you looking for?")
    await expect(chat.field).to_be_focused()
    await chat.ask("bridge", "for “bridge”")
    await expect(chat.page.locator("#replying")).to_be_hidden()


async def test_who_blocks_the_bot_cannot_write_until_she_unblocks_it(open_chat: OpenChat) -> None:
    chat = await open_chat()
    persona = chat.page.get_by_test_id("persona").filter(has_text="Emma")
    await chat.ask("/latest", "The River Answers the Minister")
    await chat.page.get_by_test_id("block").click()
    await expect(chat.page.get_by_test_id("composer")).to_be_hidden()
    await expect(persona).to_contain_text("has blocked the bot")
    await chat.page.get_by_test_id("unblock").click()
    await expect(persona).not_to_contain_text("has blocked the bot")
    await chat.ask("/account", "You read the free part of every issue.")


async def test_a_shared_page_opens_for_another_person_as_she_may_read_it(
    world: World, open_chat: OpenChat
) -> None:
    await world.subscribe(world.person(name="Emma"))
    world.person(5_000_000_002, "es", "Lucía")
    chat = await open_chat()
    await chat.ask("/economy", "insur")
    await chat.tap("Share")
    dialog = chat.page.get_by_test_id("share")
    await expect(dialog.get_by_test_id("share-link")).to_have_value(
        re.compile(r"^https://t\.me/\w+\?start=i_2026-11-16_economy$")
    )
    await dialog.get_by_test_id("share-as").select_option("Lucía")
    await dialog.get_by_test_id("share-open").click()
    await expect(dialog).to_be_hidden()
    await expect(chat.page.locator("html")).to_have_attribute("lang", "es")
    await chat.hears("🔒 Esta sección es para suscriptores.")
    await expect(chat.page.get_by_test_id("protected")).to_have_count(0)


async def test_the_command_menu_needs_no_mouse(open_chat: OpenChat) -> None:
    chat = await open_chat()
    page, menu = chat.page, chat.page.get_by_test_id("command-menu")
    await expect(chat.start_button).to_be_visible()
    await expect(chat.field).to_be_hidden()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the Start button")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(chat.start_button).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(chat.bubbles).to_have_count(3)
    await page.locator("#skip").focus()
    await expect(page.get_by_role("link", name="Skip to the message field")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(chat.field).to_be_focused()

    await page.keyboard.type("/se")
    await expect(menu.get_by_role("option")).to_have_count(4)
    await page.keyboard.press("ArrowUp")
    chosen = menu.get_by_role("option", selected=True)
    await expect(chosen).to_contain_text("/settings")
    await expect(chat.field).to_have_attribute(
        "aria-activedescendant", await chosen.get_attribute("id") or ""
    )
    await page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await page.keyboard.type("a")
    await page.keyboard.press("Tab")
    await expect(chat.field).to_have_value("/search ")
    await page.keyboard.type("ferry")
    await page.keyboard.press("Enter")
    await chat.hears("for “ferry”")
    await expect(chat.bubbles.nth(3).locator(".said")).to_have_text(exactly("/search ferry"))
