"""The clock's door: asks every so often what is due."""

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.services.archive import Archive
from bot.services.housekeeping import Housekeeping

log = structlog.get_logger(__name__)

SCAN_SECONDS = 1
TIDY_SECONDS = 3_600


class Jobs:
    def __init__(self, archive: Archive, housekeeping: Housekeeping) -> None:
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(archive.scan, "interval", seconds=SCAN_SECONDS)
        self._scheduler.add_job(housekeeping.tidy, "interval", seconds=TIDY_SECONDS)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
