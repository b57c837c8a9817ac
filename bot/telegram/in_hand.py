"""What this process has in hand: one sender's updates in order, many senders side by side."""

import asyncio
import json
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from structlog.contextvars import bind_contextvars

from bot.db.away import may_pass
from bot.db.inbox import Received
from bot.telegram.transport import pause

log = structlog.get_logger(__name__)

AT_ONCE = 256
"""Updates handled side by side, at the most; each belongs to another sender."""

PAGE = 50
"""Updates of one sender in memory, at the most; a flood waits in the inbox."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before an update is tried again because the database was away."""

ERROR_LENGTH = 2_000


class Handle(Protocol):
    async def __call__(self, update: dict[str, Any], /, *, last: bool) -> str | None:
        """Handle one update; return what went wrong, if anything did.

        Raises what may pass by itself (see `db.away`): unless this was the `last` try, there is another.
        """


@dataclass(slots=True)
class _Line:
    """A sender's updates. What is kept of hers from now on waits in the inbox until these are handled:
    another process may have kept something before it.
    """

    waiting: deque[Received] = field(default_factory=deque)


class InHand:
    """`closed` and `ended` are for the one who marks them on disk: updates with what went wrong, and senders
    of whom nothing waits here any more.
    """

    def __init__(self, handle: Handle, report: Callable[[], None], pauses: Sequence[float] = PAUSES) -> None:
        """`report` is called whenever something was closed or ended."""
        self.closed: list[tuple[int, str | None]] = []
        self.ended: set[int] = set()
        self._handle = handle
        self._report = report
        self._pauses = pauses
        self._lines: dict[int, _Line] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._stopping = asyncio.Event()

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, sender: int) -> bool:
        return sender in self._lines

    def take_up(self, sender: int, page: Sequence[Received]) -> None:
        """Handle the first of a sender's updates that wait; without any she has ended. She is new here, or in
        `ended`: one worker has her at a time.
        """
        line = self._lines.setdefault(sender, _Line())
        if not self._stopping.is_set():
            line.waiting.extend(page[:PAGE])
        self._move(sender, line)

    def drop(self, sender: int) -> None:
        """Forget a sender of whom nothing waits, or who is another process's now."""
        del self._lines[sender]

    def doubt(self) -> None:
        """Handle nothing more from memory: whose these updates are, the inbox knows."""
        for line in self._lines.values():
            line.waiting.clear()

    async def stop(self, seconds: float) -> None:
        """Finish what is being handled, for so long; what waits stays in the inbox."""
        self._stopping.set()
        self.doubt()
        await end(self._workers, seconds)

    def _move(self, sender: int, line: _Line) -> None:
        if not line.waiting:
            self.ended.add(sender)
            self._report()
            return
        self.ended.discard(sender)
        worker = asyncio.create_task(self._work(sender, line))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, sender: int, line: _Line) -> None:
        """Handle one sender's updates until none is left; what is logged meanwhile names her."""
        bind_contextvars(reader_id=sender)
        try:
            while line.waiting:
                await self._settle(line.waiting.popleft())
        finally:
            self.ended.add(sender)
            self._report()

    async def _settle(self, received: Received) -> None:
        """Handle one update, again where the database was away; a stop leaves it in the inbox."""
        for seconds in (*self._pauses, None):
            async with self._slots:
                if self._stopping.is_set():
                    return
                tried = await self._attempt(received, last=seconds is None)
            if tried is not None or seconds is None:
                break
            await pause(seconds, self._stopping)
        error = tried or None
        if error:
            log.error("update given up", update_id=received.update_id, exception=error)
        self.closed.append((received.update_id, error))
        self._report()

    async def _attempt(self, received: Received, *, last: bool) -> str | None:
        """Handle one update; return what went wrong ("" for nothing), None where it is to be tried again."""
        try:
            error = await self._handle(json.loads(received.body), last=last)
        except Exception as raised:  # noqa: BLE001  # whatever it breaks, this sender's next update is handled
            if not last and may_pass(raised):
                return None
            error = traceback.format_exc()[-ERROR_LENGTH:]
        return storable(error or "")


def storable(text: str) -> str:
    """Keep what every database can keep."""
    return text.replace("\0", "").encode("utf-8", "backslashreplace").decode()


async def end(tasks: Iterable[asyncio.Task[Any]], seconds: float) -> None:
    """Wait so long for tasks, then break off those that still run."""
    running = set(tasks)
    late = (await asyncio.wait(running, timeout=seconds))[1] if running else running
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
