"""Who else takes this bot's updates: what the admins are told of it, and which webhooks are our own."""

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.clock import Clock
from bot.db.engine.errors import DatabaseError
from bot.db.engine.session import Database
from bot.db.operations import notices
from bot.db.operations.notices import Notice
from bot.db.updates import processes

log = structlog.get_logger(__name__)

SELDOM = timedelta(hours=1)


class Rival(StrEnum):
    """What takes updates away; also the kind of the notice."""

    WEBHOOK = "foreign webhook"
    REMOVED = "webhook removed"
    POLLER = "second poller"


class UpdateConflicts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._untold: Counter[Rival] = Counter()
        self._told_at: dict[Rival, datetime] = {}

    async def note(self, rival: Rival, where: str) -> bool:
        """Have the admins told, of each kind once in an hour with its count; return whether it is time."""
        self._untold[rival] += 1
        now = self._clock.now()
        if abs(now - self._told_at.get(rival, now - SELDOM)) < SELDOM:
            return False
        details = {"where": where, "count": self._untold[rival]}
        try:
            async with self._database.write() as session:
                # Another process may have met the same one: it tells, or this one does.
                await notices.add(session, Notice(f"{rival}:{now:%Y-%m-%dT%H}", str(rival), details), now)
        except DatabaseError as error:
            log.warning("notice not stored yet", error=type(error).__name__)
            return True
        self._told_at[rival], self._untold[rival] = now, 0
        return True

    async def are_ours(self, address: str) -> bool:
        """Tell whether a living process of this database has its updates brought to this address."""
        async with self._database.read() as session:
            return address in await processes.webhooks(session)
