"""Debounce: tells when something has stopped changing."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Debounce(Generic[Key]):
    """Remembers how things look and since when.

    A key is in it from its first change until it has looked the same for `seconds` of `monotonic`.
    """

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._changing: dict[Key, tuple[object, float]] = {}

    def __contains__(self, key: Key) -> bool:
        """Tell whether this has changed and is not quiet yet."""
        return key in self._changing

    def __len__(self) -> int:
        """Return how many things have changed and are not quiet yet."""
        return len(self._changing)

    def is_stable(self, key: Key, look: object) -> bool:
        """Note how `key` looks now; True, once, when it has looked like this for long enough."""
        now = self._monotonic()
        before, since = self._changing.get(key, (None, now))
        if before != look:
            self._changing[key] = (look, now)
            return False
        if now - since < self._seconds:
            return False
        del self._changing[key]
        return True

    def forget(self, key: Key) -> None:
        """Stop waiting for this: it looks again as it did before it changed."""
        self._changing.pop(key, None)
