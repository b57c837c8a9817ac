"""The chat page as a person uses it."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect


@dataclass(frozen=True, slots=True)
class Chat:
    page: Page

    @property
    def log(self) -> Locator:
        return self.page.get_by_test_id("log")

    @property
    def bubbles(self) -> Locator:
        return self.page.get_by_test_id("bubble")

    @property
    def last(self) -> Locator:
        return self.bubbles.last

    @property
    def field(self) -> Locator:
        return self.page.get_by_test_id("composer-input")

    def button(self, label: str) -> Locator:
        """A button below the last message, by all that it says, a section's by its kicker."""
        return self.last.get_by_test_id("inline-button").filter(has_text=exactly(label))

    @property
    def start_button(self) -> Locator:
        return self.page.get_by_test_id("start")

    async def start(self) -> None:
        await self.start_button.click()

    async def begin(self) -> None:
        """Press Start where nobody has written yet, and wait for the welcome and the front page."""
        await expect(self.page.locator("#start:visible, #composer-input:visible")).to_have_count(1)
        if await self.start_button.is_visible():
            await self.start()
            await expect(self.bubbles.nth(2)).to_be_visible()

    async def write(self, words: str) -> None:
        await self.begin()
        await self.field.fill(words)
        await self.field.press("Enter")

    async def ask(self, words: str, answer: str) -> Locator:
        """Write, and wait until the last message holds the answer; return that message."""
        await self.write(words)
        return await self.hears(answer)

    async def hears(self, answer: str) -> Locator:
        await expect(self.last).to_contain_text(answer)
        return self.last

    async def tap(self, label: str) -> None:
        await self.button(label).click()


def exactly(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}(: .*)?\s*$")


async def loaded(picture: Locator) -> None:
    """Wait until a picture is there, not merely its frame."""
    await expect(picture).to_be_visible()
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
