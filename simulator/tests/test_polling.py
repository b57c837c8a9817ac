"""Long polling with Telegram's semantics."""

import asyncio

from aiohttp import ClientSession

from caller import TOKEN, Caller
from telegram_simulator import Person, Simulator


async def test_an_offset_confirms_what_lies_before_it(stranger: Person, bot: Caller) -> None:
    for text in ("one", "two", "three"):
        stranger.writes(text)
    updates = await bot.result("getUpdates", limit=2)
    assert [update["message"]["text"] for update in updates] == ["one", "two"]
    rest = await bot.result("getUpdates", offset=updates[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["three"]
    assert await bot.result("getUpdates", offset=rest[-1]["update_id"] + 1) == []


async def test_a_negative_offset_forgets_all_but_the_last_ones(stranger: Person, bot: Caller) -> None:
    for text in ("one", "two", "three"):
        stranger.writes(text)
    updates = await bot.result("getUpdates", offset=-1)
    assert [update["message"]["text"] for update in updates] == ["three"]
    assert len(await bot.result("getUpdates")) == 1


async def test_a_poll_waits_for_an_update(stranger: Person, bot: Caller) -> None:
    poll = asyncio.create_task(bot.result("getUpdates", timeout=30))
    await bot.result("getMe")
    stranger.writes("hello")
    assert (await poll)[0]["message"]["text"] == "hello"


async def test_a_second_poll_ends_the_first(stranger: Person, bot: Caller) -> None:
    first = asyncio.create_task(bot.answers("getUpdates", timeout=30))
    await bot.result("getMe")
    second = asyncio.create_task(bot.result("getUpdates", timeout=30))
    body = await first
    assert (body["error_code"], body["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    stranger.writes("hello")
    assert len(await second) == 1


async def test_a_poll_of_another_offset_that_waits_ends_the_first_too(bot: Caller, ana: Person) -> None:
    [start] = await bot.result("getUpdates")
    following = start["update_id"] + 1
    first = asyncio.create_task(bot.answers("getUpdates", timeout=30, offset=following))
    await bot.result("getMe")
    second = asyncio.create_task(bot.result("getUpdates", timeout=30, offset=following + 1))
    assert (await first)["error_code"] == 409
    ana.writes("hello")
    assert len(await second) == 1


async def test_a_poll_of_another_offset_that_does_not_wait_leaves_the_first_alone(
    bot: Caller, ana: Person
) -> None:
    [start] = await bot.result("getUpdates")
    following = start["update_id"] + 1
    first = asyncio.create_task(bot.result("getUpdates", timeout=30, offset=following))
    await bot.result("getMe")
    assert await bot.result("getUpdates", timeout=0, offset=following + 1) == []
    ana.writes("hello")
    assert [update["message"]["text"] for update in await first] == ["hello"]


async def test_a_poll_that_repeats_its_offset_waits_and_ends_the_first(bot: Caller, stranger: Person) -> None:
    first = asyncio.create_task(bot.answers("getUpdates", timeout=30))
    await bot.result("getMe")
    second = asyncio.create_task(bot.result("getUpdates", timeout=0))
    assert (await first)["error_code"] == 409
    stranger.writes("hello")
    assert len(await second) == 1


async def test_a_poll_that_waits_takes_no_task_beside_those_of_its_connection(
    simulator: Simulator, bot: Caller, session: ClientSession
) -> None:
    """Ten thousand that come at once keep everyone else waiting until each has begun."""
    await bot.result("getMe")
    before, count = len(asyncio.all_tasks()), 20
    bots = [Caller(simulator, session, f"{number}:{'x' * 30}") for number in range(1_000, 1_000 + count)]
    polls = [asyncio.create_task(caller.result("getUpdates", timeout=30)) for caller in bots]
    while len(simulator.tokens()) < 1 + count:
        await bot.result("getMe")
    of_a_connection = 2  # aiohttp's: of the connection, and of its request
    assert len(asyncio.all_tasks()) - before <= count * (of_a_connection + 1)  # and one of ours that asks
    await simulator.stop()
    assert await asyncio.gather(*polls) == [[]] * count


async def test_kinds_that_were_not_asked_for_are_not_queued(stranger: Person, bot: Caller) -> None:
    await bot.result("getUpdates", allowed_updates=["message"])
    stranger.writes("one")
    stranger.blocks()
    await bot.result("getUpdates")
    stranger.returns()
    updates = await bot.result("getUpdates")
    assert [sorted(update) for update in updates] == [["message", "update_id"]]


async def test_kinds_that_do_not_exist_are_left_out_of_what_was_asked_for(
    stranger: Person, bot: Caller
) -> None:
    await bot.result("getUpdates", allowed_updates=["message", "telepathy", ["poll"]])
    assert (await bot.result("getWebhookInfo"))["allowed_updates"] == ["message"]
    await bot.result("getUpdates", offset=1, allowed_updates=["telepathy"])
    assert "allowed_updates" not in await bot.result("getWebhookInfo")
    stranger.writes("hello")
    assert [sorted(update) for update in await bot.result("getUpdates")] == [["message", "update_id"]]


async def test_raw_updates_come_through_whatever_was_asked_for(simulator: Simulator, bot: Caller) -> None:
    await bot.result("getUpdates", allowed_updates=["message"])
    simulator.pushes(TOKEN, {"update_id": 7, "poll_answer": {"poll_id": "1"}})
    simulator.pushes(TOKEN, {"update_id": 7, "poll_answer": {"poll_id": "1"}})
    updates = await bot.result("getUpdates", offset=900_000_000)
    assert [update["update_id"] for update in updates] == [7, 7]
    assert await bot.result("getUpdates", offset=8) == []


async def test_it_is_settled_once_every_update_is_confirmed(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    settled = asyncio.create_task(simulator.wait_until_idle(TOKEN))
    updates = await bot.result("getUpdates")
    assert not settled.done()
    await bot.result("getUpdates", offset=updates[-1]["update_id"] + 1)
    await settled


async def test_stopping_ends_a_long_poll_at_once(simulator: Simulator, bot: Caller) -> None:
    poll = asyncio.create_task(bot.result("getUpdates", timeout=50))
    await bot.result("getMe")
    await simulator.stop()
    assert await poll == []
