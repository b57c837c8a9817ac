"""Leases: which process alone may do something, by the database's clock."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, bindparam, literal_column, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import leases


@dataclass(frozen=True, slots=True)
class LeaseToken:
    """A lease as its owner took it. `epoch` is the fencing token: each new owner raises it."""

    name: str
    owner: str
    epoch: int

    @property
    def values(self) -> dict[str, object]:
        """The bound values of `IS_CURRENT`."""
        return {"held_name": self.name, "held_by": self.owner, "held_epoch": self.epoch}


IS_CURRENT: ColumnElement[bool] = and_(
    leases.c.name == bindparam("held_name"),
    leases.c.owner == bindparam("held_by"),
    leases.c.epoch == bindparam("held_epoch"),
)
"""The condition that nobody else has taken the lease since; `LeaseToken.values` are its bound values."""


def database_now(session: Session) -> ColumnElement[Any]:
    """Return the database's clock in Unix seconds, in SQL: machines need not agree on the time."""
    if session.dialect.name == "postgresql":
        return literal_column("extract(epoch from clock_timestamp())", Float)
    return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Float)


async def database_time(session: Session) -> float:
    """Return the database's time, in Unix seconds."""
    return float((await session.execute(select(database_now(session)))).scalar_one())


async def take(session: Session, name: str, owner: str, seconds: float, *, dead: bool) -> int | None:
    """Take the lease `name` for `seconds`; return its new epoch, one more than the last.

    None where another owner holds it: it has not run out, by the database's clock. `dead`: take it even so,
    because its owner is known to be dead.
    """
    until = database_now(session) + seconds
    first = insert(session, leases).values(name=name, owner=owner, epoch=1, until=until)
    statement = first.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "epoch": leases.c.epoch + 1, "until": until},
        where=literal_column("1 = 1") if dead else leases.c.until < database_now(session),
    ).returning(leases.c.epoch)
    taken = (await session.execute(statement)).scalar_one_or_none()
    return None if taken is None else int(taken)


async def renew(session: Session, name: str, owner: str, epoch: int, seconds: float) -> bool:
    """Extend a lease to `seconds` from now, also one that ran out. False where another owner has taken it."""
    statement = (
        update(leases)
        .where(IS_CURRENT)
        .values(until=database_now(session) + seconds)
        .returning(leases.c.epoch)
    )
    return (await session.execute(statement, LeaseToken(name, owner, epoch).values)).first() is not None


async def is_held(session: Session, held: LeaseToken) -> bool:
    """Tell whether a lease is still its owner's; if so, nobody takes it before the transaction ends."""
    query = select(leases.c.epoch).where(IS_CURRENT).with_for_update(read=True)
    return (await session.execute(query, held.values)).first() is not None


async def release(session: Session, name: str, owner: str, epoch: int) -> None:
    """End a lease now, so that anybody may take it. Nothing happens where another owner has taken it."""
    await session.execute(
        update(leases).where(IS_CURRENT).values(until=0), LeaseToken(name, owner, epoch).values
    )
