"""The inbox: updates as Telegram sent them, kept before they are acknowledged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, bindparam, delete, or_, select, update

from bot.db.session import Session
from bot.db.tables import InboxRow
from bot.db.upsert import insert

inbox = cast("Table", InboxRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time


@dataclass(frozen=True, slots=True)
class Received:
    """One update; `body` is its JSON in ASCII, so that every database can keep it."""

    update_id: int
    body: str
    sender: int


async def keep(session: Session, batch: Iterable[Received], now: datetime) -> set[int]:
    """Keep updates, in this order; return the ids of those that are new (Telegram may send one again)."""
    rows = [
        {
            "update_id": received.update_id,
            "sender": received.sender,
            "body": received.body,
            "received_at": now,
        }
        for received in batch
    ]
    if not rows:
        return set()
    statement = insert(session, inbox).on_conflict_do_nothing().returning(inbox.c.update_id)
    return set((await session.execute(statement, rows)).scalars())


async def waiting(session: Session, sender: int, limit: int) -> list[Received]:
    """Return the first of a sender's updates that are kept but not handled, in the order they were kept."""
    query = (
        select(inbox.c.update_id, inbox.c.body, inbox.c.sender)
        .where(inbox.c.sender == sender, inbox.c.handled_at.is_(None))
        .order_by(inbox.c.seq)
        .limit(limit)
    )
    return [Received(row.update_id, row.body, row.sender) for row in await session.execute(query)]


_CLOSE = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("id"))
    .values(handled_at=bindparam("now"), error=bindparam("text"))
)


async def close(session: Session, closed: Iterable[tuple[int, str | None]], now: datetime) -> None:
    """Mark updates as handled; an error's text marks one that was given up."""
    rows = [{"id": update_id, "text": error, "now": now} for update_id, error in closed]
    if rows:
        await session.execute(_CLOSE, rows)


async def failures(session: Session) -> list[Received]:
    query = select(inbox.c.update_id, inbox.c.body, inbox.c.sender).where(inbox.c.error.is_not(None))
    return [Received(row.update_id, row.body, row.sender) for row in await session.execute(query)]


async def forget(session: Session, before: datetime, *, failed_before: datetime) -> None:
    """Drop what was handled before then; failures stay longer, for whoever mends the cause."""
    old = and_(inbox.c.handled_at < before, inbox.c.error.is_(None))
    await session.execute(delete(inbox).where(or_(old, inbox.c.handled_at < failed_before)))
