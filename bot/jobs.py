"""The clock's door: asks every so often what is due."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.services.archive import Archive
from bot.services.housekeeping import Housekeeping

log = structlog.get_logger(__name__)

SCAN_SECONDS = 0.5
TIDY_SECONDS = 3_600


class Jobs:
    def __init__(self, archive: Archive, housekeeping: Housekeeping) -> None:
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._at_work = asyncio.Lock()
        self._scheduler.add_job(self._run, "interval", [archive.scan], seconds=SCAN_SECONDS, id="scan")
        self._scheduler.add_job(self._run, "interval", [housekeeping.tidy], seconds=TIDY_SECONDS, id="tidy")

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Let what runs come to its end: the scheduler's own way would cancel it."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        async with self._at_work:
            self._scheduler.shutdown(wait=False)

    async def _run(self, job: Callable[[], Awaitable[None]]) -> None:
        async with self._at_work:
            await job()
