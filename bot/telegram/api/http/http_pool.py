"""A pool of HTTP connections for calls that come one by one."""

import asyncio
from collections import deque

from bot.telegram.api.errors import NeverSentError
from bot.telegram.api.http.http_connection import HttpConnection, HttpConnections

CONNECTIONS = 256
"""Open at once, at most; further requests wait for one of them."""


class HttpPool:
    """Posts JSON, each request on a connection that is free, or on a new one.

    The connection that was used last is used next, so that those which a burst has opened grow old and are
    closed.
    """

    def __init__(self, most: int = CONNECTIONS) -> None:
        self._connections = HttpConnections()
        self._free: dict[tuple[str, int, bool], deque[HttpConnection]] = {}  # by server
        self._room = asyncio.Semaphore(most)

    async def post(self, url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        """Post `body`, once; return the HTTP status and the body of the answer.

        Raises NeverSentError where nothing left this machine, AnswerLostError where the answer was lost.
        `seconds`: the deadline, with the time to wait for a connection.
        """
        if self._room.locked():
            seconds = await self._wait_for_room(seconds)
        else:
            await self._room.acquire()
        free = self._of(url)
        connection = free.pop() if free else self._connections.connection()
        try:
            return await connection.post_within(seconds, url, body)
        finally:
            free.append(connection)
            if not free[0].is_fresh and len(free) > 1:
                free.popleft().end()
            self._room.release()

    async def close(self) -> None:
        """Abort all connections; requests under way raise AnswerLostError."""
        await self._connections.close()

    async def _wait_for_room(self, seconds: float) -> float:
        """Return how many of these `seconds` are left once a connection is free. NeverSentError for none."""
        until = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(until):
                await self._room.acquire()
        except TimeoutError:
            raise NeverSentError("No connection to Telegram was free.") from None
        return until - asyncio.get_running_loop().time()

    def _of(self, url: str) -> deque[HttpConnection]:
        address = self._connections.address(url)
        return self._free.setdefault((address.host, address.port, address.secure), deque())
