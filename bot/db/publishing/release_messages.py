"""Release messages: where the admins are asked about an issue that waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import release_messages


@dataclass(frozen=True, slots=True)
class ReleaseMessage:
    """A row of `release_messages` (see `ReleaseMessageRow`); `shown` is a digest of what it shows."""

    day: date
    question: int
    admin_id: int
    message_id: int | None = None
    shown: str = ""
    settled: bool = False
    tries: int = 0
    again_at: datetime | None = None


async def followed(session: Session, days: Iterable[date]) -> list[ReleaseMessage]:
    """Return the messages about these days' issues, and those of any day that still ask, oldest first."""
    rows = release_messages
    query = select(rows).where(or_(rows.c.settled.is_(False), rows.c.day.in_(list(days))))
    result = await session.execute(query.order_by(rows.c.day, rows.c.question, rows.c.admin_id))
    return [_message(row) for row in result]


async def remember(session: Session, message: ReleaseMessage) -> None:
    """Store where an admin is asked, and what the message shows; replaces what was stored of it."""
    keys = {"day": message.day, "question": message.question, "admin_id": message.admin_id}
    changing = {
        "message_id": message.message_id,
        "shown_digest": message.shown,
        "settled": message.settled,
        "tries": message.tries,
        "again_at": message.again_at,
    }
    statement = insert(session, release_messages).values(**keys, **changing)
    await session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changing))


async def forget(session: Session, before: date) -> None:
    """Delete the rows about issues dated before `before`."""
    await session.execute(delete(release_messages).where(release_messages.c.day < before))


async def forget_all(session: Session) -> None:
    """Delete every row: the chats in which these messages stood are gone."""
    await session.execute(delete(release_messages))


def _message(row: Any) -> ReleaseMessage:
    return ReleaseMessage(
        row.day,
        row.question,
        row.admin_id,
        row.message_id,
        row.shown_digest,
        row.settled,
        row.tries,
        row.again_at,
    )
