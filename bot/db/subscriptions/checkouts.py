"""Payers who begin a subscription just now, a row each."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import checkouts


async def begin(session: Session, payer_id: int, now: datetime, under_way: timedelta) -> bool:
    """Note that a payer begins a subscription; False where she began one less than `under_way` ago."""
    statement = insert(session, checkouts).values(payer_id=payer_id, at=now)
    over = or_(checkouts.c.at <= now - under_way, checkouts.c.at >= now + under_way)  # clocks are set back
    begun = statement.on_conflict_do_update(
        index_elements=[checkouts.c.payer_id], set_={"at": now}, where=over
    )
    return (await session.execute(begun.returning(checkouts.c.payer_id))).first() is not None


async def forget(session: Session, before: datetime) -> None:
    """Delete what was begun before `before`."""
    await session.execute(delete(checkouts).where(checkouts.c.at < before))
