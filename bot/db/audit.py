"""The audit: what admins did, only ever added to."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert

from bot.db.session import Session
from bot.db.tables import AuditRow

audit = cast("Table", AuditRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time


async def add(session: Session, admin_id: int | None, act: str, about: str, now: datetime) -> None:
    """Note what an admin did; None stands for the command line."""
    await session.execute(insert(audit).values(at=now, admin_id=admin_id, act=act, about=about))
