"""The time that a simulator in another process shows."""

from datetime import datetime

import aiohttp


async def time_at(address: str) -> datetime | None:
    """Return what the clock of the simulator at `address` shows, aware; None where none answers."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/control/clock") as answer:
            return datetime.fromisoformat((await answer.json())["now"])
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError):
        return None
