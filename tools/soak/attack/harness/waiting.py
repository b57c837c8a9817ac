"""Waiting for numbers, and for what became visible in chats."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from tools.soak.attack.harness.environment import Environment

LOOK_SECONDS = 0.1


async def reached(look: Callable[[], Awaitable[int]], count: int, patience: float) -> int:
    """Wait until a number has been reached, but not for ever; return the number."""
    deadline = time.monotonic() + patience
    while (now := await look()) < count and time.monotonic() < deadline:  # noqa: ASYNC110  # another process tells nobody
        await asyncio.sleep(LOOK_SECONDS)
    return now


async def sights(env: Environment) -> Counter[int]:
    """Return how often each chat has seen something new or changed."""
    async with env.session.get(f"{env.telegram}/control/seen") as answer:
        seen: dict[str, list[object]] = await answer.json()
    return Counter({int(chat): len(events) for chat, events in seen.items()})
