"""A condition variable: wait for a change without polling."""

import asyncio
from collections.abc import Callable


class Condition:
    """Wakes everyone who waits, each time something has changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify_all(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  # the caller's deadline
        """Return at the next `notify_all`; TimeoutError after `timeout` seconds."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(timeout):
                await future
        finally:
            self._waiting.discard(future)

    async def wait_for(self, condition: Callable[[], bool], timeout: float | None) -> None:  # noqa: ASYNC109  # likewise
        """Return as soon as `condition` holds; TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not condition():
                await self.wait()
