"""Conflicts: others who take this bot's updates, told to the admins."""

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.errors import DatabaseError
from bot.db.operations import notices
from bot.db.operations.notices import Notice
from bot.db.updates import processes

log = structlog.get_logger(__name__)

NOTICE_INTERVAL = timedelta(hours=1)


class ConflictKind(StrEnum):
    """What takes updates away; also the kind of the notice."""

    WEBHOOK = "foreign webhook"
    REMOVED = "webhook removed"
    POLLER = "second poller"


class UpdateConflicts:
    """Counts conflicts and has the admins told of each kind at most once an hour."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._untold: Counter[ConflictKind] = Counter()
        self._told_at: dict[ConflictKind, datetime] = {}

    async def note(self, kind: ConflictKind, where: str) -> bool:
        """Count a conflict met at `where`; return whether the last notice of its kind is an hour old.

        Then a notice with the count is stored. Where the database is down it is stored at the next call.
        """
        self._untold[kind] += 1
        now = self._clock.now()
        if abs(now - self._told_at.get(kind, now - NOTICE_INTERVAL)) < NOTICE_INTERVAL:
            return False
        details = {"where": where, "count": self._untold[kind]}
        try:
            async with self._database.write() as session:
                # The key is shared by processes that meet the same conflict: only one stores the notice.
                await notices.add(session, Notice(f"{kind}:{now:%Y-%m-%dT%H}", str(kind), details), now)
        except DatabaseError as error:
            log.warning("notice not stored yet", error=type(error).__name__)
            return True
        self._told_at[kind], self._untold[kind] = now, 0
        return True

    async def are_ours(self, address: str) -> bool:
        """Tell whether a process that is alive and shares this database receives updates at this address."""
        async with self._database.read() as session:
            return address in await processes.webhooks(session)
