"""The database's clock, which machines that share a database follow."""

import time
from collections.abc import Callable

import structlog

from bot.clock import Clock, CorrectedClock, steady
from bot.db.engine.session import Database
from bot.db.updates.leases import database_time

log = structlog.get_logger(__name__)

SAMPLES = 5
"""The sample with the shortest answer counts; its error is at most half of that time."""

TOLERATED_SECONDS = 2.0
MEASURE_SECONDS = 10.0
"""How often the clock is measured. In between, a machine's clock that is set changes nothing."""


class DatabaseClock:
    """A clock corrected by the database's, so that machines need not agree on the time."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        real: Callable[[], float] = time.time,
        *,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        """`clock` is corrected; `real` is this machine's own clock, in Unix seconds."""
        self._database = database
        self._monotonic = monotonic
        self._corrected = CorrectedClock(clock, real, monotonic)
        self._told = 0.0
        self.clock: Clock = self._corrected if database.is_shared else clock
        """The clock to use: the given one until the first `measure`, and where the database is not shared."""

    @property
    def skew(self) -> float | None:
        """Seconds by which this machine's clock is ahead of the database's; None before a measurement."""
        return self._corrected.skew

    async def measure(self) -> None:
        """Ask the database for the time. DatabaseError: the last measurement still counts."""
        if not self._database.is_shared:
            return
        took, told, at = min([await self._ask() for _ in range(SAMPLES)])
        self._corrected.set(told, at - took / 2)
        self._tell(self._corrected.skew or 0.0)

    async def _ask(self) -> tuple[float, float, float]:
        """Return how many seconds the answer took, the database's time, and when it came (`monotonic`)."""
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
    """Return the clock to use with this database, measured now. DatabaseError."""
    hours = DatabaseClock(database, clock)
    await hours.measure()
    return hours.clock
