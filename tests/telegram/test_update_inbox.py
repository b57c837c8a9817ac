"""Updates: kept once, handled once, in order, and none stops the bot (fault rows 6 and 7)."""

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.db.engine.session import Database
from bot.db.updates import inbox
from bot.services.updates.ownership import ENOUGH, USERS
from bot.telegram.api.update_context import current
from tests.telegram.inboxes import PATIENCE, Counting, update, update_inbox
from tests.waiting import until
from tests.world import TOKEN, World, last

DATA = Path(__file__).parents[1] / "data"
SENT = {
    "message_id": 7001,
    "date": 1795969000,
    "from": {"id": 6_000_000_001, "is_bot": False, "first_name": "Ben", "language_code": "en"},
}
CHATS: tuple[dict[str, Any], ...] = (
    {"id": 6_000_000_001, "type": "private", "first_name": "Ben"},
    {"id": -1001111111111, "type": "supergroup", "title": "Readers", "is_forum": True},
)
COPIES = int(os.environ.get("BRIEFING_COPIES", "10"))
NUMBER = int(os.environ.get("BRIEFING_UPDATES", "60"))


@pytest.fixture
async def database(database_url: str) -> Any:
    opened = Database(database_url)
    yield opened
    await opened.close()


async def test_the_same_update_many_times_at_once_and_out_of_order_is_handled_once(
    database: Database,
) -> None:
    counting = Counting()
    taking = update_inbox(database, counting.handle)
    batches = [[update(number, person=number % 7)] for number in range(NUMBER) for _ in range(COPIES)]
    random.Random(7).shuffle(batches)  # noqa: S311  # any order will do
    await asyncio.gather(*(taking.take(batch) for batch in batches))
    await taking.wait_until_handled()
    assert sorted(counting.seen) == list(range(NUMBER))


async def test_one_reader_is_handled_in_order_while_another_does_not_wait(database: Database) -> None:
    seen: list[int] = []
    gate, third = asyncio.Event(), asyncio.Event()

    async def handle(raw: dict[str, Any], *, last: bool) -> str | None:
        if raw["update_id"] == 1:
            await gate.wait()
        seen.append(raw["update_id"])
        if raw["update_id"] == 3:
            third.set()
        return None

    taking = update_inbox(database, handle)
    await taking.take([update(1, person=1), update(2, person=1), update(3, person=2)])
    await third.wait()
    gate.set()
    await taking.wait_until_handled()
    assert seen == [3, 1, 2]


async def test_what_three_hundred_do_who_get_no_answers_is_done_soon(
    database: Database,
) -> None:
    done = Counter[int]()

    async def handle(raw: dict[str, Any], *, last: bool) -> None:  # it never fails
        current().began_silence = True
        done[raw["message"]["from"]["id"]] += 1

    taking, users = update_inbox(database, handle), range(1, 301)
    for turn in range(3):
        await taking.take(update(1_000 * turn + sender, sender) for sender in users)
    async with asyncio.timeout(PATIENCE):  # a pause for each of them would take minutes
        await taking.wait_until_handled()
    assert done == dict.fromkeys(users, 3)


async def test_a_crowd_that_is_larger_than_memory_waits_in_the_inbox_in_order(database: Database) -> None:
    """Every one of them writes twice; the second time there may be room already."""
    seen: dict[int, list[int]] = {}
    most = 0
    gate = asyncio.Event()

    async def handle(raw: dict[str, Any], *, last: bool) -> str | None:
        nonlocal most
        await gate.wait()
        most = max(most, len(taking.queues))
        seen.setdefault(raw["message"]["from"]["id"], []).append(raw["update_id"])
        return None

    taking = update_inbox(database, handle, sweep_seconds=60.0)  # who waits is taken on once there is room
    await taking.resume()
    crowd = range(1, ENOUGH + 301)
    await taking.take([update(person, person=person) for person in crowd])
    assert len(taking.queues) == ENOUGH
    gate.set()
    await taking.take([update(10_000 + person, person=person) for person in crowd])
    async with asyncio.timeout(30):
        await taking.wait_until_handled()
    await taking.stop()
    assert most <= ENOUGH + USERS
    assert seen == {person: [person, 10_000 + person] for person in crowd}


