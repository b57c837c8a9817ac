"""The send window: how many deliveries may be in flight."""

BATCH_SECONDS = 0.025
"""How much of the rate one transaction claims, where that is more than a row. Larger batches cost less, and
leave more unknown when the program dies.
"""


class Window:
    """At most `size` deliveries (SEND_WINDOW) are in flight at any moment.

    A delivery is in flight from the COMMIT of its claim to the COMMIT of its outcome. So a process that dies
    leaves no more than `size` of them unknown. Some of those in flight are `waiting` for the rate limiter.
    """

    def __init__(self, size: int, rate: int) -> None:
        """`rate` is in messages a second: it says how many rows are worth a transaction."""
        batch = int(rate * BATCH_SECONDS)
        self.size = size
        # A quarter of the window at the most: else a full window would have to empty before the next claim.
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
        """Take out deliveries whose outcomes are on disk."""
        self.in_flight -= count

    def room(self) -> int:
        """Return how many rows may be claimed now; 0 while claims wait, or where it is not worth a
        transaction.
        """
        free = self.size - self.in_flight
        # What waits for the rate limiter comes first: a claim is to be short before its message.
        if self.waiting or free < self.smallest_batch:
            return 0
        return min(free, self._largest_batch)

    def room_for_trial(self) -> int:
        """Return 1 where nothing is in flight, for the one message of a breaker that is half open."""
        return 0 if self.in_flight else 1
