"""User queues: one user's updates in order, many users side by side."""

import asyncio
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic

import structlog
from structlog.contextvars import bind_contextvars

from bot.db.engine.update_lock import FencingToken, TakenOverError, UnsureError, fenced_by
from bot.db.errors import is_transient
from bot.db.readers.open_pages import OpenPage
from bot.db.updates.completion import Completion, completing
from bot.db.updates.inbox import Closed, Received
from bot.services.updates.update_handling import Handling, Seen, UpdateHandler
from bot.waiting import Backoff, sleep_unless

log = structlog.get_logger(__name__)

AT_ONCE = 256
"""Updates handled at the same time, at most; each is another user's."""

PAGE = 50
"""Updates of one user in memory, at most; more stay in the inbox table."""

PAUSES = tuple(islice(Backoff(0.5, 15.0), 6))
"""Seconds before each retry of an update when the database was away."""

ERROR_LENGTH = 2_000
"""Characters of a traceback that are stored with an update which failed: its end."""

PAGE_SECONDS = 0.05
"""An open page waits this long for the end of its update; then it is written in a transaction of its own."""


@dataclass(slots=True)
class _Queue(Generic[Seen]):
    """One user's updates, in order.

    While it is in memory, newer updates of hers stay in the inbox table and are read back from there:
    another process may have stored an earlier one.
    """

    fencing_token: FencingToken
    waiting: deque[tuple[Received, Seen]] = field(default_factory=deque)
    newer: list[tuple[int, Seen]] = field(default_factory=list)
    """Updates that stay in the table, of those that came through this process: (update_id, summary)."""
    handling: Handling[Seen] | None = None

    def behind(self) -> list[Seen]:
        """Return the updates that wait behind the one being handled."""
        return [seen for _, seen in (*self.waiting, *self.newer)]

    def leave_out(self, numbers: frozenset[int]) -> None:
        """Drop updates that are handled together with the present one."""
        if numbers:
            self.waiting = deque(entry for entry in self.waiting if entry[0].update_id not in numbers)
            self.newer = [entry for entry in self.newer if entry[0] not in numbers]


