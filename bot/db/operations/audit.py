"""The audit: what admins did, only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from bot.db.engine.session import Session
from bot.db.tables import audit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What an admin did (`act`), and to what (`about`). `admin_id` None: the command line."""

    at: datetime
    admin_id: int | None
    act: str
    about: str


async def add(session: Session, admin_id: int | None, act: str, about: str, now: datetime) -> None:
    """Store what an admin did; `admin_id` None: the command line."""
    await session.execute(insert(audit).values(at=now, admin_id=admin_id, act=act, about=about))


async def last(session: Session, limit: int, after: int = 0) -> list[AuditEntry]:
    """Return the `limit` newest entries, newest first, after the first `after` of them."""
    query = select(audit.c.at, audit.c.admin_id, audit.c.act, audit.c.about).order_by(audit.c.id.desc())
    rows = await session.execute(query.limit(limit).offset(after))
    return [AuditEntry(row.at, row.admin_id, row.act, row.about) for row in rows]
