"""A campaign for many: opening it, its memory, other readers' waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import pytest

from tests.databases import Scratch
from tools.bench.figures import Figure, against
from tools.bench.processes import Child
from tools.bench.senders import TOKEN
from tools.bench.sending import FAST, Field, ceiling
from tools.bench.server import BotApi, Served

RATE = 25
EVERY_SECONDS = 0.25
"""How often somebody writes: with a campaign at 25/s less than what Telegram takes from a bot."""

FIRST, OTHERS = 5_400_000_001, 5_500_000_001
"""Who writes during the campaign: those who wrote before it are readers by then, and it comes to them."""

LATENCY_SECONDS = 0.05
SETTLED_SECONDS = 2.0
SAMPLE_SECONDS = 0.5


async def measure(folder: Path, content: Path, *, rounds: int, readers: int, asked: int) -> list[Figure]:
    field = Field(folder, content)
    return [
        *await _opened(field, rounds, readers),
        against(f"{readers:,} deliveries: memory over idle", await _memory(field, readers), " MB", 30),
        *await _noticed(field, rounds, readers, asked),
    ]


async def _opened(field: Field, rounds: int, readers: int) -> list[Figure]:
    lite = [await _opening(field, readers) for _ in range(rounds)]
    rows = [against(f"{readers:,} deliveries opened, SQLite", median(lite), " s", 0.5)]
    server = await asyncio.to_thread(_postgresql)
    if server is not None:
        try:
            seconds = []
            for _ in range(rounds):
                await asyncio.to_thread(server.empty)
                seconds.append(await _opening(field, readers, server.url))
        finally:
            await asyncio.to_thread(server.drop)
        rows.append(against(f"{readers:,} deliveries opened, PostgreSQL", median(seconds), " s", 0.5))
    return rows


async def _opening(field: Field, readers: int, *database: str) -> float:
    async with field.errand("opening", "http://127.0.0.1:9", RATE, readers, *database) as process:
        return float((await process.ask())["seconds"])


def _postgresql() -> Scratch | None:
    try:
        return Scratch("bench", durable=True)
    except pytest.skip.Exception:
        return None


async def _memory(field: Field, readers: int) -> float:
    """Return how many MB more the program holds while it sends 1,000 a second, at the most."""
    async with ceiling(FAST) as (_, address), field.errand("program", address, FAST, readers) as process:
        idle = process.memory
        async with _sending(process):
            most = 0.0
            for _ in range(max(1, readers // 5_000)):
                await asyncio.sleep(SAMPLE_SECONDS)
                most = max(most, process.memory)
    return most - idle


async def _noticed(field: Field, rounds: int, readers: int, asked: int) -> list[Figure]:
    idle, busy = await _waits(field, RATE, rounds, readers, asked)
    _, rushed = await _waits(field, FAST, rounds, readers, asked)
    slowest = busy.wait(0.99)
    return [
        against("/latest while a campaign runs at 25/s ÷ idle, p99", slowest / idle.wait(0.99), "", 1.5),
        against("/latest while a campaign runs at 25/s, p99", slowest, " s", 1),
        Figure("/latest, p50 and p99: idle", _ms(idle)),
        Figure("/latest, p50 and p99: while a campaign runs at 25/s", _ms(busy)),
        Figure("/latest, p50 and p99: while a campaign runs at 1,000/s", _ms(rushed)),
    ]


async def _waits(field: Field, rate: int, rounds: int, readers: int, asked: int) -> tuple[Served, Served]:
    """Return how long replies took before a campaign and during it, of all rounds together."""
    idle: list[float] = []
    busy: list[float] = []
    for _ in range(rounds):
        async with BotApi() as telegram:
            telegram.latency, telegram.pushes = LATENCY_SECONDS, True
            async with field.errand("program", telegram.address, rate, readers) as process:
                # What is made at first is made; who asked for it would have to wait for her next second.
                await telegram.offer(TOKEN, 2, every=EVERY_SECONDS, first=FIRST)
                idle += (await telegram.offer(TOKEN, asked, every=EVERY_SECONDS)).waits
                async with _sending(process):
                    await asyncio.sleep(SETTLED_SECONDS)
                    others = await telegram.offer(TOKEN, asked, every=EVERY_SECONDS, first=OTHERS)
                    busy += others.waits
    return Served(1.0, sorted(idle)), Served(1.0, sorted(busy))


@asynccontextmanager
async def _sending(process: Child) -> AsyncIterator[None]:
    """Let a stack begin; it sends until its process ends."""
    begun = asyncio.create_task(process.ask())
    try:
        yield
    finally:
        begun.cancel()
        await asyncio.gather(begun, return_exceptions=True)


def _ms(served: Served) -> str:
    return f"{served.wait(0.5) * 1_000:.0f} ms, {served.wait(0.99) * 1_000:.0f} ms"
