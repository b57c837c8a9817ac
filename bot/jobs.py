"""Periodic jobs: each is run every so many seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.db.errors import is_news

log = structlog.get_logger(__name__)

STOP_SECONDS = 10.0
"""How long a stop waits for jobs that run."""

Job = Callable[[], Awaitable[object]]


class Jobs:
    """Runs jobs periodically, each never twice at the same time. An error is logged; the job runs again in
    its turn.
    """

    def __init__(self, leads: Callable[[], bool]) -> None:
        """`leads` tells whether this process is the leader: the one that sends campaigns."""
        self._leads = leads
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,  # it only counts seconds: the system's zone, which may be any file, is not asked
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._at_work: set[asyncio.Task[object]] = set()

    def every(self, seconds: float, job: Job, *, leader: bool = False) -> None:
        """Run `job` every so many seconds, for the first time after as long. `leader`: only while this
        process is the leader.
        """
        self._scheduler.add_job(self._run, "interval", [job, leader], seconds=seconds)

    def start(self) -> None:
        """Start the schedule. Needs a running event loop."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Start no job any more; wait up to 10 s for those that run. Does nothing before `start`."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=STOP_SECONDS)
        self._scheduler.shutdown(wait=False)  # by itself it would cancel jobs that run

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
