"""The connection pool: open connections, ready for campaign messages."""

import asyncio
from collections.abc import Callable
from itertools import islice

import structlog

from bot.domain.delivery.outcome import NotSent
from bot.services.delivery.sending.campaign_ports import CampaignConnection, CampaignTransport

log = structlog.get_logger(__name__)


class ConnectionPool:
    """Connections that are idle, and those that are being made.

    The most recently used one is taken first: so few connections stay in use, and the others may close.
    """

    def __init__(
        self,
        campaign_transport: CampaignTransport,
        *,
        ready: Callable[[], None],
        failed: Callable[[NotSent], None],
        retry_seconds: float,
    ) -> None:
        """`ready` is called after each connection that was made, `failed` with the reason why one could not
        be. After a failure its place stays empty for `retry_seconds`.
        """
        self._campaign_transport = campaign_transport
        self._tell_ready = ready
        self._tell_failed = failed
        self._retry_seconds = retry_seconds
        self._idle: list[CampaignConnection] = []
        self._connecting: set[asyncio.Task[None]] = set()

    def ready(self, most: int) -> int:
        """Count the idle connections over which a message could leave at once, up to `most`."""
        return sum(1 for _ in islice((idle for idle in reversed(self._idle) if idle.is_ready), most))

    def grow(self, count: int) -> None:
        """Begin to connect, so that `count` connections will be ready. Does not wait."""
        for _ in range(count - self.ready(count) - len(self._connecting)):
            task = asyncio.create_task(
                self._connect(self._pop(ready=False) or self._campaign_transport.campaign_connection())
            )
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    def take(self) -> CampaignConnection:
        """Take a connection out of the pool: one that is ready, or else one that is not open."""
        # A closed one before a new one: so there are never more than were used at the same time.
        idle = self._pop(ready=True) or self._pop(ready=False)
        return idle or self._campaign_transport.campaign_connection()

    def give_back(self, campaign_connection: CampaignConnection) -> None:
        """Put a connection back, open or closed."""
        self._idle.append(campaign_connection)

    def cancel(self) -> list[asyncio.Task[None]]:
        """Stop connecting; return the cancelled tasks. Idle connections stay."""
        tasks = list(self._connecting)
        for task in tasks:
            task.cancel()
        return tasks

    async def _connect(self, campaign_connection: CampaignConnection) -> None:
        failure = await _connected(campaign_connection)
        if failure is None:
            self._idle.append(campaign_connection)
            self._tell_ready()
            return
        self._tell_failed(failure)
        await asyncio.sleep(self._retry_seconds)  # this task counts as a connection being made until it ends

    def _pop(self, *, ready: bool) -> CampaignConnection | None:
        # From the end: what was used last is the least likely to have been closed by the server.
        for place in reversed(range(len(self._idle))):
            if self._idle[place].is_ready is ready:
                return self._idle.pop(place)
        return None


async def _connected(campaign_connection: CampaignConnection) -> NotSent | None:
    try:
        return await campaign_connection.ready()
    except Exception as error:
        log.exception("a connection failed in our own code")
        return NotSent(type(error).__name__)
