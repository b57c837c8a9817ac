"""Cooldowns after a 429: how long nothing may be sent, by chat."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import cooldowns

EVERYONE = 0
"""The chat id of a cooldown of the whole bot."""


async def note(session: Session, chat_id: int, seconds: float, now: datetime) -> None:
    """Store a cooldown of `seconds` from `now` for a chat (EVERYONE: the whole bot).

    A stored one that lasts longer stays: Telegram's answers may come in another order than it gave them.
    """
    if (await active(session, now)).get(chat_id, 0.0) > seconds:
        return
    statement = insert(session, cooldowns).values(chat_id=chat_id, noted_at=now, seconds=seconds)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["chat_id"], set_={"noted_at": now, "seconds": seconds}
        )
    )


async def active(session: Session, now: datetime) -> dict[int, float]:
    """Return the seconds that are left of each cooldown at `now`, by chat, without those that are over.

    A clock that was set back makes none longer than it was.
    """
    left: dict[int, float] = {}
    for row in await session.execute(select(cooldowns)):
        passed = max(timedelta(0), now - row.noted_at).total_seconds()
        if passed < row.seconds:
            left[row.chat_id] = row.seconds - passed
    return left


async def stored_at(session: Session) -> dict[int, datetime]:
    """Return when each cooldown was stored, by chat: who reads them again and again knows which are new."""
    return {row.chat_id: row.noted_at for row in await session.execute(select(cooldowns))}


async def forget(session: Session, now: datetime) -> None:
    """Delete the cooldowns that are over at `now`."""
    left = await active(session, now)
    await session.execute(delete(cooldowns).where(cooldowns.c.chat_id.not_in(list(left))))
