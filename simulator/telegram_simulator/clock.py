"""The wall clock that a simulator shows. Waits never use it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the wall clock's time, aware, in UTC."""
        ...


class MovableClock:
    """A clock that runs with the system's but can be set forward."""

    def __init__(self, start: datetime | None = None) -> None:
        """Start at `start` (aware), or at the system's time."""
        self._ahead = timedelta(0) if start is None else start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Set the clock forward to `moment` (aware); ValueError when that lies in the past."""
        if moment < self.now():
            raise ValueError(f"The clock stands at {self.now():%Y-%m-%d %H:%M} UTC and only moves forward.")
        self._ahead = moment - datetime.now(UTC)


class StoppedClock:
    """A clock that stands still until it is moved; for tests that need exact times."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Set the clock forward to `moment` (aware); ValueError when that lies in the past."""
        if moment < self._moment:
            raise ValueError(f"The clock stands at {self._moment:%Y-%m-%d %H:%M} UTC and only moves forward.")
        self._moment = moment
