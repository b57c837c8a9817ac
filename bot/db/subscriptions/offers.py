"""Offers: how often each was taken, and whether an admin ended it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import offers


@dataclass(frozen=True, slots=True)
class Taken:
    """How often an offer was taken, and when and by which admin it was ended (None: it was not)."""

    taken: int = 0
    ended_at: datetime | None = None
    ended_by: int | None = None

    def is_closed(self, cap: int | None) -> bool:
        """Tell whether nobody can take it any more; `cap`: how often it may be taken."""
        return self.ended_at is not None or (cap is not None and self.taken >= cap)


async def every(session: Session) -> dict[str, Taken]:
    """Return what is known of offers, by their ids; of one that nobody took or ended nothing is."""
    rows = await session.execute(select(offers))
    return {row.id: Taken(row.taken, row.ended_at, row.ended_by) for row in rows}


async def of(session: Session, offer_id: str) -> Taken:
    """Return what is known of one offer."""
    row = (await session.execute(select(offers).where(offers.c.id == offer_id))).first()
    return Taken() if row is None else Taken(row.taken, row.ended_at, row.ended_by)


async def take(session: Session, offer_id: str, cap: int | None) -> bool:
    """Count that an offer is taken once more; False where it was ended, or `cap` is reached."""
    await _put(session, offer_id)
    rows = offers.c
    is_open = [rows.id == offer_id, rows.ended_at.is_(None)]
    if cap is not None:
        is_open.append(rows.taken < cap)
    statement = update(offers).where(*is_open).values(taken=rows.taken + 1).returning(rows.taken)
    return (await session.execute(statement)).first() is not None


async def end(session: Session, offer_id: str, by: int, now: datetime) -> bool:
    """End an offer for good; False where it was ended before."""
    await _put(session, offer_id)
    running = (offers.c.id == offer_id, offers.c.ended_at.is_(None))
    statement = update(offers).where(*running).values(ended_at=now, ended_by=by).returning(offers.c.id)
    return (await session.execute(statement)).first() is not None


async def _put(session: Session, offer_id: str) -> None:
    await session.execute(insert(session, offers).values(id=offer_id, taken=0).on_conflict_do_nothing())
