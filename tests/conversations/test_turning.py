"""Turning pages in place, and when a page needs a message of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from telegram_simulator import Latency, Status
from tests.world import World, data, labels, last, since

SENTENCE = "The boats lay in the harbour and waited for the water to fall. "
LONG = f"""\
---
title: A long issue
---

# Top story: A long story {{#topstory}}

freefirst {SENTENCE * 60}

freelast {SENTENCE * 60}

<!-- paywall -->

canaryfirst {SENTENCE * 60}

canarylast {SENTENCE * 60}

# Politics: Senate sits {{#politics}}

canarypolitics
"""


@pytest.fixture
async def long(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The newest issue's top story has two free pages and two paid ones."""
    (content / "2025-12-22" / "es.md").unlink()
    (content / "2025-12-22" / "en.md").write_text(LONG, encoding="utf-8")
    async with World(content, data_folder) as running:
        yield running


async def test_a_page_is_turned_in_place_forth_and_back(long: World) -> None:
    ana = long.person()
    front = await long.ask(ana, "/latest")
    first = await long.tap(ana, "🔒 Top story")
    assert "1/2" in first.text
    assert labels(first) == ["◀", "☰ Contents", "🔒 2/2 ▶", "Share"]
    second = await long.tap(ana, "🔒 2/2 ▶")
    assert "freelast" in second.text
    assert "🔒 The rest of this section is for subscribers." in second.text
    assert (await long.tap(ana, "◀")).text == first.text
    assert (await long.tap(ana, "☰ Contents")).text == front.text
    assert [bubble.message_id for bubble in since(ana, 0)] == [front.message_id]


async def test_a_section_with_paid_text_is_read_in_one_protected_message(long: World) -> None:
    ana = long.person()
    await long.take_trial(ana)
    first = await long.ask(ana, "/topstory")
    assert "freefirst" in first.text
    assert first.protected
    for sign, word in (("2/4 ▶", "freelast"), ("3/4 ▶", "canaryfirst"), ("4/4 ▶", "canarylast")):
        page = await long.tap(ana, sign)
        assert word in page.text
        assert page.message_id == first.message_id


async def test_from_the_front_page_a_paid_one_comes_in_a_protected_message_of_its_own(long: World) -> None:
    ana = long.person()
    await long.take_trial(ana)
    front = await long.ask(ana, "/latest")
    assert not front.protected
    first = await long.tap(ana, "Top story")
    assert first.message_id > front.message_id
    assert first.protected
    assert front in ana.sees


async def test_access_given_meanwhile_opens_what_she_has_not_seen_yet(long: World) -> None:
    ana = long.person()
    await long.ask(ana, "/topstory")
    locked = await long.tap(ana, "🔒 2/2 ▶")
    await long.subscribe(ana, 30)
    page = await long.tap(ana, "Read free for 7 days", on=locked)
    assert "canaryfirst" in page.text
    assert page.protected


async def test_a_button_from_before_access_leads_to_the_line_it_was_made_for(
    content: Path, data_folder: Path
) -> None:
    items = [f"- item{number:02} {SENTENCE * 4}" for number in range(14)]
    walled = "\n".join([*items[:8], "", "<!-- paywall -->", "", *items[8:]])
    text = f"---\ntitle: A list\n---\n\n# Top: Items {{#topstory}}\n\n{walled}\n"
    (content / "2025-12-22" / "es.md").unlink()
    (content / "2025-12-22" / "en.md").write_text(text, encoding="utf-8")
    async with World(content, data_folder) as world:
        ana = world.person()
        first = await world.ask(ana, "/topstory")
        assert "item03" in first.text
        assert "item04" not in first.text
        await world.subscribe(ana, 30)
        page = await world.tap(ana, "🔒 2/2 ▶", on=first)
        assert page.protected
        assert "item04" in page.text


async def test_inside_a_protected_message_pages_turn_in_place(long: World) -> None:
    ana = long.person()
    await long.take_trial(ana)
    paid = await long.ask(ana, "/politics")
    assert paid.protected
    fourth = await long.tap(ana, "◀")
    assert "canarylast" in fourth.text
    third = await long.tap(ana, "◀")
    second = await long.tap(ana, "◀")
    assert "freelast" in second.text
    assert "canary" not in second.text
    assert "canaryfirst" in (await long.tap(ana, "3/4 ▶")).text
    assert {bubble.message_id for bubble in (paid, fourth, third, second, last(ana))} == {paid.message_id}
    assert last(ana).protected


async def test_a_paid_page_that_stands_turns_to_the_lock_once_access_is_over(long: World) -> None:
    ana = long.person()
    await long.take_trial(ana)
    paid = await long.ask(ana, "/politics")
    long.later(days=8)
    turned = await long.tap(ana, "◀")
    assert turned.message_id == paid.message_id
    assert "canary" not in turned.text
    assert "🔒" in turned.text


