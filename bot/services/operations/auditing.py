"""The audit, each entry read back with its campaign."""

from dataclasses import dataclass
from datetime import datetime

from bot.db.delivery import campaigns
from bot.db.engine.session import Database, Session
from bot.db.operations import audit
from bot.db.operations.audit import AuditEntry
from bot.domain.delivery.campaign import Campaign
from bot.domain.operations.audit_entries import campaign_of


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What an admin (None: the command line) did. `campaign`: the one it was about, if it still exists."""

    at: datetime
    admin_id: int | None
    act: str
    about: str
    campaign: Campaign | None = None


class Auditing:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, limit: int, after: int = 0) -> list[AuditRecord]:
        """Return up to `limit` entries, newest first, without the first `after`."""
        async with self._database.read() as session:
            rows = await audit.last(session, limit, after)
            return [await _record(session, row) for row in rows]


async def _record(session: Session, row: AuditEntry) -> AuditRecord:
    about = campaign_of(row.about)
    campaign = await campaigns.find(session, about.number) if about else None
    return AuditRecord(row.at, row.admin_id, row.act, row.about, campaign)
