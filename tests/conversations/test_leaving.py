"""Readers who block the bot and come back; readers with large numbers."""

import pytest

from telegram_simulator import Status
from tests.world import World, last, since


async def test_a_reader_who_blocks_and_returns_finds_everything_as_it_was(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    await world.ask(ana, "/settings")
    for data in ("do:set:language:es", "do:set:push:off", "do:set:quiet:0"):
        await world.tap(ana, data=data)
    before = (await world.ask(ana, "/settings")).text
    ana.blocks()
    await world.wait_until_idle()
    assert (await world.reader(ana)).gone_at is not None
    ana.returns()
    await world.wait_until_idle()
    assert (await world.reader(ana)).gone_at is None
    assert (await world.ask(ana, "/settings")).text == before
    assert "canaryeconomía" in (await world.ask(ana, "/economy")).text


async def test_a_reader_who_stopped_stays_stopped_when_she_returns(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/stop")
    ana.blocks()
    ana.returns()
    await world.wait_until_idle()
    assert (await world.reader(ana)).stopped_at is not None


async def test_a_start_brings_back_someone_whose_return_was_missed(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("UPDATE readers SET gone_at = '2025-12-01 00:00:00.000000'")
    await world.ask(ana, "/start")
    assert (await world.reader(ana)).gone_at is None


async def test_blocking_without_ever_starting_stops_nothing(world: World) -> None:
    ana = world.person()
    ana.blocks()
    await world.wait_until_idle()
    ana.returns()
    assert "Title of" in (await world.ask(ana, "/latest")).text


async def test_an_answer_that_a_block_overtakes_is_dropped_once(world: World) -> None:
    ana, ben = world.person(), world.person(5_000_000_002, name="Ben")
    await world.ask(ana, "/start")
    blocked = Status(403, "Forbidden: bot was blocked by the user")
    world.telegram.faults.add(method="sendMessage", chat_id=ana.id, times=None, kind=blocked)
    calls = len(world.telegram.ledger.of(method="sendMessage", chat_id=ana.id))
    ana.writes("/latest")
    assert "Title of" in (await world.ask(ben, "/latest")).text
    assert len(world.telegram.ledger.of(method="sendMessage", chat_id=ana.id)) == calls + 1


@pytest.mark.parametrize("number", [2**31 - 1, 2**31, 2**32 + 7, 2**52 - 1])
async def test_large_numbers_are_readers_like_any_other(world: World, number: int) -> None:
    ana = world.person(number)
    await world.ask(ana, "/start")
    await world.take_trial(ana)
    paid = await world.ask(ana, "/economy")
    assert "canaryeconomy" in paid.text
    assert f"{number}" in (await world.ask(ana, "/account")).text
    assert f"7 more days for {number}" in (await world.ask(world.admin(), f"/grant {number} 7")).text
    await world.tap(ana, data="p:2025-12-22:politics:1", on=paid)
    ana.blocks()
    await world.wait_until_idle()
    assert (await world.reader(ana)).gone_at is not None


async def test_a_group_with_a_large_number_is_answered(world: World) -> None:
    group = world.group(-1_002_147_483_649)
    (front,) = await world.answers(world.person(), "/latest", group)
    assert front == last(group)
    assert since(group, front.message_id) == []
