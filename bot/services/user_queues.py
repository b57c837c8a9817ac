"""What this process has in hand: one sender's updates in order, many senders side by side."""

import asyncio
import json
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from structlog.contextvars import bind_contextvars

from bot.db.away import may_pass
from bot.db.completion import Completion, completing
from bot.db.inbox import Closed, Received
from bot.db.open_pages import OpenPage
from bot.db.update_lock import Hold, TakenOverError, UnsureError, holding
from bot.telegram.asking import SILENCE_SECONDS, Asking, Glance, glance, handled
from bot.telegram.gathering import Gathering
from bot.telegram.transport import pause

log = structlog.get_logger(__name__)

AT_ONCE = 256
"""Updates handled side by side, at the most; each belongs to another sender."""

PAGE = 50
"""Updates of one sender in memory, at the most; a flood waits in the inbox."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before an update is tried again because the database was away."""

ERROR_LENGTH = 2_000
MUTED_KEPT = 1_000


class Handle(Protocol):
    async def __call__(self, update: dict[str, Any], /, *, last: bool) -> str | None:
        """Handle one update; return what went wrong, if anything did.

        Raises what may pass by itself (see `db.away`): unless this was the `last` try, there is another; and
        TakenOverError, where the update is another process's by now.
        """


@dataclass(slots=True)
class _Line:
    """A sender's updates. What is kept of hers from now on waits in the inbox until these are handled:
    another process may have kept something before it.
    """

    hold: Hold
    waiting: deque[tuple[Received, Glance]] = field(default_factory=deque)
    newer: list[tuple[int, Glance]] = field(
        default_factory=list
    )  # waits in the inbox, as far as it came to us
    asking: Asking | None = None

    def behind(self) -> list[Glance]:
        """Return what waits behind the one that is handled."""
        return [seen for _, seen in (*self.waiting, *self.newer)]

    def leave_out(self, numbers: frozenset[int]) -> None:
        """Forget updates that are handled with the one that is in hand."""
        if numbers:
            self.waiting = deque(one for one in self.waiting if one[0].update_id not in numbers)
            self.newer = [one for one in self.newer if one[0] not in numbers]


