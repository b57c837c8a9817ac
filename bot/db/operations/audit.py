"""The audit: what admins did, only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from bot.db.engine.session import Session
from bot.db.tables import audit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What an admin did, and about what; `admin_id` None stands for the command line."""

    at: datetime
    admin_id: int | None
    act: str
    about: str


async def add(session: Session, admin_id: int | None, act: str, about: str, now: datetime) -> None:
    """Note what an admin did; None stands for the command line."""
    await session.execute(insert(audit).values(at=now, admin_id=admin_id, act=act, about=about))


async def last(session: Session, limit: int, after: int = 0) -> list[AuditEntry]:
    """Return what was noted last, newest first, without the first `after` of it."""
    query = select(audit.c.at, audit.c.admin_id, audit.c.act, audit.c.about).order_by(audit.c.id.desc())
    rows = await session.execute(query.limit(limit).offset(after))
    return [AuditEntry(row.at, row.admin_id, row.act, row.about) for row in rows]
