"""The queue of replies: fair to who had the fewest answers lately."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from math import inf

MINUTE = 60.0
HURRY_SECONDS = 3.0
"""So long an answer waits for room, or for the end of a halt, where more of its asker's waits behind it: that
may have effects.
"""

CROWDED = "crowded"
REPLACED = "replaced"  # by a later turn of the same message
REPEATED = "repeated"  # the same button was tapped just before, and answered with a message


class NoTurnError(Exception):
    """A reply is dropped from the queue and never gets a turn; the text says why."""


class Ticket:
    """One reply's place among those that wait. In a group the `asker` is who wrote there."""

    def __init__(
        self,
        chat_id: int,
        asker: int,
        patience: float,
        since: float,
        cooldown_left: Callable[[int], float],
        *,
        begun: bool = False,
    ) -> None:
        """`patience` is how many seconds of a halt it waits, `since` the monotonic time. `halted` says how
        long a chat is. `begun`: some of the answer has left; what is missing of it makes room for nobody.
        """
        self.begun = begun
        self.chat_id = chat_id
        self.asker = asker
        self.patience = patience
        self.since = since
        self.behind = 0
        """How many more updates of this asker wait."""
        self.expires_at = inf
        """The monotonic time from which on it leaves, where any do."""
        self._cooldown_left = cooldown_left
        self.turn: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def go(self, seconds: float = 0.0) -> None:
        """Its turn has come, or a halt of so many seconds is too long for it."""
        if not self.turn.done():
            self.turn.set_result(seconds)

    def hurry(self, patience: float | None = None) -> None:
        """Wait for no halt that is longer than its patience, or (from now on) than this."""
        self.patience = self.patience if patience is None else patience
        if (away := self._cooldown_left(self.chat_id)) > self.patience:
            self.go(away)

    def leave(self, why: str) -> None:
        if not self.turn.done():
            self.turn.set_exception(NoTurnError(why))


class FairQueue:
    """The queue of replies that wait for the rate limiter, with how many answers each asker had in the last
    minute.

    Next is the asker with the fewest answers; where the queue is full, the one with the most gives way.
    """

    def __init__(self) -> None:
        self._tickets: dict[Ticket, None] = {}
        self._answers: deque[tuple[float, int]] = deque()
        self._had: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._tickets)

    def __iter__(self) -> Iterator[Ticket]:
        return (ticket for ticket in list(self._tickets) if not ticket.turn.done())

    def join(self, ticket: Ticket) -> None:
        self._tickets[ticket] = None

    def end(self, ticket: Ticket) -> None:
        self._tickets.pop(ticket, None)

    def answered(self, asker: int, now: float) -> None:
        self._answers.append((now, asker))
        self._had[asker] += 1
        while self._answers[0][0] <= now - MINUTE:
            self._forget(self._answers.popleft()[1])

    def next(self, tickets: Iterable[Ticket]) -> Ticket | None:
        """Return whose turn is next: who had the fewest answers and has the fewest updates waiting; of those
        who came first.
        """
        return min(tickets, key=self._count, default=None)

    def who_gives_way(self, newcomer: int, tickets: Iterable[Ticket]) -> Ticket | None:
        """Return who had the most answers, where that is more than this asker had: the last one to come."""
        others = [ticket for ticket in tickets if not ticket.begun]
        worst = max(reversed(others), key=self._count, default=None)
        return worst if worst is not None and self._count(worst) > self._had.get(newcomer, 0) else None

    def _count(self, ticket: Ticket) -> int:
        return self._had.get(ticket.asker, 0) + ticket.behind

    def _forget(self, asker: int) -> None:
        self._had[asker] -= 1
        if not self._had[asker]:
            del self._had[asker]
