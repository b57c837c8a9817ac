"""Waiting for what tells nobody that it has come."""

import asyncio
import inspect
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 20.0


async def until(ready: Callable[[], object], patience: float = PATIENCE) -> None:
    """Ask again and again until the answer is true; TimeoutError after `patience` seconds.

    An IndexError is no answer yet: the last message, or the third, is asked for before it is there.
    """
    async with asyncio.timeout(patience):
        while True:
            with suppress(IndexError):
                answer = ready()
                if await answer if inspect.isawaitable(answer) else answer:
                    return
            await asyncio.sleep(0.02)
