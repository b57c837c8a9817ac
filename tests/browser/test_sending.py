"""What an editor sends beside plain words, and a list of people that thousands do not slow down."""

import io

import pytest
from PIL import Image
from playwright.async_api import FilePayload, expect

from telegram_simulator.api.parameters import Upload
from tests.browser.chat import loaded
from tests.browser.conftest import OpenChat
from tests.world import ADMIN, TOKEN, World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def picture(height: int = 80) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (120, height), "teal").save(made, "PNG")
    return made.getvalue()


async def test_a_picture_is_sent_with_a_caption_and_answered(world: World, open_chat: OpenChat) -> None:
    chat = await open_chat()
    await chat.ask("/help", "Here’s what you can ask me")
    page, attached = chat.page, chat.page.get_by_test_id("attached")
    file: FilePayload = {"name": "river.png", "mimeType": "image/png", "buffer": picture()}
    await page.get_by_test_id("attach-file").set_input_files(file)
    await expect(attached).to_contain_text("river.png")
    await chat.write("**Rain** until Friday")
    await expect(attached).to_be_hidden()
    own = page.locator(".bubble.out").filter(has=page.locator("img.photo"))
    await loaded(own.locator("img"))
    await expect(own.locator("b, strong")).to_have_text("Rain")

    await page.get_by_test_id("attach-file").set_input_files(file)
    await page.get_by_test_id("as-file").check()
    await own.hover()
    await own.locator(".reply").click()
    await chat.write("")
    await expect(page.locator(".bubble.out .attachment")).to_contain_text("river.png")
    await expect(page.locator(".bubble.out .quoted").last).to_contain_text("Rain until Friday")


async def test_a_chat_with_pictures_opens_at_its_end(world: World, open_chat: OpenChat) -> None:
    ana = world.person()
    for _ in range(3):
        ana.attaches(Upload("river.png", picture(600), "image/png"), kind="photo")
    await world.ask(ana, "/help")
    page = (await open_chat()).page
    for number in range(3):
        await loaded(page.locator("img.photo").nth(number))
    below = "log => log.scrollHeight - log.scrollTop - log.clientHeight"
    assert await page.get_by_test_id("log").evaluate(below) < 2


async def test_of_many_people_a_few_are_listed_and_the_others_found(
    world: World, open_chat: OpenChat
) -> None:
    world.telegram.crowd(5000, token=TOKEN)
    chat = await open_chat()
    page, people = chat.page, chat.page.get_by_test_id("persona")
    await expect(people).to_have_count(6)
    await expect(page.get_by_test_id("people-more")).to_have_text("and 4,995 more")
    await page.get_by_test_id("people-find").fill("reader 4999")
    await expect(people).to_have_count(1)
    await people.first.click()
    await expect(people.first.get_by_role("radio")).to_be_checked()
    await chat.ask("/help", "Here’s what you can ask me")
    await page.get_by_test_id("people-find").fill("")
    await expect(people.first).to_contain_text("Reader 4999")
    await page.get_by_test_id("people-find").fill("nobody of this name")
    await expect(page.get_by_test_id("people-more")).to_have_text("Nobody of that name or id.")


async def test_a_text_too_long_for_a_message_is_cut_as_telegrams_apps_cut_it(open_chat: OpenChat) -> None:
    chat = await open_chat(ADMIN, name="Ada")
    await chat.ask("/help", "Here’s what you can ask me")
    await chat.write("/broadcast " + "The ferry is late again. " * 200 + "Last words.")
    answer = await chat.hears("so Telegram cut your text in two")
    await expect(answer).to_contain_text("Shorten it")
    first, second = chat.page.locator(".bubble.out").nth(2), chat.page.locator(".bubble.out").nth(3)
    await expect(first).to_contain_text("/broadcast The ferry")
    await expect(second).to_contain_text("Last words.")
    await expect(second).not_to_contain_text("/broadcast")
