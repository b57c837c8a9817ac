"""Hours are kept by the database's clock where machines share one: they need not agree on the time."""

import time
from collections.abc import Callable

import structlog

from bot.clock import Clock, CorrectedClock, steady
from bot.db.engine.session import Database
from bot.db.updates.leases import database_time

log = structlog.get_logger(__name__)

SAMPLES = 5
"""The one whose answer came soonest counts: it may be wrong by half of what it took."""

TOLERATED_SECONDS = 2.0
MEASURE_SECONDS = 10.0
"""How often it is measured. A clock that is set meanwhile changes nothing: time is counted on from there."""


class DatabaseClock:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        real: Callable[[], float] = time.time,
        *,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        """`clock` is the one that is to be set right, `real` this machine's own, in Unix seconds."""
        self._database = database
        self._monotonic = monotonic
        self._corrected = CorrectedClock(clock, real, monotonic)
        self._told = 0.0
        self.clock: Clock = self._corrected if database.is_shared else clock
        """What to keep hours by; the given clock until the first `measure`, and where nobody shares one."""

    @property
    def skew(self) -> float | None:
        """Seconds by which this machine's clock is ahead; None where there is nothing to compare it with."""
        return self._corrected.skew

    async def measure(self) -> None:
        """Ask the database for the time. DatabaseError: what was known before still counts."""
        if not self._database.is_shared:
            return
        took, told, at = min([await self._ask() for _ in range(SAMPLES)])
        self._corrected.set(told, at - took / 2)
        self._tell(self._corrected.skew or 0.0)

    async def _ask(self) -> tuple[float, float, float]:
        """Return how long the answer took, what it was, and when it came."""
        async with self._database.read() as session:
            began = self._monotonic()
            told = await database_time(session)
            came = self._monotonic()
        return came - began, told, came

    def _tell(self, skew: float) -> None:
        if abs(skew) > TOLERATED_SECONDS and abs(skew - self._told) > TOLERATED_SECONDS:
            self._told = skew
            log.warning("this machine's clock is wrong: the database's counts", ahead_seconds=round(skew, 1))
        elif abs(skew) <= TOLERATED_SECONDS and self._told:
            self._told = 0.0
            log.info("this machine's clock agrees with the database's again")


async def by_the_database(database: Database, clock: Clock) -> Clock:
    """Return what to keep hours by, measured now. DatabaseError."""
    hours = DatabaseClock(database, clock)
    await hours.measure()
    return hours.clock
