"""Grants: only ever added or revoked, never changed."""

from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.exc import IntegrityError

from bot.db.session import Session
from bot.db.tables import GrantRow
from bot.domain.access import Grant

grants = cast("Table", GrantRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time


async def of(session: Session, reader_id: int) -> tuple[Grant, ...]:
    """Return the reader's grants in the order they were given."""
    query = select(grants).where(grants.c.reader_id == reader_id).order_by(grants.c.given_at, grants.c.id)
    rows = (await session.execute(query)).all()
    return tuple(
        Grant(
            source=row.source,
            source_id=row.source_id,
            given_at=row.given_at,
            days=row.days,
            until=row.until,
            revoked_at=row.revoked_at,
        )
        for row in rows
    )


async def add(
    session: Session, reader_id: int, grant: Grant, *, by: int | None = None, why: str | None = None
) -> bool:
    """Add a grant; False when its source has given this one before (`source`, `source_id` are unique)."""
    row = {
        "reader_id": reader_id,
        "source": grant.source,
        "source_id": grant.source_id,
        "given_at": grant.given_at,
        "given_by": by,
        "days": grant.days,
        "until": grant.until,
        "why": why,
    }
    try:
        async with session.begin_nested():
            await session.execute(insert(grants).values(row))
    except IntegrityError:
        return False
    return True
