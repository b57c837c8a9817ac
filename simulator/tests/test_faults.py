"""Faults on the wire, and whether a call took effect all the same."""

import asyncio
import time
from typing import Any

import pytest
from aiohttp import ClientError

from caller import ANA, Caller
from telegram_simulator import (
    CutBody,
    CutHeaders,
    Drip,
    Fault,
    Latency,
    OkFalse,
    Person,
    ResetAfter,
    ResetBefore,
    Rubbish,
    Says,
    Simulator,
    Status,
    TooMany,
)


@pytest.mark.parametrize(
    ("fault", "effect"),
    [
        (ResetBefore(), False),
        (ResetAfter(), True),
        (CutHeaders(), True),
        (CutBody(), True),
        (Rubbish(), True),
    ],
)
async def test_an_answer_that_is_lost_on_the_wire(
    ana: Person, bot: Caller, simulator: Simulator, fault: Fault, effect: bool
) -> None:
    simulator.faults.add(method="sendMessage", kind=fault)
    with pytest.raises(ClientError):
        await bot.says("hello")
    assert (ana.sees[-1].text == "hello") is effect
    assert simulator.ledger[0].took_effect is effect
    assert simulator.ledger[0].fault == type(fault).__name__
    await bot.says("again")


async def test_an_answer_is_what_it_was_told_to_be(ana: Person, bot: Caller, simulator: Simulator) -> None:
    simulator.faults.add(method="sendMessage", kind=Says("[7]", 502))
    answer: Any = await bot.answers("sendMessage", chat_id=ANA, text="hello")
    assert answer == [7]
    assert ana.sees[-1].text == "hello"


async def test_a_dripping_answer_never_ends_in_time(ana: Person, bot: Caller, simulator: Simulator) -> None:
    simulator.faults.add(kind=Drip(seconds_per_byte=30))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bot.says("hello")
    assert ana.sees[-1].text == "hello"


async def test_latency_delays_the_answer_and_not_the_effect(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    simulator.faults.add(kind=Latency(30))
    waiting = asyncio.create_task(bot.says("hello"))
    assert (await ana.hears()).text == "hello"
    assert not waiting.done()
    begun = time.monotonic()
    await simulator.stop()
    assert time.monotonic() - begun < 1
    await waiting


async def test_a_status_is_answered_with_its_text(ana: Person, bot: Caller, simulator: Simulator) -> None:
    simulator.faults.add(kind=Status(401, "Unauthorized"))
    body = await bot.answers("getMe")
    assert body == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    simulator.faults.add(kind=Status(502, "Bad Gateway", effect=True))
    assert (await bot.answers("sendMessage", chat_id=ANA, text="hello"))["error_code"] == 502
    assert ana.sees[-1].text == "hello"


async def test_too_many_says_how_long_to_wait_twice(ana: Person, bot: Caller, simulator: Simulator) -> None:
    simulator.faults.add(kind=TooMany(43_838))
    async with bot.session.post(f"{bot.address}/sendMessage", json={"chat_id": ANA, "text": "x"}) as answer:
        body = await answer.json()
        assert (answer.status, answer.headers["Retry-After"]) == (429, "43838")
    assert body["description"] == "Too Many Requests: retry after 43838"
    assert body["parameters"] == {"retry_after": 43_838}


async def test_ok_may_be_false_without_a_word(ana: Person, bot: Caller, simulator: Simulator) -> None:
    simulator.faults.add(kind=OkFalse())
    assert await bot.answers("sendMessage", chat_id=ANA, text="x") == {"ok": False}
    assert len(ana.sees) == 1


async def test_a_fault_befalls_its_method_and_chat_so_many_times(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    simulator.faults.add(method="sendmessage", chat_id=ANA, times=2, kind=Status())
    simulator.faults.add(method="sendMessage", chat_id=1, times=None, kind=Status())
    assert (await bot.answers("getMe"))["ok"]
    codes = [(await bot.answers("sendMessage", chat_id=ANA, text="x"))["ok"] for _ in range(3)]
    assert codes == [False, False, True]
    assert [order.chat_id for order in simulator.faults.pending()] == [1]
