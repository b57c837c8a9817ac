"""Reads the clock of a simulator in another process."""

from datetime import datetime

import aiohttp

from bot.clock import MovableClock


async def clock_at(address: str) -> MovableClock | None:
    """Return a clock that shows what the one of the simulator at `address` does; None where none answers."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/control/clock") as answer:
            return MovableClock(datetime.fromisoformat((await answer.json())["now"]))
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError):
        return None