async def test_a_page_number_out_of_range_is_brought_into_it(long: World) -> None:
    ana = long.person()
    await long.ask(ana, "/latest")
    for number in ("3", "4", "9999"):
        page = await long.tap(ana, data=f"p:2025-12-22:topstory:{number}")
        assert "freelast" in page.text
        assert "canary" not in page.text
    assert "freefirst" in (await long.tap(ana, data="p:2025-12-22:topstory:0")).text


async def test_the_trial_at_the_end_of_several_pages_leads_to_the_first_paid_one(long: World) -> None:
    ana = long.person()
    await long.ask(ana, "/topstory")
    await long.tap(ana, "🔒 2/2 ▶")
    page = await long.tap(ana, "Read free for 7 days")
    assert "canaryfirst" in page.text
    assert "3/4" in page.text


async def test_a_second_tap_on_the_same_button_is_quiet(long: World) -> None:
    ana = long.person()
    front = await long.ask(ana, "/latest")
    for _ in range(3):
        ana.taps(front.message_id, data="p:2025-12-22:politics:1")
    await long.wait_until_idle()
    assert [bubble.message_id for bubble in since(ana, 0)] == [front.message_id]
    assert [answer["text"] for answer in ana.alerts] == ["", "", ""]
    refused = [row for row in long.telegram.ledger if row.method == "editMessageText" and row.error]
    assert len(refused) == 2


async def test_a_tap_answered_too_late_is_quiet(long: World) -> None:
    ana = long.person()
    front = await long.ask(ana, "/latest")
    stale = Status(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    long.telegram.faults.add(method="answerCallbackQuery", kind=stale)
    page = await long.tap(ana, "🔒 Politics")
    assert page.message_id == front.message_id
    assert "Senate sits" in page.text
    assert len(since(ana, 0)) == 1


async def test_a_message_that_the_reader_deleted_comes_anew(long: World) -> None:
    ana = long.person()
    front = await long.ask(ana, "/latest")
    await long.call("deleteMessage", chat_id=ana.id, message_id=front.message_id)
    ana.taps(front.message_id, data="p:2025-12-22:topstory:1")
    await long.wait_until_idle()
    assert "freefirst" in last(ana).text


async def test_a_page_opened_anew_leaves_the_old_one_standing(long: World) -> None:
    ana = long.person()
    front = await long.ask(ana, "/latest")
    page = await long.tap(ana, data="op:2025-12-22:topstory:1")
    assert page.message_id > front.message_id
    assert front in ana.sees


async def test_every_page_carries_share_and_a_way_back(long: World) -> None:
    ana = long.person()
    await long.take_trial(ana)
    for place in ("topstory:1", "topstory:2", "topstory:3", "topstory:4", "politics:1"):
        page = await long.tap(ana, data=f"op:2025-12-22:{place}")
        assert {"Share", "☰ Contents"} <= set(labels(page))
        assert data(page)["☰ Contents"] == "p:2025-12-22::1"


async def test_a_slow_answer_to_one_turn_leaves_the_order_of_the_next(long: World) -> None:
    ana = long.person()
    front = await long.ask(ana, "/latest")
    long.telegram.faults.add(method="editMessageText", chat_id=ana.id, kind=Latency(0.1))
    ana.taps(front.message_id, data="p:2025-12-22:topstory:1")
    ana.taps(front.message_id, data="p:2025-12-22:topstory:2")
    await long.wait_until_idle()
    turned = ["freelast" in bubble.text for kind, bubble in ana.history if kind == "edit"]
    assert turned == [False, True]


CARDS = """\
---
title: With cards
---

# Top: Older stories {#topstory}

> [!story] The older one · Ann · DATE

> [!story] [The linked one](https://example.org/x) · Ann · DATE

> [!story] The lost one · Ann · March 3, 2024

> [!story] The coming one · Ann · January 5, 2026

<!-- paywall -->

canarycards
"""


@pytest.mark.parametrize(
    ("language", "written"), [("en", "December 15, 2025"), ("es", "15 de diciembre de 2025")]
)
async def test_a_story_card_with_a_date_that_we_have_opens_that_issue(
    content: Path, data_folder: Path, language: str, written: str
) -> None:
    for name in ("en", "es"):
        for day in ("2025-12-22", "2026-01-05"):
            (content / day).mkdir(exist_ok=True)
            (content / day / f"{name}.md").write_text(CARDS.replace("DATE", written), encoding="utf-8")
    async with World(content, data_folder) as world:
        ana = world.person(language=language)
        page = await world.ask(ana, "/topstory")
        assert [label for label in labels(page) if label.startswith("▸")] == ["▸ The older one"]
        assert "https://example.org/x" in str(page.html)
        issue = await world.tap(ana, "▸ The older one", on=page)
        assert "2025-12-15" in issue.text
        assert page in ana.sees
