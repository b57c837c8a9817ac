"""The clock of the chat page: Monday can be played, the past cannot."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenChat
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_on_monday_at_seven_the_newest_issue_is_the_current_one(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await expect(chat.page.get_by_test_id("clock-now")).to_contain_text("Sunday")
    await chat.ask("/latest", "The River Answers the Minister")
    await chat.page.get_by_test_id("clock-monday").click()
    await expect(chat.page.get_by_test_id("clock-now")).to_contain_text("07:00 Monday November 23, 2026")
    await chat.ask("/latest", "A Government Saved by a Water Plant")
    await expect(chat.log.locator(".day").last).to_have_text("November 23")


async def test_the_clock_goes_on_by_an_hour_or_a_day_and_never_back(open_chat: OpenChat) -> None:
    page = (await open_chat()).page
    clock = page.get_by_test_id("clock-now")
    await page.get_by_test_id("clock-hour").click()
    await expect(clock).to_contain_text("21:00 Sunday")
    await page.get_by_test_id("clock-day").click()
    await expect(clock).to_contain_text("21:00 Monday")
    await page.get_by_test_id("clock-moment").fill("2026-11-22T08:00")
    await page.get_by_test_id("clock-set").click()
    await expect(page.get_by_test_id("clock-error")).to_contain_text("only moves forward")
    await page.get_by_test_id("clock-moment").fill("2026-12-24T18:30")
    await page.get_by_test_id("clock-set").click()
    await expect(clock).to_contain_text("18:30 Thursday December 24, 2026")
    await expect(page.get_by_test_id("clock-error")).to_be_empty()


async def test_a_moment_in_rich_is_shown_in_the_zone_of_whoever_looks(
    world: World, open_chat: OpenChat
) -> None:
    chat = await open_chat()
    await chat.ask("/settings", "Next issue: Monday, November 23, 2026, at 07:00")
    await expect(chat.last.locator("time[title]")).to_have_count(0)
    await world.tap(world.person(5_000_000_001), data="do:set:rendering:rich")
    moment = chat.last.locator("time[title]")
    await expect(moment).to_have_text("Monday, November 23, 2026, 07:00")
    await chat.page.get_by_test_id("clock-zone").select_option("Asia/Tokyo")
    await expect(moment).to_have_text("Monday, November 23, 2026, 19:00")