class UserQueues:
    """`closed` and `ended` are for the one who marks them on disk: updates with what went wrong, and senders
    of whom nothing waits here any more. `left` counts the updates that another process has taken over.
    """

    def __init__(
        self,
        handle: Handle,
        report: Callable[[], None],
        gathering: Gathering,
        pauses: Sequence[float] = PAUSES,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        keeps_pages: bool = False,
    ) -> None:
        """`report` is called whenever something was closed or ended; `gathering` finds what is one thing;
        `keeps_pages`: whoever marks an update as handled keeps its open pages too.
        """
        self.closed: list[Closed] = []
        self.ended: set[int] = set()
        self.left = 0
        self._handle = handle
        self._report = report
        self._gathering = gathering
        self._pauses = pauses
        self._monotonic = monotonic
        self._muted: dict[int, float] = {}  # until when each of these gets no answers
        self._lines: dict[int, _Line] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._stopping = asyncio.Event()
        self._keeps_pages = keeps_pages
        self._marked = asyncio.Event()

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, sender: int) -> bool:
        return sender in self._lines

    def take_up(self, hold: Hold, page: Sequence[Received]) -> None:
        """Handle the first of a sender's updates that wait; without any she has ended. She is new here, or in
        `ended`: one worker has her at a time.
        """
        sender = hold.sender
        line = self._lines.setdefault(sender, _Line(hold))
        if not self._stopping.is_set():
            line.waiting.extend((one, glance(json.loads(one.body))) for one in page[:PAGE])
            line.newer.clear()
        self._move(sender, line)

    def hear(self, received: Received) -> None:
        """Something more was kept of a sender who is in hand: it waits in the inbox."""
        line = self._lines[received.sender]
        if len(line.newer) < PAGE:
            later = glance(json.loads(received.body))
            line.newer.append((received.update_id, later))
            if line.asking:
                line.asking.hears(later)

    def marked(self, count: int) -> None:
        """The first `count` of `closed` are on disk."""
        del self.closed[:count]
        self._marked.set()
        self._marked = asyncio.Event()

    def hold(self, sender: int) -> Hold:
        return self._lines[sender].hold

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
                received, seen = line.waiting.popleft()
                one = await self._gather(line, received) if seen.begins else received
                if one is not None:
                    await self._settle(line, one)
                while line.waiting and any(
                    closed.pages and closed.sender == sender for closed in self.closed
                ):
                    await self._marked.wait()  # her next one may ask which page is open
        except TakenOverError as error:
            if not isinstance(error, UnsureError):  # else it is begun anew, here if nobody else has her
                self.left += 1 + len(line.waiting)
            line.waiting.clear()
        finally:
            self.ended.add(sender)
            self._report()

    async def _settle(self, line: _Line, received: Received) -> None:
        """Handle one update, again where the database was away; a stop leaves it in the inbox."""
        completion = Completion() if self._keeps_pages else None
        for seconds in (*self._pauses, None):
            async with self._slots:
                if self._stopping.is_set():
                    return
                update = json.loads(received.body)
                line.asking = asking = self._asking(line, received, glance(update))
                with handled(asking), completing(completion):
                    tried = await self._attempt(update, line.hold, last=seconds is None)
                line.asking = None
            if tried is not None or seconds is None:
                break
            await pause(seconds, self._stopping)
        error = tried or None
        if error:
            log.error("update given up", update_id=received.update_id, exception=error)
        self._close(received, asking, error, tuple(completion.pages) if completion else ())

    async def _gather(self, line: _Line, received: Received) -> Received | None:
        """Gather what belongs to an update, again where the database was away. None for a part that comes
        when the others were handled: it is closed without a word.
        """
        for seconds in (*self._pauses, None):
            try:
                with holding(line.hold):
                    whole = await self._gathering.whole(received, self._stopping.is_set)
            except TakenOverError:
                raise
            except Exception as error:  # noqa: BLE001  # foreign input: it is handled as it is
                if seconds is None or not may_pass(error):
                    return received
                await pause(seconds, self._stopping)
                continue
            if whole is None:
                self.closed.append(Closed(received.update_id, None, received.sender))
                self._report()
                return None
            line.leave_out(whole.others)
            return whole.received
        return received

    def _asking(self, line: _Line, received: Received, seen: Glance) -> Asking:
        return Asking(
            received.sender,
            seen,
            line.behind(),
            again=received.again,
            once=received.once,
            muted=self._is_muted(received.sender),
            slots=self._slots,
            repeated=lambda: self._gathering.is_repeated(received),
        )

    def _is_muted(self, sender: int) -> bool:
        return self._muted.get(sender, -1.0) > self._monotonic()

    def _close(
        self, received: Received, asking: Asking, error: str | None, pages: tuple[OpenPage, ...]
    ) -> None:
        now, sender = self._monotonic(), received.sender
        if asking.began_silence:
            self._muted[sender] = now + SILENCE_SECONDS
            log.warning("a reader writes faster than she can be answered", silence=SILENCE_SECONDS)
            if len(self._muted) > MUTED_KEPT:
                self._muted = {one: until for one, until in self._muted.items() if until > now}
        asked = asking.seen.command and asking.replied and not asking.again
        owed = asking.owed if asking.seen.command and not error else 0.0
        self.closed.append(Closed(received.update_id, error, sender, asked, owed, asking.left, pages))
        self._report()

    async def _attempt(self, update: dict[str, Any], hold: Hold, *, last: bool) -> str | None:
        """Handle one update; return what went wrong ("" for nothing), None where it is to be tried again."""
        try:
            with holding(hold):  # around nothing else: what is marked here is marked whoever has the sender
                error = await self._handle(update, last=last)
        except TakenOverError:
            raise
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
