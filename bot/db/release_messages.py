"""Release messages: where the admins are asked about an issue that waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, select

from bot.db.session import Session
from bot.db.tables import ReleaseMessageRow
from bot.db.upsert import insert

release_messages = cast("Table", ReleaseMessageRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it


@dataclass(frozen=True, slots=True)
class ReleaseMessage:
    day: date
    question: int  # the how-many-eth about this issue
    admin_id: int
    message_id: int
    shown: str  # a digest of its text and buttons
    settled: bool = False  # it says what became of the question


async def unsettled(session: Session) -> list[ReleaseMessage]:
    """Return the messages that still ask."""
    query = select(release_messages).where(release_messages.c.settled.is_(False))
    return [_message(row) for row in await session.execute(query)]


async def of(session: Session, day: date) -> list[ReleaseMessage]:
    """Return every message about one issue."""
    query = select(release_messages).where(release_messages.c.day == day)
    return [_message(row) for row in await session.execute(query)]


async def remember(session: Session, messages: Iterable[ReleaseMessage]) -> None:
    """Keep where each admin is asked, and what it shows now."""
    for one in messages:
        changing = {"message_id": one.message_id, "shown": one.shown, "settled": one.settled}
        keys = {"day": one.day, "question": one.question, "admin_id": one.admin_id}
        statement = insert(session, release_messages).values(**keys, **changing)
        await session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changing))


def _message(row: Any) -> ReleaseMessage:
    return ReleaseMessage(row.day, row.question, row.admin_id, row.message_id, row.shown, row.settled)
