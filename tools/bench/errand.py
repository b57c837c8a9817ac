"""One stack that sends, as a process that a line begins.

Run as `python tools/bench/errand.py STACK ADDRESS CONTENT DATA RATE COUNT [DATABASE_URL]`.
"""

import asyncio
import logging
import sys
import time
from pathlib import Path

from bot import logs
from tools.bench.processes import keep_to, say
from tools.bench.senders import STACKS, Errand, Stack


def stack_of(name: str) -> Stack:
    if name in STACKS:
        return STACKS[name]
    from tools.bench import peers  # noqa: PLC0415  # their libraries take seconds, and memory

    return peers.STACKS[name]


async def work(stack: str, errand: Errand) -> None:
    async with stack_of(stack)(errand) as run:
        say({"ready": True})
        await asyncio.to_thread(sys.stdin.readline)
        before, began = time.process_time(), time.perf_counter()
        await run()
        say({"cpu": time.process_time() - before, "seconds": time.perf_counter() - began})
        await asyncio.to_thread(sys.stdin.readline)  # the bench may still want to look at this process


if __name__ == "__main__":
    keep_to(-1)
    logs.set_up(level="critical")
    logging.disable()  # a peer that logs every refusal is not measured by its log
    name, address, content, data, rate, count, *database = sys.argv[1:]
    asyncio.run(work(name, Errand(address, Path(content), Path(data), int(rate), int(count), *database)))
