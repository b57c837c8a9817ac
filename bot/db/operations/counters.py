"""Counters: numbers to remember, by name."""

from sqlalchemy import delete, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import counters

TRANSACTIONS = "transactions seen"
"""How many of Telegram's Star transactions the repair has seen; it goes on from there."""

FOREIGN = "foreign payments"
"""How many payments by invoices of others the admins were told of."""


async def find(session: Session, name: str) -> int | None:
    """Return the number of this name; None where there is none."""
    return (
        await session.execute(select(counters.c.value).where(counters.c.name == name))
    ).scalar_one_or_none()


async def put(session: Session, name: str, value: int) -> None:
    """Store a number, in the place of an earlier one of this name."""
    statement = insert(session, counters).values(name=name, value=value)
    await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


async def use(session: Session, name: str, value: int) -> bool:
    """Delete the number of this name if it is `value`; False where it is another one, or was used before."""
    same = (counters.c.name == name) & (counters.c.value == value)
    return (
        await session.execute(delete(counters).where(same).returning(counters.c.name))
    ).first() is not None
