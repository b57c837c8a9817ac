"""How long a start takes, and what an idle bot holds."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from statistics import median

from tools.bench.figures import Figure, against
from tools.bench.processes import Child, child
from tools.bench.server import BotApi

BARE = """
import sys
import aiohttp, apscheduler.schedulers.asyncio, babel, sqlmodel, telegram, telegram.ext
sys.stdout.write("imported\\n"); sys.stdout.flush(); sys.stdin.read()
"""
"""The five settled libraries and nothing else; it waits, so that its memory can be read."""

TOKEN = "7100000:bench-token-of-no-bot-anywhere-at-all"
IDLE_SECONDS = 1.0
"""After this the sample issues are loaded and the menus are set."""


async def measure(folder: Path, content: Path, *, rounds: int) -> list[Figure]:
    """Start both in turn, `rounds` times; a first start makes the tables and is not kept."""
    bare: list[tuple[float, float]] = []
    ours: list[tuple[float, float]] = []
    async with BotApi() as telegram:
        settings = bot_settings(TOKEN, telegram.address, content, folder)
        for _ in range(rounds + 1):
            async with child("-c", BARE, ready=b"imported") as process:
                bare.append((process.ready_after, process.memory))
            async with started(settings) as process:
                await asyncio.sleep(IDLE_SECONDS)
                ours.append((process.ready_after, process.memory))
    pairs = list(zip(ours[1:], bare[1:], strict=True))
    seconds = median(ours[0] / theirs[0] for ours, theirs in pairs)
    memory = median(ours[1] / theirs[1] for ours, theirs in pairs)
    return [
        against("start to ready ÷ bare import of the five libraries", seconds, "", 2),
        against("idle memory ÷ bare import of the five libraries", memory, "", 1.5),
        Figure("start to ready; idle memory", _said(ours[1:])),
        Figure("bare import of the five libraries", _said(bare[1:])),
    ]


def started(settings: Mapping[str, str]) -> AbstractAsyncContextManager[Child]:
    """Start the bot as an operator does; ready is when it says so, just before it polls."""
    return child("-m", "bot", "bot", ready=b" ready ", settings=settings)


def bot_settings(token: str, address: str, content: Path, data: Path) -> dict[str, str]:
    return {
        "BOT_TOKEN": token,
        "TELEGRAM_API_URL": address,
        "DATABASE_URL": f"sqlite+aiosqlite:///{data / 'bot.db'}",
        "CONTENT_DIR": str(content),
        "HTTP_PORT": "0",
        "HTTP_HOST": "127.0.0.1",
    }


def _said(starts: list[tuple[float, float]]) -> str:
    return f"{median(start[0] for start in starts):.2f} s; {median(start[1] for start in starts):.0f} MB"
