"""Groups: public pages only; what is locked or about one reader is opened in private."""

import pytest

from telegram_simulator import Bubble
from tests.world import World, data, labels, last, words

LOCKED = (
    "This section opens in a private chat with me: there anyone can read what’s free, and subscribers "
    "can read it all."
)
PRIVATE = "I only answer that in private: write to me in our chat."


async def test_a_group_reads_the_front_page_and_free_sections(world: World) -> None:
    ana, group = world.person(), world.group()
    (front,) = await world.answers(ana, "/latest", group)
    assert "Title of 2025-12-22" in front.text
    page = await world.tap(ana, "Top story", group=group)
    assert "The river rose in the night." in page.text
    assert page.message_id == front.message_id
    (again,) = await world.answers(ana, "/topstory@sim7000000001_bot", group)
    assert again.text == page.text


@pytest.mark.parametrize("command", ["/politics", "/section economy", "/start i_2025-12-15_economy"])
async def test_a_locked_section_is_opened_in_private(world: World, command: str) -> None:
    ana, group = world.person(), world.group()
    answer = (await world.answers(ana, command, group))[-1]
    assert answer.text == LOCKED
    assert labels(answer) == ["Open in private"]
    assert address(answer).startswith("https://t.me/sim7000000001_bot?start=i_2025-12-")


async def test_a_lock_tapped_in_a_group_leads_to_private(world: World) -> None:
    ana, group = world.person(), world.group()
    (front,) = await world.answers(ana, "/latest", group)
    assert await world.tap(ana, "🔒 Economy", group=group) == front
    (answer,) = group.alerts
    assert answer["url"] == "https://t.me/sim7000000001_bot?start=i_2025-12-22_economy"


async def test_someone_with_access_reads_no_more_in_a_group_than_anyone(world: World) -> None:
    ana, group = world.person(), world.group()
    await world.take_trial(ana)
    for command in ("/latest", "/politics", "/economy", "/search bread", "/section economy"):
        for answer in await world.answers(ana, command, group):
            assert "canary" not in answer.text
            assert not answer.protected
    await world.answers(ana, "/latest", group)
    for place in ("p:2025-12-22:economy:1", "op:2025-12-22:politics:2", "do:all:2025-12-22"):
        assert "canary" not in words(await world.tap(ana, data=place, group=group))


@pytest.mark.parametrize(
    ("code", "said"), [("en", "I keep your Telegram ID"), ("es", "Guardo tu ID de Telegram")]
)
async def test_privacy_is_answered_in_a_group_by_its_button_too(world: World, code: str, said: str) -> None:
    ana, group = world.person(language=code), world.group()
    await world.answers(ana, "/latest", group)
    answer = await world.tap(ana, data="do:privacy", group=group)
    assert said in answer.text


@pytest.mark.parametrize("command", ["trial", "account", "settings", "language", "stop"])
async def test_what_is_about_one_reader_is_said_in_private(world: World, command: str) -> None:
    (answer,) = await world.answers(world.person(), f"/{command}", world.group())
    assert answer.text == PRIVATE
    assert address(answer) == "https://t.me/sim7000000001_bot"


@pytest.mark.parametrize(
    "what", ["trial", "latest", "resume", "show:all", "set:language:es", "all:2025-12-22"]
)
async def test_what_is_about_one_reader_is_not_done_by_a_button_in_a_group(world: World, what: str) -> None:
    ana, group = world.person(), world.group()
    await world.answers(ana, "/latest", group)
    assert (await world.tap(ana, data=f"do:{what}", group=group)).text == PRIVATE
    assert "Read everything free for 7 days" in (await world.ask(ana, "/account")).text
    assert "Language: English" in (await world.ask(ana, "/settings")).text


async def test_people_in_a_group_talk_among_themselves(world: World) -> None:
    ana, group = world.person(), world.group()
    for text in ("Good morning!", "/unknown", "/latest@another_bot", "/topstory@another_bot", "/politics@x"):
        assert await world.answers(ana, text, group) == []
    (answer,) = await world.answers(ana, "/unknown@sim7000000001_bot", group)
    assert answer.text == "I don’t know that command. /help shows what you can ask me."


async def test_a_group_turns_the_archive_and_opens_what_is_found(world: World) -> None:
    ana, group = world.person(), world.group()
    await world.answers(ana, "/archive", group)
    front = await world.tap(ana, "Dec 15 · Title of 2025-12-15", group=group)
    assert "Title of 2025-12-15" in front.text
    (hits,) = await world.answers(ana, "/search boats", group)
    assert "River rises" in (await world.tap(ana, labels(hits)[0], group=group)).text


async def test_in_a_group_each_is_answered_in_the_language_of_her_phone(world: World) -> None:
    group = world.group()
    (english,) = await world.answers(world.person(), "/latest", group)
    (spanish,) = await world.answers(world.person(5_000_000_002, "es"), "/latest", group)
    assert "Title of" in english.text
    assert "Título del" in spanish.text


async def test_writing_in_a_group_makes_nobody_a_reader(world: World) -> None:
    ana, group = world.person(), world.group()
    for command in ("/start", "/latest", "/archive", "/search boats", "/help", "/settings"):
        await world.answers(ana, command, group)
    async with world.program.core.database.read() as session:
        assert (await session.exec_driver_sql("SELECT count(*) FROM readers")).scalar() == 0


async def test_help_in_a_group_lists_what_works_there(world: World) -> None:
    (answer,) = await world.answers(world.person(), "/help", world.group())
    assert "/latest:" in answer.text
    assert "/settings:" not in answer.text


async def test_pages_in_a_group_are_classic_whatever_a_reader_chose(world: World) -> None:
    ana, group = world.person(), world.group()
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:rendering:rich")
    (front,) = await world.answers(ana, "/latest", group)
    assert front.rich is None
    assert data(last(group))["Top story: River rises"] == "p:2025-12-22:topstory:1"


async def test_the_trial_tapped_in_a_group_leads_to_its_issue_in_private(world: World) -> None:
    ana, group = world.person(), world.group()
    await world.answers(ana, "/archive", group)
    await world.tap(ana, "Dec 15 · Title of 2025-12-15", group=group)
    answer = await world.tap(ana, "Read free for 7 days", group=group)
    assert answer.text == PRIVATE
    link = "https://t.me/sim7000000001_bot?start="
    assert address(answer) == f"{link}i_2025-12-15"
    front = await world.ask(ana, f"/start {address(answer).removeprefix(link)}")
    assert "Title of 2025-12-15" in front.text
    assert "Read free for 7 days" in labels(front)


def address(bubble: Bubble) -> str:
    return str(bubble.buttons[0][0]["url"])
