"""One stack that sends, in a process of its own: a line on standard input lets it begin.

Run as `python tests/bench/errand.py STACK ADDRESS CONTENT DATA RATE COUNT`.
"""

import asyncio
import logging
import sys
import time
from pathlib import Path

from bot import logs
from tests.bench.processes import keep_to, say
from tests.bench.senders import STACKS, Errand


async def work(stack: str, errand: Errand) -> None:
    async with STACKS[stack](errand) as run:
        say({"ready": True})
        await asyncio.to_thread(sys.stdin.readline)
        before = time.process_time()
        await run()
        say({"cpu": time.process_time() - before})


if __name__ == "__main__":
    keep_to(-1)
    logs.set_up(level=logging.CRITICAL)
    name, address, content, data, rate, count = sys.argv[1:]
    asyncio.run(work(name, Errand(address, Path(content), Path(data), int(rate), int(count))))
