"""Figures from the database, asked for at each scrape."""

import asyncio
import math
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog

from bot.clock import Clock
from bot.db.delivery import campaigns, cooldowns, deliveries
from bot.db.engine.session import Database, Session
from bot.db.errors import DatabaseError, is_news
from bot.db.operations import stats, timestamps
from bot.db.operations.stats import Push
from bot.db.publishing import releases
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import CampaignState, Kind
from bot.metrics import OTHER, DatabaseSnapshot, Metrics
from bot.services.content.archive import Archive

log = structlog.get_logger(__name__)

LIMIT_SECONDS = 2.0
"""A database that does not answer within this time counts as down."""

COUNT_EVERY_SECONDS = 60.0
CHEAP_SECONDS = 0.1
"""Readers are counted at every scrape while that takes less; else once in `COUNT_EVERY_SECONDS`."""

PATIENCE = 3
"""How many times longer counting the readers may take."""

PUSH_PATIENCE = timedelta(minutes=10)


class Stats:
    """Fills the metrics that come from the database. Call `refresh` before each scrape."""

    def __init__(
        self,
        database: Database,
        archive: Archive,
        clock: Clock,
        metrics: Metrics,
        *,
        limit: float = LIMIT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limit` is how many seconds the database may take."""
        self._database = database
        self._archive = archive
        self._clock = clock
        self._metrics = metrics
        self._limit = limit
        self._monotonic = monotonic
        self._readers: dict[tuple[str, bool], int] = {}
        self._count_at = -math.inf

    async def refresh(self) -> None:
        """Read the figures; one that does not answer is exported as down, and nothing is raised."""
        try:
            await self._count_readers()
            async with asyncio.timeout(self._limit), self._database.read() as session:
                self._metrics.database(await self._snapshot(session, self._clock.now()))
        except (DatabaseError, OSError) as error:  # a TimeoutError is an OSError
            if is_news(error) and not isinstance(error, TimeoutError):
                log.warning("no figures from the database", error=type(error).__name__)
            self._metrics.database(None)

    async def _count_readers(self) -> None:
        """Count the readers, less often where it takes long: with a million it does."""
        began = self._monotonic()
        if began < self._count_at:
            return
        async with asyncio.timeout(self._limit * PATIENCE), self._database.read() as session:
            self._readers = await stats.readers_by_access(session, self._clock.now())
        is_cheap = self._monotonic() - began < CHEAP_SECONDS
        self._count_at = began if is_cheap else began + COUNT_EVERY_SECONDS

    async def _snapshot(self, session: Session, now: datetime) -> DatabaseSnapshot:
        push = await stats.last_push(session)
        left = await cooldowns.active(session, now)
        return DatabaseSnapshot(
            readers=self._named(self._readers),
            campaigns=dict.fromkeys(CampaignState, 0) | await stats.campaigns_by_state(session),
            inbox_waiting=await stats.waiting(session),
            cooldowns=len(left),
            cooldown_seconds=max(left.values(), default=0.0),
            answers_owed=await stats.owed(session, now),
            lag_seconds=await _lag(session, now),
            push_late_seconds=self._late(push),
            push_missing=await self._missing(session, push, now),
        )

    def _named(self, counts: dict[tuple[str, bool], int]) -> dict[tuple[str, str], int]:
        """Return counts for every language of the publication and each access; other languages as `OTHER`."""
        languages = self._archive.publication.languages
        named = {(language, access.value): 0 for language in languages for access in Access}
        for (language, full), count in counts.items():
            access = Access.FULL if full else Access.PREVIEW
            label = (language if language in languages else OTHER, access.value)
            named[label] = named.get(label, 0) + count
        return named

    def _late(self, push: Push | None) -> float | None:
        if push is None:
            return None
        due = self._archive.publication.out_at(date.fromisoformat(push.key))
        return max(0.0, (push.opened_at - due).total_seconds())

    async def _missing(self, session: Session, push: Push | None, now: datetime) -> bool:
        """Tell whether an issue should have been pushed by now and no admin is asked about it."""
        out_at = self._archive.publication.out_at
        day = next((day for day in self._archive.dates(now, upcoming=True) if out_at(day) <= now), None)
        if day is None or self._archive.publication.skipped(day):
            return False
        if push is not None and push.key >= day.isoformat():
            return False
        release, since = (
            await releases.find(session, day),
            await timestamps.find(session, timestamps.RELEASING),
        )
        if release is None:  # nobody has looked at it: there may be no leader
            due = out_at(day) if since is not None and since < out_at(day) else None
        elif release.released_at is not None:
            due = release.released_at if release.pushes else None
        else:
            due = release.due_at
        return due is not None and now - due > PUSH_PATIENCE


async def _lag(session: Session, now: datetime) -> float:
    """Return how many seconds the oldest due delivery of an open campaign is late; reminders give way."""
    opened = await campaigns.in_state(session, CampaignState.OPEN)
    shown = [campaign for campaign in opened if campaign.kind is not Kind.REMINDER]
    pending = [await deliveries.oldest_pending(session, campaign.id) for campaign in shown]
    return max(((now - due).total_seconds() for due in pending if due is not None and due < now), default=0.0)
