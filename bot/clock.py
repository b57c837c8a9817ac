"""The time of day, injected wherever it is needed."""

import time
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import tzdata


def own_zones() -> str:
    """Use the time zones of the locked package instead of the system's; return their version."""
    if zoneinfo.TZPATH:
        zoneinfo.reset_tzpath(to=())
        zoneinfo.ZoneInfo.clear_cache()
    return str(tzdata.IANA_VERSION)


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the wall clock's time, aware, in UTC."""
        ...

    def steady(self) -> float:
        """Return seconds that pass as the wall clock's do, from any moment, but that nobody sets."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def steady(self) -> float:
        return steady()


_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Return monotonic seconds that also pass while the machine sleeps, where the system can count them."""
    return time.clock_gettime(_STEADY)


class CorrectedClock:
    """Another clock's time, corrected by how far the machine's own clock is from a shared one."""

    def __init__(self, clock: Clock, real: Callable[[], float], monotonic: Callable[[], float]) -> None:
        """`real`: the machine's own wall clock, in Unix seconds, on which `clock` depends."""
        self._clock = clock
        self._real = real
        self._monotonic = monotonic
        self._shared: float | None = None  # what the shared clock showed when `monotonic` was 0

    def set(self, shared: float, at: float) -> None:
        """Note that the shared clock showed `shared` (Unix seconds) when `monotonic` showed `at`."""
        self._shared = shared - at

    @property
    def skew(self) -> float | None:
        """Seconds by which the machine's own clock is ahead; None before the first `set`."""
        if self._shared is None:
            return None
        return self._real() - (self._shared + self._monotonic())

    def now(self) -> datetime:
        return self._clock.now() - timedelta(seconds=self.skew or 0.0)

    def steady(self) -> float:
        return self._clock.steady()


class MovableClock:
    """A clock that runs with the system's but can be set forward; for the demo, the simulator and tests."""

    def __init__(self, start: datetime | None = None) -> None:
        """Start at `start` (aware), or at the system's time."""
        self._ahead = timedelta(0) if start is None else start - datetime.now(UTC)
        self._moved = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Set the clock forward to `moment` (aware); ValueError when that lies in the past."""
        if moment < self.now():
            raise ValueError(f"The clock stands at {self.now():%Y-%m-%d %H:%M} UTC and only moves forward.")
        before, self._ahead = self._ahead, moment - datetime.now(UTC)
        self._moved += (self._ahead - before).total_seconds()

    def steady(self) -> float:
        """Return monotonic seconds; time that the clock was set forward by counts as passed."""
        return time.monotonic() + self._moved

    def jump(self, span: timedelta) -> None:
        """Move the wall clock alone, as somebody does who sets a clock wrong."""
        self._ahead += span


class StoppedClock:
    """A clock that stands still until it is moved; for tests that need exact times."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def steady(self) -> float:
        return self._moment.timestamp()

    def move_to(self, moment: datetime) -> None:
        """Set the clock forward to `moment` (aware); ValueError when that lies in the past."""
        if moment < self._moment:
            raise ValueError(f"The clock stands at {self._moment:%Y-%m-%d %H:%M} UTC and only moves forward.")
        self._moment = moment
