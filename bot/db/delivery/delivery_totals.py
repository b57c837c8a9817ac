"""Totals of deliveries whose own rows are no longer kept."""

from collections.abc import Mapping

from sqlalchemy import exists, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import delivery_totals

LONGEST_REASON = 300
"""Characters: a reason is part of the primary key, and an index takes 2,700 bytes at most."""


async def add(session: Session, campaign_id: int, counts: Mapping[tuple[str, str | None], int]) -> None:
    """Add `counts` to a campaign's totals: numbers of deliveries by state and reason, at least one.

    Reasons are cut to LONGEST_REASON; those that become equal are added up.
    """
    short: dict[tuple[str, str], int] = {}
    for (state, reason), count in counts.items():
        key = (state, (reason or "")[:LONGEST_REASON])
        short[key] = short.get(key, 0) + count
    statement = insert(session, delivery_totals)
    statement = statement.on_conflict_do_update(
        index_elements=["campaign_id", "state", "reason"],
        set_={"count": delivery_totals.c.count + statement.excluded.count},
    )
    rows = [
        {"campaign_id": campaign_id, "state": state, "reason": reason, "count": count}
        for (state, reason), count in short.items()
    ]
    await session.execute(statement, rows)


async def has_any(session: Session, campaign_id: int) -> bool:
    """Tell whether any deliveries of a campaign were replaced by totals: who got these is no longer known."""
    query = select(exists().where(delivery_totals.c.campaign_id == campaign_id))
    return bool((await session.execute(query)).scalar_one())