class UserQueues(Generic[Seen]):
    """A queue and one worker for each user whom this process owns.

    The inbox reads four fields and clears them: `closed`, updates to mark as handled; `pages`, open pages to
    write; `ended`, users whose queue is empty; `taken_over`, how many updates another process has taken.
    """

    def __init__(
        self,
        handler: UpdateHandler[Seen],
        report: Callable[[], None],
        pauses: Sequence[float] = PAUSES,
        *,
        defers_pages: bool = False,
    ) -> None:
        """`report` is called after each addition to `closed`, `pages` or `ended`. `pauses`: see `PAUSES`.
        `defers_pages`: open pages are written by whoever marks the update (see `db.updates.completion`).
        """
        self.closed: list[Closed] = []
        self.pages: list[OpenPage] = []
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

    def enqueue(self, fencing_token: FencingToken, page: Sequence[Received]) -> None:
        """Handle these updates, the first of a user's that wait. Without any she joins `ended`.

        Call it only for a user who has no queue or is in `ended`: she has one worker at a time.
        """
        user = fencing_token.user_id
        queue = self._queues.setdefault(user, _Queue(fencing_token))
        if not self._stopping.is_set():
            queue.waiting.extend((received, self._handler.summary(received)) for received in page[:PAGE])
            queue.newer.clear()
        self._start(user, queue)

    def add_newer(self, received: Received) -> None:
        """Note that an update was stored for a user who has a queue. It is read back from the inbox table
        later; until then only the update being handled learns of it.
        """
        queue = self._queues[received.user_id]
        if len(queue.newer) < PAGE:
            later = self._handler.summary(received)
            queue.newer.append((received.update_id, later))
            if queue.handling:
                queue.handling.add_behind(later)

    def fencing_token(self, user: int) -> FencingToken:
        """Return the fencing token under which a user's queue is worked off. KeyError without a queue."""
        return self._queues[user].fencing_token

    def drop(self, user: int) -> None:
        """Remove a user's queue: nothing of hers waits, or another process owns her now."""
        del self._queues[user]

    def marked(self, closed: int, pages: int) -> None:
        """Remove the first `closed` updates and the first `pages` open pages, which are on disk."""
        del self.closed[:closed]
        del self.pages[:pages]
        self._marked.set()
        self._marked = asyncio.Event()

    def clear(self) -> None:
        """Empty all queues; their updates are read from the table again if the users are still ours."""
        for queue in self._queues.values():
            queue.waiting.clear()

    def begin_stop(self) -> None:
        """Begin no other update: what waits stays stored."""
        self._stopping.set()
        self.clear()

    async def stop(self, seconds: float) -> None:
        """Wait at most `seconds` for the updates being handled, then cancel them; others stay stored."""
        self.begin_stop()
        await finish_or_cancel(self._workers, seconds)

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
                group = await self._gather(queue, received) if seen.begins else received
                if group is not None:
                    seen = seen if group is received else self._handler.summary(group)
                    await self._handle(queue, group, seen)
                await self._wait_for_pages(queue)
        except TakenOverError as error:
            if not isinstance(error, UnsureError):  # else it is handled anew, here if nobody else owns her
                self.taken_over += 1 + len(queue.waiting)
            queue.waiting.clear()
        finally:
            self.ended.add(user)
            self._report()

    async def _wait_for_pages(self, queue: _Queue[Seen]) -> None:
        """Wait until this user's open pages are on disk: her next update may ask for the newest one."""
        user = queue.fencing_token.user_id
        while queue.waiting and any(page.reader_id == user for page in self.pages):
            await self._marked.wait()

    async def _handle(self, queue: _Queue[Seen], received: Received, seen: Seen) -> None:
        """Handle one update and close it; a stop leaves it in the inbox."""
        completion = Completion(self._write_later) if self._defers_pages else None
        try:
            closed = await self._handle_until_done(queue, received, seen, completion)
        finally:
            if completion is not None:
                self.pages += completion.take()
        if closed is not None:
            self._close(closed)

    async def _handle_until_done(
        self, queue: _Queue[Seen], received: Received, seen: Seen, completion: Completion | None
    ) -> Closed | None:
        """Handle one update, again after each pause where the database was away. None: the program stops."""
        handling = self._handler.begin(received, seen, self._slots)
        for seconds in (*self._pauses, None):
            async with self._slots:
                if self._stopping.is_set():
                    return None
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
        return handling.finish(error)

    def _write_later(self, completion: Completion) -> None:
        # An update may go on for long after its first page, and a push asks who has opened the issue.
        asyncio.get_running_loop().call_later(PAGE_SECONDS, self._write_now, completion)

    def _write_now(self, completion: Completion) -> None:
        if pages := completion.take():
            self.pages += pages
            self._report()

    async def _attempt(self, handling: Handling[Seen], queue: _Queue[Seen], *, last: bool) -> str | None:
        """Handle one update once; return what went wrong ("" for nothing), None where it is to be retried."""
        try:
            # Around this alone: a mark is written whoever owns the user by now.
            with fenced_by(queue.fencing_token):
                error = await handling.attempt(queue.behind(), last=last)
        except TakenOverError:
            raise
        except Exception as raised:  # noqa: BLE001  # any error: this user's next update is handled all the same
            if not last and is_transient(raised):
                return None
            error = traceback.format_exc()[-ERROR_LENGTH:]
        return storable(error) if error else ""

    async def _gather(self, queue: _Queue[Seen], received: Received) -> Received | None:
        """Gather the updates that belong to this one, again where the database was away.

        None for a part that comes after the others were handled: it is closed without an answer.
        """
        for seconds in (*self._pauses, None):
            try:
                with fenced_by(queue.fencing_token):
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


async def finish_or_cancel(tasks: Iterable[asyncio.Task[Any]], seconds: float) -> None:
    """Wait at most `seconds` for tasks, then cancel those that still run, and wait for these too."""
    running = set(tasks)
    late = (await asyncio.wait(running, timeout=seconds))[1] if running else running
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
