"""Sliding windows: Telegram's limits for the whole bot, per second."""

from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 1.02
"""A second, and what a network may shift one message against another."""

BURSTS = 3
"""Messages that are not paid for leave in so many parts of a second at the least: what a network delays must
not meet those of the next part.
"""


class RateWindow:
    """Says how long a message has to wait so that no second holds more than it may.

    `total` messages a second may leave at all; `ceiling` of them may be unpaid. Every wait is in seconds, and
    0 or less where there is room now.
    """

    def __init__(self, *, total: int, ceiling: int, paid: bool, monotonic: Callable[[], float]) -> None:
        """`paid`: campaigns pay for their messages, so these use nothing of the ceiling."""
        self._total = total
        self._ceiling = ceiling
        self._paid = paid
        self._monotonic = monotonic
        self._sent: deque[float] = deque(maxlen=total)
        self._unpaid: deque[float] = deque(maxlen=ceiling)

    def note(self, now: float, *, paid: bool) -> None:
        """Count a message that leaves now."""
        self._sent.append(now)
        if not paid:
            self._unpaid.append(now)

    def wait_below(self, limit: int) -> float:
        """Return the wait until fewer than `limit` messages left in the last second."""
        return self._wait(self._sent, limit)

    def wait_for_campaign(self) -> float:
        """Return the wait of a campaign's message that goes before the replies."""
        room = self._wait(self._sent, self._total)
        return room if self._paid else max(room, self.wait_for_unpaid())

    def wait_for_reply(self, reserved: int) -> float:
        """Return the wait of a reply, where so many messages are reserved for a campaign."""
        room = self._wait(self._sent, self._total - reserved)
        return max(room, self.wait_for_unpaid(0 if self._paid else reserved))

    def wait_for_unpaid(self, reserved: int = 0) -> float:
        """Return the wait of what is not paid for, by its second and by the part of a second."""
        part = self._ceiling // BURSTS - reserved
        in_part = self._wait(self._unpaid, part, WINDOW_SECONDS / BURSTS)
        return max(self._wait(self._unpaid, self._ceiling - reserved), in_part)

    def last_second(self) -> int:
        """Return how many messages left in the last second."""
        since = self._monotonic() - 1.0
        return sum(moment > since for moment in self._sent)

    def _wait(self, sent: deque[float], limit: int, seconds: float = WINDOW_SECONDS) -> float:
        """Return the wait until fewer than `limit` (or than one) of these left in the last `seconds`."""
        limit = max(1, limit)
        if len(sent) < limit:
            return 0.0
        return sent[-limit] + seconds - self._monotonic()
