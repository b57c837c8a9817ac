"""Timestamps: moments to remember, by name."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import timestamps

PUSHING = "pushing since"
"""Issues that were out before this moment are not pushed."""

RELEASING = "releasing since"
"""Since when releases are recorded. Issues that were out before that are not pushed."""

REMINDING = "reminding up to"
"""Up to when it was looked at which reminders are due."""

RESTORED = "restored"
"""When a backup was restored, until the admins were asked about what ran or was due before."""

DOUBTED = "doubted until"
"""Issues out before this may have gone out without this database knowing of it."""


async def find(session: Session, name: str) -> datetime | None:
    """Return the moment of this name; None where there is none."""
    return (
        await session.execute(select(timestamps.c.at).where(timestamps.c.name == name))
    ).scalar_one_or_none()


async def first(session: Session, name: str, now: datetime) -> datetime:
    """Return the moment of this name. Where there is none, store `now` under it and return that."""
    await session.execute(insert(session, timestamps).values(name=name, at=now).on_conflict_do_nothing())
    return await find(session, name) or now


async def put(session: Session, name: str, at: datetime) -> None:
    """Store a moment, in the place of an earlier one of this name."""
    statement = insert(session, timestamps).values(name=name, at=at)
    await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": at}))


async def drop(session: Session, name: str) -> None:
    """Delete the moment of this name, if there is one."""
    await session.execute(delete(timestamps).where(timestamps.c.name == name))
