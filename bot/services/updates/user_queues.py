"""In-memory queues: one user's updates in order, many users side by side."""

import asyncio
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

import structlog
from structlog.contextvars import bind_contextvars

from bot.db.engine.errors import is_transient
from bot.db.engine.update_lock import Hold, TakenOverError, UnsureError, holding
from bot.db.updates.completion import Completion, completing
from bot.db.updates.inbox import Closed, Received
from bot.services.updates.update_handling import Handling, Seen, UpdateHandler
from bot.waiting import sleep_unless

log = structlog.get_logger(__name__)

AT_ONCE = 256
"""How many updates are handled side by side, each of another user."""

PAGE = 50
"""How many updates of one user are in memory; the others of a flood stay in the inbox table."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each new try of an update that met a database that was away."""

ERROR_LENGTH = 2_000


@dataclass(slots=True)
class _Queue(Generic[Seen]):
    """One user's updates. While it is in memory, newer updates of hers stay in the inbox table and are read
    back from there, in order: another process may have stored an earlier one.
    """

    hold: Hold
    waiting: deque[tuple[Received, Seen]] = field(default_factory=deque)
    newer: list[tuple[int, Seen]] = field(default_factory=list)
    """Updates that stay in the table, as far as they came through this process."""
    handling: Handling[Seen] | None = None

    def behind(self) -> list[Seen]:
        """Return what waits behind the update that is handled."""
        return [seen for _, seen in (*self.waiting, *self.newer)]

    def leave_out(self, numbers: frozenset[int]) -> None:
        """Forget updates that are handled together with the present one."""
        if numbers:
            self.waiting = deque(entry for entry in self.waiting if entry[0].update_id not in numbers)
            self.newer = [entry for entry in self.newer if entry[0] not in numbers]


