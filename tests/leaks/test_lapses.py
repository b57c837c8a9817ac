"""What holds where access, or the paywall, changes while a page is made, sent, or already there."""

import json

import pytest

from telegram_simulator import TooMany
from tests.leaks.aviary import Aviary, shown_text
from tests.leaks.canaries import CURRENT, found
from tests.waiting import until
from tests.world import ENGLISH, World, labels, since

CANARY = "canaryeconomy"


async def test_a_page_asked_for_in_time_comes_protected_though_access_ends_before_it_leaves(
    world: World,
) -> None:
    ana = world.person()
    await world.subscribe(ana, 1)
    world.telegram.faults.add(method="sendMessage", chat_id=ana.id, kind=TooMany(retry_after=1))
    asked = ana.writes("/economy")
    await until(lambda: any(row.error and row.chat_id == ana.id for row in world.telegram.ledger))
    world.later(days=2)
    await world.wait_until_idle()
    (page,) = since(ana, asked.message_id)
    assert CANARY in page.text
    assert page.protected
    assert CANARY not in (await world.ask(ana, "/economy")).text


async def test_a_page_that_a_cooldown_keeps_back_for_minutes_never_leaves_as_it_was_made(
    world: World,
) -> None:
    ana = world.person()
    await world.subscribe(ana, 1)
    world.telegram.faults.add(method="sendMessage", chat_id=ana.id, kind=TooMany(retry_after=600))
    ana.writes("/economy")
    await until(lambda: any(row.error and row.chat_id == ana.id for row in world.telegram.ledger))
    world.later(days=2)
    ana.writes("/economy")
    await world.wait_until_idle()
    tried = [row for row in world.telegram.ledger if CANARY in json.dumps(dict(row.payload))]
    assert [bool(row.error) for row in tried] == [True]


async def test_a_paid_page_is_never_forwarded_or_copied_also_when_access_has_ended(world: World) -> None:
    ana = world.person()
    await world.subscribe(ana, 1)
    page = await world.ask(ana, "/economy")
    other = world.person(5_000_000_009)
    await world.ask(other, "/start")
    for hours in (1, 48):
        world.later(hours=hours)
        for method in ("forwardMessage", "copyMessage"):
            with pytest.raises(AssertionError, match="can't be"):
                await world.call(method, chat_id=other.id, from_chat_id=ana.id, message_id=page.message_id)
    assert not any(CANARY in shown_text(bubble) for _kind, bubble in other.history)


async def test_a_free_page_never_turns_into_paid_text_without_protection(world: World) -> None:
    ana = world.person()
    page = await world.ask(ana, "/economy")
    await world.subscribe(ana, 1)
    paid = await world.tap(ana, data=f"p:{CURRENT}:economy:1", on=page)
    assert CANARY in paid.text
    assert (paid.protected, paid.message_id > page.message_id) == (True, True)


async def test_one_paid_word_protects_all_pages_of_its_section(aviary: Aviary) -> None:
    world, ana = aviary.world, aviary.person(1)
    await world.take_trial(ana)
    page = await world.ask(ana, "/politics")
    assert "Free item" in page.text
    assert page.protected
    free = await world.ask(ana, "/topstory")
    assert not free.protected


async def test_places_of_pages_with_access_lead_to_none_but_free_words_once_it_has_ended(
    aviary: Aviary,
) -> None:
    world, ana = aviary.world, aviary.person(1)
    await world.take_trial(ana)
    places = [
        f"p:{CURRENT}:{section}:{number}" for section in ("politics", "economy") for number in (1, 9999)
    ]
    for command in ("/politics", "/economy"):
        page = await world.ask(ana, command)
        while on := [label for label in labels(page) if label.endswith("▶")]:
            page = await world.tap(ana, on[0])
            places += [
                place for row in page.buttons for button in row if (place := button.get("callback_data"))
            ]
    assert found(shown_text(page))
    world.later(days=8)
    for place in places:
        answer = await world.tap(ana, data=place, on=page)
        assert found(shown_text(answer)) == set(), place


async def test_no_button_of_a_way_on_opens_anything_once_access_has_ended(aviary: Aviary) -> None:
    world, ana = aviary.world, aviary.person(1)
    locked = await world.ask(ana, "/economy")
    await world.tap(ana, data="do:trial")
    paid = await world.ask(ana, "/economy")
    assert found(shown_text(paid))
    world.later(days=8)
    later = await world.ask(ana, "/economy")
    before = len(ana.history)
    for message in (locked, paid, later):
        for button in ("do:trial", "do:onward"):
            await world.tap(ana, data=button, on=message)
    answers = [shown_text(seen) for _kind, seen in ana.history[before:]]
    assert len(answers) >= 6  # each was answered
    assert [text for text in answers if found(text)] == []


async def test_a_paywall_that_moves_up_closes_search_at_once_and_leaves_what_stands_in_the_chat(
    world: World,
) -> None:
    ana = world.person()
    page = await world.ask(ana, "/topstory")
    assert "moved their boats" in page.text
    wall = "<!-- paywall -->\n\n"
    closed = ENGLISH.replace(wall, "").replace("The river rose", f"{wall}The river rose")
    for day in ("2025-12-08", "2025-12-15", "2025-12-22"):
        world.write(day, closed.format(date=day))
    await world.reload()
    for words in ("boats", "boat", "river rose", "moved their boats"):
        assert (await world.ask(ana, f"/search {words}")).text.startswith("I found nothing"), words
    assert "moved their boats" not in (await world.ask(ana, "/topstory")).text
    assert "moved their boats" not in (await world.web(f"/i/{CURRENT}/en")).text
    assert page in ana.sees  # what was sent is hers


@pytest.mark.parametrize(
    "line",
    [
        "`<!-- paywall -->`",
        "## PAYWALL",
        "-- paywal --",
        "PAYWALL HERE",
        "--- MURO DE PAGO ---",
        "[//]: # (paywall)",
        "[comment]: <> (paywall)",
        '<hr class="paywall">',
        "[paywall]x[/paywall]",
    ],
)
async def test_what_only_looks_like_the_paywall_opens_nothing_of_what_stands_below_it(
    world: World, line: str
) -> None:
    ana = world.person()
    first = ENGLISH.format(date=CURRENT)
    slipped = first.replace("<!-- paywall -->", line) + "\n<!-- paywall -->\n\nThe end.\n"
    world.write(CURRENT, slipped)
    await world.reload()
    for asked in ("/politics", "/economy", f"/search {CANARY}", "/search canarypolitics"):
        answer = await world.ask(ana, asked)
        assert not any(word in shown_text(answer) for word in ("bill passed", "Bread")), asked
    assert "bill passed" not in (await world.web(f"/i/{CURRENT}/en")).text


async def test_a_paywall_that_moves_up_in_one_language_closes_the_other_too(aviary: Aviary) -> None:
    world, ana = aviary.world, aviary.person(1)
    spanish = (world.content / CURRENT / "es.md").read_text(encoding="utf-8")
    wall = "<!-- paywall -->"
    moved = spanish.replace(f"    {wall}\n", "").replace("# Politics", f"{wall}\n\n# Politics")
    world.write(CURRENT, moved, "es")
    await world.reload()
    assert "Free item" not in (await world.ask(ana, "/politics")).text
    answer = await world.ask(ana, "/search free item")
    assert answer.text.startswith("I found nothing")
    assert found(shown_text(answer)) == set()
