"""Status messages: where each admin sees how a campaign goes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import status_messages


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """The message in the chat of `admin_id` that shows a campaign; `shown` is a digest of what it shows."""

    campaign_id: int
    admin_id: int
    message_id: int
    shown: str


async def of(session: Session, campaign_ids: Iterable[int]) -> dict[tuple[int, int], StatusMessage]:
    """Return the status messages of these campaigns, by campaign id and admin id."""
    query = select(status_messages).where(status_messages.c.campaign_id.in_(list(campaign_ids)))
    return {
        (row.campaign_id, row.admin_id): StatusMessage(
            row.campaign_id, row.admin_id, row.message_id, row.shown_digest
        )
        for row in await session.execute(query)
    }


async def forget_all(session: Session) -> None:
    """Delete every row: the chats in which these messages stood are gone."""
    await session.execute(delete(status_messages))


async def remember(session: Session, status_message: StatusMessage) -> None:
    """Store where a campaign is shown to an admin, and what it shows; it replaces an earlier message."""
    changing = {"message_id": status_message.message_id, "shown_digest": status_message.shown}
    keys = {"campaign_id": status_message.campaign_id, "admin_id": status_message.admin_id}
    statement = insert(session, status_messages).values(**keys, **changing)
    await session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changing))
