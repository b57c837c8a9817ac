"""Jobs: what is done every so often."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.db.engine.errors import is_news

log = structlog.get_logger(__name__)

STOP_SECONDS = 10.0

Job = Callable[[], Awaitable[object]]


class Jobs:
    """Runs jobs at intervals, each never twice at once. One that fails is logged and runs again in turn."""

    def __init__(self, leads: Callable[[], bool]) -> None:
        """`leads` tells whether this process is the leader now."""
        self._leads = leads
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,  # it only counts seconds: the system's zone, which may be any file, is not asked
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._at_work: set[asyncio.Task[object]] = set()

    def every(self, seconds: float, job: Job, *, leader: bool = False) -> None:
        """Run `job` every `seconds`; with `leader` only while this process is the leader."""
        self._scheduler.add_job(self._run, "interval", [job, leader], seconds=seconds)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Start no more jobs; wait for those that run, 10 s at most."""
        # The scheduler's own way would cancel them at once.
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=STOP_SECONDS)
        self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job, leader: bool) -> None:
        if leader and not self._leads():
            return
        task = asyncio.ensure_future(job())
        self._at_work.add(task)
        try:
            await task
        except Exception as error:  # noqa: BLE001  # the next turn of this job comes
            if is_news(error):
                log.warning("a job failed", job=job.__qualname__, error=type(error).__name__)
        finally:
            self._at_work.discard(task)
