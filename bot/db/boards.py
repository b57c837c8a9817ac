"""Boards: the messages that show admins how campaigns go."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.db.session import Session
from bot.db.tables import boards
from bot.db.upsert import insert


@dataclass(frozen=True, slots=True)
class Board:
    campaign_id: int
    admin_id: int
    message_id: int
    shown: str  # a digest of its text and buttons


async def of(session: Session, campaign_ids: Iterable[int]) -> dict[tuple[int, int], Board]:
    """Return the boards of these campaigns, by campaign and admin."""
    query = select(boards).where(boards.c.campaign_id.in_(list(campaign_ids)))
    return {
        (row.campaign_id, row.admin_id): Board(row.campaign_id, row.admin_id, row.message_id, row.shown)
        for row in await session.execute(query)
    }


async def forget_all(session: Session) -> None:
    """Forget where boards stand: the chats are gone."""
    await session.execute(delete(boards))


async def remember(session: Session, board: Board) -> None:
    """Keep where a campaign is shown to an admin; a new message takes the place of the one before."""
    changing = {"message_id": board.message_id, "shown": board.shown}
    keys = {"campaign_id": board.campaign_id, "admin_id": board.admin_id}
    statement = insert(session, boards).values(**keys, **changing)
    await session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changing))
