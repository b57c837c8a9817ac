"""One stack in a process, which tells what it used.

Run as `python tools/bench/worker.py STACK TOKEN ADDRESS CONTENT DATA`.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import logs
from tools.bench.processes import say
from tools.bench.stacks import STACKS, Task

TICK_SECONDS = 0.005


class Stalls:
    """The longest time that the event loop was late for a tick, since it was last asked."""

    def __init__(self) -> None:
        self._longest = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        yield
        watching.cancel()

    async def _watch(self) -> None:
        while True:
            due = time.perf_counter() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self._longest = max(self._longest, time.perf_counter() - due)

    def take(self) -> float:
        longest, self._longest = self._longest, 0.0
        return longest


async def work(stack: str, task: Task, *, watch: bool) -> None:
    stalls = Stalls()
    async with STACKS[stack](task) as running:
        say({"ready": True})
        watching = stalls.watched() if watch else _unwatched()
        async with watching:
            while await asyncio.to_thread(sys.stdin.readline):
                if not watch:
                    await running.wait_until_handled()
                used = {"cpu": time.process_time(), "stall": stalls.take(), "loaded": running.loaded()}
                say(used)


@asynccontextmanager
async def _unwatched() -> AsyncIterator[None]:
    yield


if __name__ == "__main__":
    logs.set_up(level="warning")
    name, token, address, content, data, *flags = sys.argv[1:]
    asyncio.run(work(name, Task(token, address, Path(content), Path(data)), watch="--stalls" in flags))
