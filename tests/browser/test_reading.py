"""The whole story in a browser: start, front page, section, lock, trial, and the text behind the lock."""

import pytest
from playwright.async_api import expect

from tests.browser.chat import loaded
from tests.browser.conftest import OpenChat
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_reader_who_meets_a_lock_takes_the_trial_and_reads_on(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.start()
    front = await chat.hears("The River Answers the Minister")
    await expect(chat.bubbles.nth(1)).to_contain_text("A new issue comes out every Monday at 07:00")
    await loaded(front.get_by_test_id("preview").locator("img"))
    await expect(chat.bubbles).to_have_count(3)

    await expect(chat.button("🔒 Politics")).to_be_visible()
    await chat.tap("Top story")
    await expect(front).to_contain_text("HIGH WATER", ignore_case=True)
    await expect(front).to_contain_text("Nobody died.")
    await chat.tap("2/2 ▶")
    await chat.tap("🔒 ▶")
    await expect(front).to_contain_text("🔒 The rest of this section is for subscribers.")
    await expect(chat.bubbles).to_have_count(3)
    await expect(chat.log).not_to_contain_text("Anselmo Cuerva")

    await chat.tap("Read free for 7 days")
    paid = await chat.hears("Anselmo Cuerva")
    await expect(paid).to_have_attribute("data-protected", "")
    await expect(paid.get_by_test_id("protected")).to_be_visible()
    await chat.tap("☰ Contents")
    await expect(paid).to_contain_text("Also in this issue")
    await expect(paid).not_to_contain_text("🔒")


async def test_a_reader_who_switches_to_rich_pages_reads_it_all_in_one_message(
    world: World, open_chat: OpenChat
) -> None:
    await world.subscribe(world.person(name="Emma"))
    chat = await open_chat()
    await chat.ask("/settings", "Pages: Classic")
    await chat.tap("Pages")
    await chat.tap("Rich")
    await chat.hears("Pages: Rich")

    front = await chat.ask("/latest", "The River Answers the Minister")
    await loaded(front.locator("figure img"))
    await expect(front).to_contain_text("Sample illustration")
    await expect(front.get_by_role("heading", name="The River Answers the Minister")).to_be_visible()

    before = await chat.bubbles.count()
    await chat.tap("Read it all")
    await expect(chat.bubbles).to_have_count(before + 1)
    whole = await chat.hears("The week ahead")
    await loaded(whole.locator("figure img"))
    await expect(whole).to_have_attribute("data-protected", "")
    table = whole.get_by_role("table").first
    await expect(table.get_by_role("columnheader")).to_have_count(3)
    await expect(table.get_by_role("cell", name="Rice and levees")).to_be_visible()
    await expect(whole).to_contain_text("Reading the River")
    await expect(whole.locator("summary")).to_have_count(0)  # nothing is folded
