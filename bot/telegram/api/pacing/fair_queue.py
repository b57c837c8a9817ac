"""The fair queue of replies that wait for the rate limiter."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from math import inf

MINUTE = 60.0
HURRY_SECONDS = 3.0
"""A reply waits no longer than this for room or for a cooldown while more updates of its asker wait behind
it: these may have effects, which must not be late.
"""

# Why a reply is dropped: labels of a metric.
QUEUE_FULL = "queue_full"  # too many wait
SUPERSEDED = "superseded"  # a later edit of the same message was sent
DUPLICATE = "duplicate"  # the same button was tapped just before, and answered with a message


class NoTurnError(Exception):
    """A reply was dropped from the queue; the text says why, in a word."""


class Ticket:
    """One reply's place in the queue. `turn` is done when it may leave (0), or must give up: the seconds
    after which it may be tried again.
    """

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
        """`asker` is whom it answers: in a group, who wrote there.

        `patience`: the longest cooldown, in seconds, that it waits for. `since`: the monotonic time at which
        it began to wait. `cooldown_left` returns the seconds that are left of a chat's cooldown. `begun`: a
        part of the answer has left, so the rest of it is never dropped in favour of others.
        """
        self.begun = begun
        self.chat_id = chat_id
        self.asker = asker
        self.patience = patience
        self.since = since
        self.behind = 0
        """How many more updates of this asker wait to be handled."""
        self.expires_at = inf
        """The monotonic time from which on it gives up, where more updates wait behind it."""
        self._cooldown_left = cooldown_left
        self.turn: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def go(self, seconds: float = 0.0) -> None:
        """End the wait: its turn has come (0), or it has to be tried again after so many seconds."""
        if not self.turn.done():
            self.turn.set_result(seconds)

    def hurry(self, patience: float | None = None) -> None:
        """End the wait if the cooldown is longer than the patience (`patience`, from now on)."""
        self.patience = self.patience if patience is None else patience
        if (cooldown := self._cooldown_left(self.chat_id)) > self.patience:
            self.go(cooldown)

    def leave(self, why: str) -> None:
        """Drop the reply: whoever waits for its turn gets NoTurnError."""
        if not self.turn.done():
            self.turn.set_exception(NoTurnError(why))


class FairQueue:
    """Replies that wait, and how many answers each asker had in the last minute.

    Fair queueing by asker: next is the one who had the fewest answers. Where the queue is full, a reply to
    the one who had the most is dropped.
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
        """Add a reply at the end."""
        self._tickets[ticket] = None

    def end(self, ticket: Ticket) -> None:
        """Take a reply out, if it is still there."""
        self._tickets.pop(ticket, None)

    def answered(self, asker: int, now: float) -> None:
        """Count an answer to this asker, for a minute."""
        self._answers.append((now, asker))
        self._had[asker] += 1
        while self._answers[0][0] <= now - MINUTE:
            self._forget(self._answers.popleft()[1])

    def next(self, tickets: Iterable[Ticket]) -> Ticket | None:
        """Return the reply of these that is next: its asker had the fewest answers, and has the fewest
        updates waiting; among equals the first.
        """
        return min(tickets, key=self._count, default=None)

    def to_drop(self, newcomer: int, tickets: Iterable[Ticket]) -> Ticket | None:
        """Return the reply of these to drop in favour of a newcomer: its asker had the most answers, and more
        than the newcomer; among equals the last. None where there is none.
        """
        others = [ticket for ticket in tickets if not ticket.begun]
        worst = max(reversed(others), key=self._count, default=None)
        return worst if worst is not None and self._count(worst) > self._had.get(newcomer, 0) else None

    def _count(self, ticket: Ticket) -> int:
        return self._had.get(ticket.asker, 0) + ticket.behind

    def _forget(self, asker: int) -> None:
        self._had[asker] -= 1
        if not self._had[asker]:
            del self._had[asker]
