"""Queries on the processes that share the database."""

from collections.abc import Collection

from sqlalchemy import select

from bot.db.engine.session import Session
from bot.db.tables import processes
from bot.db.updates.leases import database_now


async def webhooks(session: Session) -> set[str]:
    """Return the addresses to which Telegram is to bring updates for processes that are alive."""
    query = select(processes.c.webhook).where(processes.c.until > database_now(session))
    return {address for address in (await session.execute(query)).scalars() if address}


async def alive(session: Session, owners: Collection[str]) -> set[str]:
    """Return those of `owners` that have a row, and so may be alive.

    A dead process has one until `Heartbeat.expire_dead` or another's `Heartbeat.watch` deletes it.
    """
    query = select(processes.c.id).where(processes.c.id.in_(owners))
    return set((await session.execute(query)).scalars())


async def is_any_alive(session: Session) -> bool:
    """Tell whether the row of any process has not run out. One that was killed counts as alive until then."""
    query = select(processes.c.id).where(processes.c.until > database_now(session)).limit(1)
    return (await session.execute(query)).first() is not None
