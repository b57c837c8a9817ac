"""Telegram's file ids of pictures that were uploaded."""

from sqlalchemy import delete, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import uploads


async def find(session: Session, digest: str) -> str | None:
    """Return the file id of the picture with this digest; None where it was not uploaded."""
    query = select(uploads.c.file_id).where(uploads.c.digest == digest)
    return (await session.execute(query)).scalar_one_or_none()


async def remember(session: Session, digest: str, file_id: str) -> None:
    """Store a file id; it replaces an older one of the same picture."""
    statement = insert(session, uploads).values(digest=digest, file_id=file_id)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["digest"], set_={"file_id": file_id})
    )


async def forget(session: Session, digest: str) -> None:
    """Delete a file id that Telegram no longer knows."""
    await session.execute(delete(uploads).where(uploads.c.digest == digest))