async def test_one_who_was_left_in_the_inbox_and_writes_again_is_handled_in_order(database: Database) -> None:
    counting, gate = Counting(), asyncio.Event()

    async def handle(raw: dict[str, Any], *, last: bool) -> str | None:
        await gate.wait()
        return await counting.handle(raw, last=last)

    taking = update_inbox(database, handle)  # nobody looks after those who were left
    ana = ENOUGH + 1
    await taking.take([update(person, person=person) for person in range(1, ana + 1)])
    gate.set()
    await until(lambda: not taking.queues)
    assert ana not in counting.seen
    await taking.take([update(10_000, person=ana)])
    await until(lambda: not taking.queues)
    assert counting.seen[-2:] == [ana, 10_000]


async def test_ids_that_start_anew_after_a_quiet_week_are_handled(database: Database) -> None:
    counting = Counting()
    taking = update_inbox(database, counting.handle)
    await taking.take([update(900_000_000)])
    await taking.take([update(17)])
    await taking.wait_until_handled()
    assert counting.seen == [900_000_000, 17]


async def test_what_was_kept_but_not_handled_before_a_crash_is_handled_after_it(database: Database) -> None:
    async with database.write() as session:
        rows = [inbox.Received(number, json.dumps(update(number)), number) for number in (1, 2, 3)]
        await inbox.store(session, rows, SystemClock().now())
        await inbox.mark_handled(session, [inbox.Closed(1, None)], SystemClock().now())
    counting = Counting()
    taking = update_inbox(database, counting.handle)
    await taking.resume()
    await taking.wait_until_handled()
    assert counting.seen == [2, 3]


async def test_an_update_that_cannot_be_parsed_is_kept_and_the_next_one_is_handled(world: World) -> None:
    ana = world.person()
    world.telegram.pushes(TOKEN, {"message": {"message_id": "no number", "chat": []}})
    answer = await world.ask(ana, "/latest")
    assert "Title of 2025-12-22" in answer.text
    async with world.program.core.database.read() as session:
        failed = await inbox.failures(session)
    assert [json.loads(failure.body)["message"]["message_id"] for failure in failed] == ["no number"]


async def test_a_handler_that_raises_costs_one_apology_and_the_next_update_is_handled(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE readers RENAME TO hidden")
    before = len(ana.sees)
    await world.ask(ana, "/latest")
    apologies = [bubble for bubble in ana.sees[before:] if bubble.from_bot]
    assert [bubble.text for bubble in apologies] == [
        "Something went wrong on my side. I’ve logged it; please try again in a moment."
    ]
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE hidden RENAME TO readers")
    assert "Title of 2025-12-22" in (await world.ask(ana, "/latest")).text


def every_kind() -> Iterator[dict[str, Any]]:
    """Yield every kind of update and of message that Telegram documents, and some that it never sends."""
    messages = json.loads((DATA / "telegram/messages.json").read_text(encoding="utf-8"))
    for content in messages.values():
        yield from ({"message": {**SENT, "chat": chat, **content}} for chat in CHATS)
    yield from json.loads((DATA / "telegram/updates.json").read_text(encoding="utf-8")).values()
    for file in sorted((DATA / "field").glob("*.json")):
        sample = json.loads(file.read_text(encoding="utf-8"))
        yield from sample if isinstance(sample, list) else [sample]


async def test_no_kind_of_update_stops_the_bot(world: World) -> None:
    ana = world.person(name="Last")
    updates = list(every_kind())
    for number, raw in enumerate(updates, 1):
        world.telegram.pushes(TOKEN, {**raw, "update_id": 50_000 + number})
    answer = await world.ask(ana, "/latest")
    assert len(updates) > 250
    assert "Title of 2025-12-22" in answer.text
    assert last(ana) == answer


async def test_a_checkout_is_refused_in_words_before_it_is_stored(world: World) -> None:
    query = {
        "id": "77",
        "from": {"id": 5_000_000_001, "is_bot": False, "first_name": "Ana", "language_code": "es"},
        "currency": "XTR",
        "total_amount": 1,
        "invoice_payload": "x",
    }
    world.telegram.pushes(TOKEN, {"pre_checkout_query": query})
    await world.wait_until_idle()
    (row,) = [row for row in world.telegram.ledger if row.method == "answerPreCheckoutQuery"]
    assert row.payload["ok"] in (False, "false")
    assert "no se te cobró nada" in row.payload["error_message"]
