"""The send window: how many deliveries may be in flight."""

BATCH_SECONDS = 0.025
"""One transaction claims what the rate sends in this time, and at least one row. Larger batches cost less CPU
and leave more rows unknown when the program dies.
"""


class Window:
    """At most `size` deliveries (SEND_WINDOW) are in flight at any moment.

    A delivery is in flight from the COMMIT of its claim to the COMMIT of its outcome. So a process that dies
    leaves no more than `size` of them unknown. Some of those in flight are `waiting` for the rate limiter.
    """

    def __init__(self, size: int, rate: int) -> None:
        """`rate` is in messages a second; batches are sized by it."""
        batch = int(rate * BATCH_SECONDS)
        self.size = size
        # At most a quarter of the window: with more, a full window would have to drain before the next claim.
        self.smallest_batch = max(1, min(batch, size // 4))
        self._largest_batch = min(size, max(2, batch))
        self.in_flight = 0
        self.waiting = 0

    def claimed(self, count: int) -> None:
        """Add claims that are committed and wait for the rate limiter."""
        self.in_flight += count
        self.waiting += count

    def took_turn(self) -> None:
        """Note that one claim waits for the rate limiter no more."""
        self.waiting -= 1

    def recorded(self, count: int) -> None:
        """Take out deliveries whose outcomes are committed."""
        self.in_flight -= count

    def room(self) -> int:
        """Return how many rows may be claimed now; 0 while claims wait for the rate limiter, or where too few
        places are free to be worth a transaction.
        """
        free = self.size - self.in_flight
        # A claim that waits could be lost to a crash without need: so none is made ahead of the others.
        if self.waiting or free < self.smallest_batch:
            return 0
        return min(free, self._largest_batch)

    def room_for_trial(self) -> int:
        """Return 1 where nothing is in flight, else 0: a half-open circuit breaker tries a single message."""
        return 0 if self.in_flight else 1
