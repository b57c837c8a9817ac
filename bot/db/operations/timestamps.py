"""Marks: moments to remember, by name."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import timestamps

PUSHING = "pushing since"
"""Issues that were out before this are not pushed."""

RELEASING = "releasing since"
"""Since when it is kept which issues are out. What was out before that is not pushed."""

RESTORED = "restored"
"""When a backup was put back; what ran or was due before has not been asked about yet."""

DOUBTED = "doubted until"
"""Issues out before this may have gone out without this database knowing of it."""


async def find(session: Session, name: str) -> datetime | None:
    return (
        await session.execute(select(timestamps.c.at).where(timestamps.c.name == name))
    ).scalar_one_or_none()


async def first(session: Session, name: str, now: datetime) -> datetime:
    """Return the moment kept by this name; `now`, which is kept from then on, when there is none."""
    await session.execute(insert(session, timestamps).values(name=name, at=now).on_conflict_do_nothing())
    return await find(session, name) or now


async def put(session: Session, name: str, at: datetime) -> None:
    statement = insert(session, timestamps).values(name=name, at=at)
    await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": at}))


async def drop(session: Session, name: str) -> None:
    await session.execute(delete(timestamps).where(timestamps.c.name == name))
