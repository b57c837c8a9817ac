"""Rich pages: the cover, "Read it all", and falling back to classic ones."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from telegram_simulator import CutBody, Fault, Latency, LedgerRow, Person, ResetAfter, Status
from tests.databases import on_sqlite
from tests.world import World, labels, last, since, words, write_cover

UNKNOWN_METHOD = Status(404, "Not Found")
REFUSAL = "CREATE TRIGGER full BEFORE INSERT ON uploads BEGIN SELECT RAISE(ABORT, 'full'); END"
INVALID = Status(400, "Bad Request: RICH_MESSAGE_BLOCKS_INVALID")


@pytest.fixture
async def covered(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The newest issue has a cover."""
    write_cover(content, "2025-12-22")
    async with World(content, data_folder) as running:
        yield running


async def rich(world: World, number: int = 5_000_000_001, language: str = "en") -> Person:
    """Return a reader who chose rich pages."""
    person = world.person(number, language)
    await world.ask(person, "/settings")
    await world.tap(person, data="do:set:rendering:rich")
    return person


def sent(world: World, person: Person) -> list[LedgerRow]:
    """Return the calls that send a message to this person, also those that were refused."""
    rows = world.telegram.ledger.of(chat_id=person.id)
    return [row for row in rows if row.method in ("sendMessage", "sendRichMessage")]


def uploads(world: World) -> list[Any]:
    """Return what each rich page with a cover gave as its picture."""
    payloads = [row.payload.get("rich_message") or {} for row in world.telegram.ledger]
    return [media["media"]["media"] for payload in payloads for media in payload.get("media", ())]


async def test_the_front_page_is_one_rich_message_with_its_cover(covered: World) -> None:
    ana = await rich(covered)
    front = await covered.ask(ana, "/latest")
    assert front.rich is not None
    assert "Title of 2025-12-22" in front.text
    assert "tg://photo?id=cover" in front.rich
    assert list(front.media) == ["cover"]
    assert "Read the free part" in labels(front)


async def test_the_cover_is_uploaded_once_and_then_known_by_its_file_id(covered: World) -> None:
    ana, ben = await rich(covered), await rich(covered, 5_000_000_002)
    await covered.ask(ana, "/latest")
    await covered.ask(ben, "/latest")
    await covered.restart()
    await covered.ask(ana, "/latest")
    first, *others = uploads(covered)
    assert first == "attach://cover"
    assert len(others) == 2
    assert len(set(others)) == 1
    assert not others[0].startswith("attach://")


async def test_a_file_id_that_telegram_forgot_is_replaced(covered: World) -> None:
    ana = await rich(covered)
    await covered.ask(ana, "/latest")
    async with covered.program.core.database.write() as session:
        await session.exec_driver_sql("UPDATE uploads SET file_id = 'forgotten'")
    front = await covered.ask(ana, "/latest")
    assert front.rich is not None
    await covered.ask(ana, "/latest")
    _first, forgotten, again, known = uploads(covered)
    assert (forgotten, again) == ("forgotten", "attach://cover")
    assert known not in ("forgotten", "attach://cover")


@on_sqlite
async def test_a_cover_whose_file_id_cannot_be_stored_is_answered_once_all_the_same(covered: World) -> None:
    ana = await rich(covered)
    async with covered.program.core.database.write() as session:
        await session.exec_driver_sql(REFUSAL)
    front = await covered.ask(ana, "/latest")
    assert list(front.media) == ["cover"]
    assert uploads(covered) == ["attach://cover"]
    assert since(ana, front.message_id) == []


async def test_a_new_cover_is_uploaded_anew(covered: World) -> None:
    ana = await rich(covered)
    await covered.ask(ana, "/latest")
    picture = covered.content / "2025-12-22" / "cover.png"
    picture.write_bytes(picture.read_bytes() + b"\0")
    await covered.reload()
    await covered.ask(ana, "/latest")
    assert uploads(covered) == ["attach://cover", "attach://cover"]


async def test_rich_pages_turn_in_place_and_back_to_the_cover(covered: World) -> None:
    ana = await rich(covered)
    front = await covered.ask(ana, "/latest")
    page = await covered.tap(ana, "Top story")
    assert page.message_id == front.message_id
    assert page.rich is not None
    back = await covered.tap(ana, "☰ Contents")
    assert back.message_id == front.message_id
    assert list(back.media) == ["cover"]


async def test_read_it_all_is_one_message_as_far_as_the_reader_may_read(covered: World) -> None:
    ana = await rich(covered)
    front = await covered.ask(ana, "/latest")
    whole = await covered.tap(ana, "Read the free part")
    assert whole.message_id == front.message_id + 1
    assert "The river rose in the night." in whole.text
    assert "The senate met on Monday." in whole.text
    assert "canary" not in whole.text
    assert not whole.protected
    assert "🔒" in whole.text
    await covered.take_trial(ana)
    await covered.ask(ana, "/latest")
    full = await covered.tap(ana, "Read it all")
    assert {"canarypolitics", "canaryeconomy"} <= set(full.text.replace(".", " ").split())
    assert full.protected
    assert "🔒" not in words(full)


async def test_a_server_without_rich_messages_gets_classic_ones_until_the_next_start(covered: World) -> None:
    ana, ben = await rich(covered), await rich(covered, 5_000_000_002)
    covered.telegram.faults.add(method="sendRichMessage", times=None, kind=UNKNOWN_METHOD)
    front = await covered.ask(ana, "/latest")
    assert front.rich is None
    assert "Title of 2025-12-22" in front.text
    for command in ("/topstory", "/latest"):
        assert (await covered.ask(ben, command)).rich is None
    assert len(covered.telegram.ledger.of(method="sendRichMessage")) == 1
    covered.telegram.faults.clear()
    assert (await covered.ask(ana, "/latest")).rich is None
    await covered.restart()
    assert (await covered.ask(ana, "/latest")).rich is not None


