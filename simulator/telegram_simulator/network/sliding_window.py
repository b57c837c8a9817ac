"""Sliding windows: how many calls a key had in a time span."""

from collections import defaultdict, deque
from collections.abc import Hashable


class SlidingWindows:
    """One window for each key; keys that have been quiet for the span are forgotten."""

    def __init__(self, span: float) -> None:
        self._span = span
        self._calls: dict[Hashable, deque[float]] = defaultdict(deque)
        self._order: deque[tuple[float, Hashable]] = deque()

    def __len__(self) -> int:
        """Return how many keys are kept."""
        return len(self._calls)

    def wait(self, key: Hashable, limit: int, now: float) -> float:
        """Return the seconds until one more call keeps to `limit`; 0 when it does so now."""
        self._forget(now)
        calls = self._calls.get(key, ())
        if len(calls) < limit:
            return 0.0
        return self._span if limit <= 0 else max(calls[-limit] + self._span - now, 1e-9)

    def add(self, key: Hashable, now: float) -> None:
        self._calls[key].append(now)
        self._order.append((now, key))

    def _forget(self, now: float) -> None:
        while self._order and self._order[0][0] <= now - self._span:
            _, key = self._order.popleft()
            self._calls[key].popleft()
            if not self._calls[key]:
                del self._calls[key]
