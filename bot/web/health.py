"""Whether the program is alive, and whether it is ready to serve."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.db.engine.session import Database
from bot.db.errors import DatabaseError
from bot.db.operations import stats
from bot.services.operations.database_clock import TOLERATED_SECONDS
from bot.web.write_check import WriteCheck

LIMIT_SECONDS = 2.0
SILENCE_SECONDS = 90.0
"""Polling hears from Telegram at least every half minute: three times that is too long."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `says` holds nothing secret."""

    name: str
    good: bool
    says: str


class Health:
    def __init__(
        self,
        database: Database,
        silence: Callable[[], float | None],
        running: Callable[[], bool],
        trouble: Callable[[], str | None] = lambda: None,
        *,
        skew: Callable[[], float | None] = lambda: None,
        limit: float = LIMIT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`silence` returns the seconds since Telegram answered a poll, None where this process does not
        poll; `running` whether the program has started and does not end; `trouble` who takes updates away, in
        words; `skew` by how many seconds this machine's clock is ahead of the database's, None where its own
        counts. `limit` is what the database may take.
        """
        self._database = database
        self._silence = silence
        self._running = running
        self._trouble = trouble
        self._skew = skew
        self._limit = limit
        self._write_check = WriteCheck(database, limit, monotonic=monotonic)

    async def healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(self, _request: web.Request) -> web.Response:
        findings = await self.look()
        ready = all(finding.good for finding in findings)
        checks = {finding.name: {"good": finding.good, "says": finding.says} for finding in findings}
        return web.json_response({"ready": ready, "checks": checks}, status=200 if ready else 503)

    async def look(self) -> tuple[Finding, ...]:
        """Make all checks, at the same time where they wait for the database."""
        tables, writable = await asyncio.gather(self._tables(), self._writable())
        return (self._program(), *tables, writable, self._updates(), self._clock())

    def _program(self) -> Finding:
        running = self._running()
        return Finding("program", running, "runs" if running else "starts or ends")

    def _clock(self) -> Finding:
        """Report the machine's clock. It is never a fault: hours are taken from the database."""
        skew = self._skew()
        if skew is None:
            return Finding("clock", True, "this machine's own")
        if abs(skew) <= TOLERATED_SECONDS:
            return Finding("clock", True, "the database's, and this machine's agrees")
        way = "ahead of" if skew > 0 else "behind"
        return Finding("clock", True, f"the database's; this machine's is {abs(skew):.1f} s {way} it")

    async def _tables(self) -> tuple[Finding, Finding]:
        try:
            async with asyncio.timeout(self._limit):
                async with self._database.read() as session:
                    await stats.answers(session)
                at_head = await self._database.is_at_head()
        except (DatabaseError, OSError):  # a TimeoutError is an OSError
            away = "does not answer"
            return Finding("database", False, away), Finding("tables", False, "not known")
        says = "up to date" if at_head else "of another version of this program"
        return Finding("database", True, "answers"), Finding("tables", at_head, says)

    async def _writable(self) -> Finding:
        failure = await self._write_check.failure()
        return Finding("writable", failure is None, failure or "takes what is written")

    def _updates(self) -> Finding:
        silence = self._silence()
        if trouble := self._trouble():
            return Finding("updates", False, trouble)
        if silence is None:
            return Finding("updates", True, "standing by, or a webhook brings them")
        return Finding("updates", silence < SILENCE_SECONDS, f"Telegram answered {silence:.0f} s ago")
