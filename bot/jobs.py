"""The clock's door: asks every so often what is due."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[object]]


class Jobs:
    """Runs what it was given, one at a time. What fails is logged, and asked again in its turn."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._at_work = asyncio.Lock()

    def every(self, seconds: float, job: Job) -> None:
        self._scheduler.add_job(self._run, "interval", [job], seconds=seconds)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Let what runs come to its end: the scheduler's own way would cancel it."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        async with self._at_work:
            self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        async with self._at_work:
            try:
                await job()
            except Exception as error:  # noqa: BLE001  # the next turn of this job comes
                log.warning("a job failed", job=job.__qualname__, error=type(error).__name__)
