"""The audit, read back with the campaign of each deed."""

from dataclasses import dataclass
from datetime import datetime

from bot.db.delivery import campaigns
from bot.db.engine.session import Database, Session
from bot.db.operations import audit
from bot.db.operations.audit import AuditEntry
from bot.domain.delivery.campaign import Campaign
from bot.domain.operations.audit_entries import campaign_of


@dataclass(frozen=True, slots=True)
class Deed:
    """What an admin (None: the command line) did. `campaign`: the one it was about, if it still exists."""

    at: datetime
    admin_id: int | None
    act: str
    about: str
    campaign: Campaign | None = None


class Auditing:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, limit: int, after: int = 0) -> list[Deed]:
        """Return up to `limit` deeds, newest first, without the first `after`."""
        async with self._database.read() as session:
            rows = await audit.last(session, limit, after)
            return [await _deed(session, row) for row in rows]


async def _deed(session: Session, row: AuditEntry) -> Deed:
    about = campaign_of(row.about)
    campaign = await campaigns.find(session, about.number) if about else None
    return Deed(row.at, row.admin_id, row.act, row.about, campaign)