async def test_a_page_that_is_refused_is_classic_for_this_revision_and_the_others_stay_rich(
    covered: World,
) -> None:
    ana, ben = await rich(covered), await rich(covered, 5_000_000_002)
    covered.telegram.faults.add(method="sendRichMessage", kind=INVALID)
    page = await covered.ask(ana, "/politics")
    assert page.rich is None
    assert "The senate met on Monday." in page.text
    assert (await covered.ask(ben, "/politics")).rich is None
    assert len(covered.telegram.ledger.of(method="sendRichMessage")) == 1
    assert (await covered.ask(ana, "/topstory")).rich is not None
    file = covered.content / "2025-12-22" / "en.md"
    file.write_text(file.read_text().replace("met on Monday", "met on Tuesday"))
    await covered.reload()
    mended = await covered.ask(ana, "/politics")
    assert mended.rich is not None
    assert "met on Tuesday" in mended.text


@pytest.mark.parametrize("words", ["PEER_ID_INVALID", "SOMETHING_NEW_ABOUT_HER"])
async def test_what_is_said_of_one_reader_turns_nobodys_page_into_a_classic_one(
    covered: World, words: str
) -> None:
    ana, ben = await rich(covered), await rich(covered, 5_000_000_002)
    fault = Status(400, f"Bad Request: {words}")
    covered.telegram.faults.add(method="sendRichMessage", chat_id=ana.id, kind=fault)
    await covered.ask(ana, "/politics")
    assert not [row for row in sent(covered, ana) if "senate met" in row.payload.get("text", "")]
    assert (await covered.ask(ben, "/politics")).rich is not None


async def test_an_edit_that_is_refused_falls_back_in_the_same_message(covered: World) -> None:
    ana = await rich(covered)
    front = await covered.ask(ana, "/latest")
    covered.telegram.faults.add(method="editMessageText", kind=INVALID)
    page = await covered.tap(ana, "Top story")
    assert page.message_id == front.message_id
    assert page.rich is None
    assert "The river rose in the night." in page.text
    assert len(since(ana, front.message_id)) == 0


@pytest.mark.parametrize(
    "fault",
    [ResetAfter(), CutBody(), Latency(2.2), Status(502, "Bad Gateway", effect=True)],
    ids=["reset", "cut", "timeout", "bad gateway"],
)
async def test_an_answer_that_is_lost_never_falls_back(
    content: Path, data_folder: Path, fault: Fault
) -> None:
    write_cover(content, "2025-12-22")
    async with World(content, data_folder, deadline=2.0) as world:
        ana = await rich(world)
        before = len(sent(world, ana))
        world.telegram.faults.add(method="sendRichMessage", chat_id=ana.id, kind=fault)
        await world.ask(ana, "/topstory")
        assert [row.method for row in sent(world, ana)[before:]] == ["sendRichMessage"] * 2  # once more
        assert (await world.ask(ana, "/topstory")).rich is not None


async def test_a_classic_page_that_may_not_replace_a_rich_one_comes_anew_and_the_old_one_goes(
    covered: World,
) -> None:
    ana = await rich(covered)
    front = await covered.ask(ana, "/latest")
    await covered.ask(ana, "/settings")
    await covered.tap(ana, data="do:set:rendering:classic")
    refused = Status(400, "Bad Request: message can't be edited into another kind")
    covered.telegram.faults.add(method="editMessageText", kind=refused)
    page = await covered.tap(ana, "Top story", on=front)
    assert page.message_id > front.message_id
    assert page.rich is None
    assert front.message_id not in [bubble.message_id for bubble in ana.sees]


async def test_an_issue_too_long_for_one_message_comes_in_as_few_as_the_limits_allow(covered: World) -> None:
    covered.write("2025-12-22", LONG)
    await covered.reload()
    ana = await rich(covered)
    front = await covered.ask(ana, "/latest")
    await covered.tap(ana, "Read it all")
    assert [bubble.rich is not None for bubble in since(ana, front.message_id)] == [True, True]
    assert "lastword" in last(ana).text


async def test_read_it_all_that_is_refused_is_answered_with_one_classic_front_page(covered: World) -> None:
    covered.write("2025-12-22", LONG)
    await covered.reload()
    ana = await rich(covered)
    front = await covered.ask(ana, "/latest")
    covered.telegram.faults.add(method="sendRichMessage", times=None, kind=INVALID)
    await covered.tap(ana, "Read it all")
    assert [bubble.rich for bubble in since(ana, front.message_id)] == [None]
    assert "Title of 2025-12-22" in last(ana).text


async def test_classic_readers_have_no_button_to_read_it_all_and_a_forged_one_gives_no_more(
    covered: World,
) -> None:
    ana = covered.person()
    front = await covered.ask(ana, "/latest")
    assert "Read it all" not in labels(front)
    await covered.tap(ana, data="do:all:2025-12-22")
    assert not any("canary" in bubble.text for bubble in ana.sees)


LONG = (
    """\
---
title: Title of {date}
audience: everyone
---

# Top story: A long story {#topstory}

"""
    + "The boats lay in the harbour and waited for the water to fall.\n\n" * 600
    + """
lastword
"""
)
