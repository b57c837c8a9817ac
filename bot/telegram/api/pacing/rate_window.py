"""Sliding windows: the bot's messages within the last second."""

from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 1.02
"""A second, and some time by which the network may delay one message more than the next."""

BURSTS = 3
"""A second's free messages leave in at least so many parts: a part that the network delays must not arrive
together with all of the next one.
"""


class RateWindow:
    """A sliding-window log of the messages that left: how long must the next one wait for room?

    At most `total` messages leave in any second, and at most `ceiling` of these are free (not paid for).
    Waits are in seconds; 0 or less means now.
    """

    def __init__(self, *, total: int, ceiling: int, paid: bool, monotonic: Callable[[], float]) -> None:
        """`paid`: campaigns pay for their messages, which then do not count against the ceiling."""
        self._total = total
        self._ceiling = ceiling
        self._paid = paid
        self._monotonic = monotonic
        self._sent: deque[float] = deque(maxlen=total)
        self._unpaid: deque[float] = deque(maxlen=ceiling)

    def note(self, now: float, *, paid: bool) -> None:
        """Count a message that leaves at `now`."""
        self._sent.append(now)
        if not paid:
            self._unpaid.append(now)

    def wait_below(self, limit: int) -> float:
        """Return the wait until fewer than `limit` messages are within the last second."""
        return self._wait(self._sent, limit)

    def wait_for_campaign(self) -> float:
        """Return the wait of a campaign's message that need not give way to replies."""
        room = self._wait(self._sent, self._total)
        return room if self._paid else max(room, self.wait_for_unpaid())

    def wait_for_reply(self, reserved: int) -> float:
        """Return the wait of a reply while so many slots are reserved for a campaign."""
        room = self._wait(self._sent, self._total - reserved)
        return max(room, self.wait_for_unpaid(0 if self._paid else reserved))

    def wait_for_unpaid(self, reserved: int = 0) -> float:
        """Return the wait of a free message: for room in its second, and in its part of the second."""
        part = self._ceiling // BURSTS - reserved
        in_part = self._wait(self._unpaid, part, WINDOW_SECONDS / BURSTS)
        return max(self._wait(self._unpaid, self._ceiling - reserved), in_part)

    def last_second(self) -> int:
        """Return how many messages left in the last second."""
        since = self._monotonic() - 1.0
        return sum(moment > since for moment in self._sent)

    def _wait(self, sent: deque[float], limit: int, seconds: float = WINDOW_SECONDS) -> float:
        """Return the wait until fewer than `limit`, or than 1, of these are within the last `seconds`."""
        limit = max(1, limit)
        if len(sent) < limit:
            return 0.0
        return sent[-limit] + seconds - self._monotonic()
