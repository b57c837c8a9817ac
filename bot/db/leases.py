"""Leases: who alone may do something, until when, by the database's own clock."""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Float, Table, and_, literal_column, select, update

from bot.db.session import Session
from bot.db.tables import LeaseRow
from bot.db.upsert import insert

leases = cast("Table", LeaseRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time


@dataclass(frozen=True, slots=True)
class Held:
    """A lease as one owner took it."""

    name: str
    owner: str
    epoch: int

    @property
    def stands(self) -> ColumnElement[bool]:
        """The condition that nobody else has taken it."""
        mine = (leases.c.name == self.name, leases.c.owner == self.owner, leases.c.epoch == self.epoch)
        return and_(*mine)


def database_now(session: Session) -> ColumnElement[Any]:
    """Return the database's clock as an expression, in Unix seconds: machines need not agree on the time."""
    if session.dialect.name == "postgresql":
        return literal_column("extract(epoch from clock_timestamp())", Float)
    return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Float)


async def database_time(session: Session) -> float:
    """Ask the database for the time, in Unix seconds."""
    return float((await session.execute(select(database_now(session)))).scalar_one())


async def take(session: Session, name: str, owner: str, seconds: float, *, dead: bool) -> int | None:
    """Take a lease that is free or over (or whose owner is known to be dead); return its new epoch."""
    until = database_now(session) + seconds
    first = insert(session, leases).values(name=name, owner=owner, epoch=1, until=until)
    statement = first.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "epoch": leases.c.epoch + 1, "until": until},
        where=literal_column("1 = 1") if dead else leases.c.until < database_now(session),
    ).returning(leases.c.epoch)
    found = (await session.execute(statement)).scalar_one_or_none()
    return None if found is None else int(found)


async def renew(session: Session, name: str, owner: str, epoch: int, seconds: float) -> bool:
    """Keep a lease for longer; False when another owner has taken it."""
    statement = (
        update(leases)
        .where(Held(name, owner, epoch).stands)
        .values(until=database_now(session) + seconds)
        .returning(leases.c.epoch)
    )
    return (await session.execute(statement)).first() is not None


async def give_back(session: Session, name: str, owner: str, epoch: int) -> None:
    await session.execute(update(leases).where(Held(name, owner, epoch).stands).values(until=0))
