"""The audit, read back with what each act was about."""

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
    """What an admin (None: the command line) did; `campaign` is the one that it was about, if it still is."""

    at: datetime
    admin_id: int | None
    act: str
    about: str
    campaign: Campaign | None = None


class Auditing:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, limit: int, after: int = 0) -> list[Deed]:
        """Return what was noted last, newest first, without the first `after` of it."""
        async with self._database.read() as session:
            rows = await audit.last(session, limit, after)
            return [await _deed(session, row) for row in rows]


async def _deed(session: Session, row: AuditEntry) -> Deed:
    about = campaign_of(row.about)
    campaign = await campaigns.find(session, about.number) if about else None
    return Deed(row.at, row.admin_id, row.act, row.about, campaign)
