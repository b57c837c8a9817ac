"""Waits double up to a limit, and a sleep ends when what it waits for happens."""

import asyncio
from itertools import islice

from bot.waiting import Backoff, sleep_unless
from tests.waiting import until


def test_each_wait_is_twice_the_one_before_up_to_the_limit() -> None:
    assert list(islice(Backoff(1.0, 10.0), 6)) == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_after_a_success_waits_are_short_again() -> None:
    backoff = Backoff(0.5, 60.0, factor=3.0)
    assert [next(backoff), next(backoff)] == [0.5, 1.5]
    backoff.reset()
    assert next(backoff) == 0.5


async def test_a_sleep_ends_early_when_its_event_is_set() -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)
    async with asyncio.timeout(5):
        assert await sleep_unless(event, 60.0)


async def test_a_sleep_that_nothing_ends_says_so() -> None:
    assert not await sleep_unless(asyncio.Event(), 0.0)


async def test_a_test_that_asks_for_a_message_before_it_is_there_waits_for_it() -> None:
    messages: list[str] = []
    asyncio.get_running_loop().call_later(0.05, messages.append, "hello")
    await until(lambda: messages[-1] == "hello")
