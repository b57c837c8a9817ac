"""Polling goes on whatever Telegram answers, and asks for nothing while it was told to wait."""

import asyncio
from typing import Any

import pytest

from bot.services.updates.conflicts import ConflictKind, UpdateConflicts
from bot.telegram.updates.conflicts import ConflictPolicy
from bot.telegram.updates.polling import Polling
from telegram_simulator import Fault, OkFalse, ResetBefore, Rubbish, Says, Status, TooMany
from tests.databases import on_sqlite
from tests.waiting import until
from tests.world import TOKEN, World, last

FROM = {"id": 5_000_000_001, "is_bot": False, "first_name": "Ana", "language_code": "es"}


@pytest.mark.parametrize(
    "fault",
    [
        Rubbish(),
        OkFalse(),
        ResetBefore(),
        Status(502, "Bad Gateway"),
        Status(409, "Conflict"),
        Says("[]"),
        Says('"ok"'),
        Says('{"ok":true}'),
    ],
    ids=repr,
)
async def test_polling_goes_on_after_a_fault(world: World, fault: Fault) -> None:
    world.telegram.faults.add(method="getUpdates", times=2, kind=fault)
    assert "Title of 2025-12-22" in (await world.ask(world.person(), "/latest")).text


@pytest.mark.parametrize("result", ["null", "{}", "7", "[7]", '[{"update_id":true}]', '[{"update_id":"x"}]'])
@on_sqlite
async def test_what_holds_no_updates_is_not_asked_for_again_at_once(world: World, result: str) -> None:
    fault = Says(f'{{"ok":true,"result":{result}}}')
    world.telegram.faults.add(method="getUpdates", times=None, kind=fault)
    world.person().writes("/help")  # ends the poll that is under way
    before = len(world.telegram.ledger.of(method="getUpdates"))
    await asyncio.sleep(0.6)
    assert len(world.telegram.ledger.of(method="getUpdates")) - before < 6
    world.telegram.faults.clear()
    assert "Title of 2025-12-22" in (await world.ask(world.person(), "/latest")).text


@pytest.mark.parametrize(
    "query",
    [
        {"id": "1", "from": "nobody"},
        {"id": "1", "from": {"language_code": 7}},
        {"id": ["x"], "from": FROM},
        {"from": FROM},
        "x",
    ],
    ids=repr,
)
async def test_a_checkout_of_a_strange_shape_stops_nothing(world: World, query: Any) -> None:
    world.telegram.pushes(TOKEN, {"pre_checkout_query": query})
    assert "Title of 2025-12-22" in (await world.ask(world.person(), "/latest")).text


async def test_a_webhook_that_could_not_be_dropped_at_first_is_dropped_later(world: World) -> None:
    await world.program.stop()
    await world.call("setWebhook", url="http://127.0.0.1:9/hook")
    world.telegram.faults.add(method="deleteWebhook", times=2, kind=Status(502, "Bad Gateway"))
    world.program = world.new_program()
    await world.program.start()
    assert "Title of 2025-12-22" in (await world.ask(world.person(), "/latest")).text


async def test_it_waits_as_long_as_it_was_told(world: World) -> None:
    world.telegram.faults.add(method="getUpdates", times=1, kind=TooMany(retry_after=1))
    ana = world.person()
    await world.ask(ana, "/help")  # what was under way when the fault came may bring this one
    answer = await asyncio.wait_for(world.ask(ana, "/latest"), 10)
    assert "Title of 2025-12-22" in answer.text
    polls = [row for row in world.telegram.ledger if row.method == "getUpdates"]
    (refused,) = [at for at, row in enumerate(polls) if row.error and row.error.get("error_code") == 429]
    assert polls[refused + 1].monotonic - polls[refused].monotonic >= 1.0


async def test_what_the_database_could_not_keep_is_fetched_again(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    before = len(world.telegram.ledger.of(method="getUpdates"))
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE inbox RENAME TO hidden")
    ana.writes("/politics")
    polled = world.telegram.ledger
    await world.telegram.until(lambda: len(polled.of(method="getUpdates")) > before + 1, 5.0)
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE hidden RENAME TO inbox")
    await world.wait_until_idle()
    assert "Senate sits" in last(ana).text


class Broken(UpdateConflicts):
    """Fails in a way that nobody expects."""

    asked = 0

    async def note(self, kind: ConflictKind, where: str) -> bool:
        self.asked += 1
        raise ArithmeticError(kind, where)


@on_sqlite
async def test_an_unexpected_error_while_another_one_is_told_does_not_end_polling(world: World) -> None:
    """Two that poll end each other's polls, which is to be told."""
    program, update_conflicts = world.program, Broken(world.program.core.database, world.clock)
    polling = Polling(
        program.core.transport,
        program.parts.update_inbox,
        lambda: True,
        ConflictPolicy(update_conflicts),
        checkouts=program.parts.checkouts,
        poll_seconds=1,
    )
    task = asyncio.create_task(polling.run())
    await until(lambda: update_conflicts.asked == 2 or task.done())
    assert not task.done()
    polling.stop()
    await task
