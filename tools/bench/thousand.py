"""A thousand issues in the content folder: start, memory, readers."""

import asyncio
import os
import shutil
import time
from datetime import date, timedelta
from pathlib import Path

from tools.bench.figures import Figure
from tools.bench.processes import Child, child, worker
from tools.bench.server import BotApi

TOKEN = "7200000:bench-token-of-no-bot-anywhere-at-all"
EVERY_SECONDS = 0.05
PATIENCE_SECONDS = 180
ASK_AGAIN_SECONDS = 0.2


async def measure(folder: Path, content: Path, *, issues: int, count: int) -> list[Figure]:
    """Start on `issues` issues, and let `count` readers write at a steady pace while they load, and after."""
    many, data = folder / "many", folder / "data"
    copies(content, many, issues)
    data.mkdir()
    async with BotApi() as telegram:
        async with child(*worker("whole", TOKEN, telegram.address, content, data), ready=b'"ready"') as first:
            await telegram.offer(TOKEN, count)  # makes the tables, and lets the readers be known
            await first.ask()
        arguments = worker("whole", TOKEN, telegram.address, many, data, "--stalls")
        async with child(*arguments, ready=b'"ready"') as process:
            return await _figures(telegram, process, issues, count)


async def _figures(telegram: BotApi, process: Child, issues: int, count: int) -> list[Figure]:
    began = time.perf_counter()
    loading = await telegram.offer(TOKEN, count, every=EVERY_SECONDS)
    stall = await _until_loaded(process, issues)
    seconds = time.perf_counter() - began
    memory = process.memory
    idle = await telegram.offer(TOKEN, count, every=EVERY_SECONDS)
    calm = (await process.ask())["stall"]
    return [
        Figure(f"{issues:,} issues: start to ready", f"{process.ready_after:.2f} s"),
        Figure(f"{issues:,} issues: all loaded after; memory then", f"{seconds:.0f} s; {memory:.0f} MB"),
        Figure("longest stall of the event loop while they load; after", f"{_ms(stall)}; {_ms(calm)}"),
        Figure("/latest, p99, while they load; after", f"{_ms(loading.wait(0.99))}; {_ms(idle.wait(0.99))}"),
    ]


async def _until_loaded(process: Child, issues: int) -> float:
    """Wait for the last issue; return the longest stall on the way."""
    longest = 0.0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            used = await process.ask()
            longest = max(longest, float(used["stall"]))
            if used["loaded"] >= issues:
                return longest
            await asyncio.sleep(ASK_AGAIN_SECONDS)


def copies(content: Path, folder: Path, issues: int) -> None:
    """Fill `folder` with the newest sample issue, once a week back from its own date."""
    folder.mkdir()
    shutil.copy(content / "publication.toml", folder)
    newest = max(date.fromisoformat(folder.name) for folder in content.iterdir() if folder.is_dir())
    first = shutil.copytree(content / newest.isoformat(), folder / newest.isoformat())
    for weeks in range(1, issues):
        copy = folder / (newest - timedelta(weeks=weeks)).isoformat()
        shutil.copytree(first, copy, copy_function=os.link)


def _ms(seconds: float) -> str:
    return f"{seconds * 1_000:.0f} ms"
