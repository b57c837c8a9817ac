"""Waiting: exponential backoff, and sleeps that end early."""

import asyncio
from collections.abc import Iterator


class Backoff(Iterator[float]):
    """Exponential backoff: each delay is `factor` times the one before, up to `limit`.

    `next` returns the seconds to wait before the next attempt, and never ends. Call `reset` after a success.
    """

    # There is no jitter: only one process waits for each server, so nobody has to be spread.

    def __init__(self, base: float, limit: float, *, factor: float = 2.0) -> None:
        """`base` is the first delay and `limit` the longest one, both in seconds."""
        self._base = base
        self._limit = limit
        self._factor = factor
        self._delay = base

    def __next__(self) -> float:
        delay, self._delay = self._delay, min(self._delay * self._factor, self._limit)
        return delay

    def reset(self) -> None:
        """Begin with the first delay again."""
        self._delay = self._base


async def sleep_unless(event: asyncio.Event, seconds: float) -> bool:
    """Sleep for `seconds`, or until `event` is set; return whether it was set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
