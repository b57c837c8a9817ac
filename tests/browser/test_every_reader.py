"""The page for every reader: a narrow phone, a dark room, a screen reader."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chat import Chat, loaded
from tests.browser.conftest import OpenChat
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OPERATED = {"button", "checkbox", "combobox", "link", "option", "radio", "searchbox", "textbox"}
READABLE = 4.5
"""Contrast that WCAG asks of text."""
SIDEWAYS = """() => [document.scrollingElement, ...document.querySelectorAll("#log, .panel, .bubble .body")]
    .filter((node) => node.scrollWidth > node.clientWidth)
    .map((node) => node.className || node.id || "page")"""
"""What is wider than its place; a table scrolls in a box of its own."""
LOOK = """(node) => {
    const brush = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const box = node.closest(".box, .inline, .card, .bar");
    return [getComputedStyle(node).color, getComputedStyle(box).backgroundColor].map((colour) => {
        brush.clearRect(0, 0, 1, 1);
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        return [...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    });
}"""
"""What a text and the surface below it are coloured in: red, green and blue, 0 to 255."""


async def test_on_a_phone_320_wide_nothing_goes_sideways_and_all_is_in_reach(
    world: World, open_chat: OpenChat
) -> None:
    await world.subscribe(world.person(name="Emma"))
    chat = await open_chat(width=320, height=568)
    page = chat.page
    await chat.ask("/settings", "Pages: Classic")
    await chat.tap("Pages")
    await chat.tap("Rich")
    await chat.hears("Pages: Rich")
    await chat.ask("/latest", "The River Answers the Minister")
    await chat.tap("Read it all")
    await chat.hears("The week ahead")
    assert await page.evaluate(SIDEWAYS) == []

    for opener, inside in (("People and clock", "clock-zone"), ("Raw calls", "calls-polls")):
        await page.get_by_role("button", name=opener).click()
        await _inside_the_window(page.get_by_test_id(inside), page)
        assert await page.evaluate(SIDEWAYS) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name=opener)).to_be_focused()
    await page.get_by_test_id("commands-button").click()
    await _inside_the_window(page.get_by_test_id("command-menu").get_by_role("option").last, page)
    await _inside_the_window(page.get_by_test_id("send"), page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_text_stands_out_by_day_and_by_night(open_chat: OpenChat, *, dark: bool) -> None:
    chat = await open_chat(dark=dark)
    front = await chat.ask("/latest", "The River Answers the Minister")
    await loaded(front.get_by_test_id("preview").locator("img"))  # with it, the message is drawn anew
    await chat.ask("/privacy", "I keep your Telegram ID")  # its text holds a command
    places = (
        *(".in .said", ".in .meta", ".in .preview .site", ".in .command", ".keyboard .inline span"),
        *(".out .said", ".out .command", ".out .meta", "#bot-name", "#bot-status", "#clock-date"),
    )
    for place in places:
        ink, paper = await chat.page.locator(place).first.evaluate(LOOK)
        assert _contrast(ink, paper) >= READABLE, f"{place}: {ink} on {paper}"
    _, paper = await chat.page.locator(".in .said").first.evaluate(LOOK)
    assert (_brightness(paper) < 0.1) is dark


async def test_everything_that_can_be_operated_says_its_name(open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.ask("/latest", "The River Answers the Minister")
    await chat.page.get_by_test_id("commands-button").click()
    await expect(chat.page.get_by_test_id("command-menu")).to_be_visible()
    named = await _operated(chat)
    assert {"button", "combobox", "link", "option", "radio", "checkbox"} <= {role for role, _ in named}
    assert [role for role, name in named if not name.strip()] == []

    await chat.page.keyboard.press("Escape")
    await chat.tap("Share")
    await expect(chat.page.get_by_test_id("share")).to_be_visible()
    assert [role for role, name in await _operated(chat) if not name.strip()] == []


async def _operated(chat: Chat) -> list[tuple[str, str]]:
    """Return role and name of whatever can be operated, as the browser tells a screen reader."""
    session = await chat.page.context.new_cdp_session(chat.page)
    tree = await session.send("Accessibility.getFullAXTree")
    nodes: list[dict[str, Any]] = [node for node in tree["nodes"] if not node["ignored"]]
    return [
        (node["role"]["value"], str(node.get("name", {}).get("value", "")))
        for node in nodes
        if node["role"]["value"] in OPERATED
    ]


async def _inside_the_window(thing: Locator, page: Page) -> None:
    await thing.scroll_into_view_if_needed()
    await expect(thing).to_be_in_viewport(ratio=1)
    box, window = await thing.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]


def _contrast(color: list[int], other: list[int]) -> float:
    darker, lighter = sorted((_brightness(color), _brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _brightness(colour: list[int]) -> float:
    """Return the relative luminance (WCAG 2)."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
