"""What became of offers: how often each was taken, and whether it was ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.db.engine.session import Session
from bot.db.tables import offers


@dataclass(frozen=True, slots=True)
class OfferState:
    """`taken`: how often. `ended_at`: when an admin ended it, None where none did."""

    taken: int
    ended_at: datetime | None


async def all_(session: Session) -> dict[str, OfferState]:
    """Return the states of all offers that were ever taken or ended, by their ids."""
    query = select(offers.c.id, offers.c.taken, offers.c.ended_at)
    return {row.id: OfferState(row.taken, row.ended_at) for row in await session.execute(query)}