class UserQueues(Generic[Seen]):
    """The users whose updates this process handles, each with a queue and one worker.

    The inbox reads three fields and clears them: `closed`, updates to mark as handled; `ended`, users whose
    queue is empty; `taken_over`, how many updates another process has taken.
    """

    def __init__(
        self,
        handler: UpdateHandler[Seen],
        report: Callable[[], None],
        pauses: Sequence[float] = PAUSES,
        *,
        defers_pages: bool = False,
    ) -> None:
        """`report` is called after each addition to `closed` or `ended`. `pauses`: see `PAUSES`.
        `defers_pages`: open pages are written by whoever marks the update (see `db.completion`).
        """
        self.closed: list[Closed] = []
        self.ended: set[int] = set()
        self.taken_over = 0
        self._handler = handler
        self._report = report
        self._pauses = pauses
        self._defers_pages = defers_pages
        self._queues: dict[int, _Queue[Seen]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._stopping = asyncio.Event()
        self._marked = asyncio.Event()

    def __len__(self) -> int:
        return len(self._queues)

    def __contains__(self, user: int) -> bool:
        return user in self._queues

    @property
    def waiting(self) -> int:
        """How many updates wait in memory, without those that are handled now."""
        return sum(len(queue.waiting) for queue in self._queues.values())

    @property
    def is_busy(self) -> bool:
        """Whether an update is handled now; one that is to be tried again later does not count."""
        return any(queue.handling for queue in self._queues.values())

    def take_up(self, hold: Hold, page: Sequence[Received]) -> None:
        """Handle these updates, a user's first that wait. Without any she joins `ended`.

        Call it only for a user who is not here yet or is in `ended`: she has one worker at a time.
        """
        user = hold.user_id
        queue = self._queues.setdefault(user, _Queue(hold))
        if not self._stopping.is_set():
            queue.waiting.extend((received, self._handler.summary(received)) for received in page[:PAGE])
            queue.newer.clear()
        self._start(user, queue)

    def add_newer(self, received: Received) -> None:
        """Note an update that was stored for a user who has a queue here; it stays in the inbox table."""
        queue = self._queues[received.user_id]
        if len(queue.newer) < PAGE:
            later = self._handler.summary(received)
            queue.newer.append((received.update_id, later))
            if queue.handling:
                queue.handling.add_behind(later)

    def hold(self, user: int) -> Hold:
        return self._queues[user].hold

    def drop(self, user: int) -> None:
        """Remove the queue of a user of whom nothing waits, or who is another process's now."""
        del self._queues[user]

    def marked(self, count: int) -> None:
        """Remove the first `count` of `closed`, which are on disk."""
        del self.closed[:count]
        self._marked.set()
        self._marked = asyncio.Event()

    def clear(self) -> None:
        """Empty all queues: what was in them is read from the inbox table again, if it is still ours."""
        for queue in self._queues.values():
            queue.waiting.clear()

    async def stop(self, seconds: float) -> None:
        """Wait `seconds` for what is being handled, then cancel it; what waits stays in the inbox."""
        self._stopping.set()
        self.clear()
        await end(self._workers, seconds)

    def _start(self, user: int, queue: _Queue[Seen]) -> None:
        if not queue.waiting:
            self.ended.add(user)
            self._report()
            return
        self.ended.discard(user)
        worker = asyncio.create_task(self._work(user, queue))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, user: int, queue: _Queue[Seen]) -> None:
        """Handle one user's updates until none is left; log lines meanwhile name her."""
        bind_contextvars(reader_id=user)
        try:
            while queue.waiting:
                received, seen = queue.waiting.popleft()
                whole = await self._gather(queue, received) if seen.begins else received
                if whole is not None:
                    await self._handle(queue, whole)
                await self._wait_for_pages(queue)
        except TakenOverError as error:
            if not isinstance(error, UnsureError):  # else it is begun anew, here if nobody else has her
                self.taken_over += 1 + len(queue.waiting)
            queue.waiting.clear()
        finally:
            self.ended.add(user)
            self._report()

    async def _wait_for_pages(self, queue: _Queue[Seen]) -> None:
        """Wait until this user's open pages are on disk: her next update may ask which page is open."""
        user = queue.hold.user_id
        while queue.waiting and any(closed.pages for closed in self.closed if closed.user_id == user):
            await self._marked.wait()

    async def _handle(self, queue: _Queue[Seen], received: Received) -> None:
        """Handle one update, again where the database was away; a stop leaves it in the inbox."""
        completion = Completion() if self._defers_pages else None
        handling = self._handler.begin(received, self._slots)
        for seconds in (*self._pauses, None):
            async with self._slots:
                if self._stopping.is_set():
                    return
                queue.handling = handling
                with completing(completion):
                    tried = await self._attempt(handling, queue, last=seconds is None)
                queue.handling = None
            if tried is not None or seconds is None:
                break
            await sleep_unless(self._stopping, seconds)
        error = tried or None
        if error:
            log.error("update given up", update_id=received.update_id, exception=error)
        pages = tuple(completion.pages) if completion else ()
        self._close(handling.finish(error)._replace(pages=pages))

    async def _attempt(self, handling: Handling[Seen], queue: _Queue[Seen], *, last: bool) -> str | None:
        """Handle one update; return what went wrong ("" for nothing), None where it is to be tried again."""
        try:
            # Around nothing else: what is marked as handled is marked whoever has the user.
            with holding(queue.hold):
                error = await handling.attempt(queue.behind(), last=last)
        except TakenOverError:
            raise
        except Exception as raised:  # noqa: BLE001  # whatever it breaks, this user's next update is handled
            if not last and is_transient(raised):
                return None
            error = traceback.format_exc()[-ERROR_LENGTH:]
        return storable(error or "")

    async def _gather(self, queue: _Queue[Seen], received: Received) -> Received | None:
        """Gather what belongs to an update, again where the database was away. None for a part that comes
        after the others were handled: it is closed without an answer.
        """
        for seconds in (*self._pauses, None):
            try:
                with holding(queue.hold):
                    group = await self._handler.gather(received, self._stopping.is_set)
            except TakenOverError:
                raise
            except Exception as error:  # noqa: BLE001  # foreign input: it is handled as it is
                if seconds is None or not is_transient(error):
                    return received
                await sleep_unless(self._stopping, seconds)
                continue
            if group is None:
                self._close(Closed(received.update_id, None, received.user_id))
                return None
            queue.leave_out(group.others)
            return group.received
        return received

    def _close(self, closed: Closed) -> None:
        self.closed.append(closed)
        self._report()


def storable(text: str) -> str:
    """Return the text without what some database cannot store: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "backslashreplace").decode()


async def end(tasks: Iterable[asyncio.Task[Any]], seconds: float) -> None:
    """Wait `seconds` for tasks, then cancel those that still run."""
    running = set(tasks)
    late = (await asyncio.wait(running, timeout=seconds))[1] if running else running
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
