"""Uploads: pictures that Telegram already has."""

from sqlalchemy import delete, select

from bot.db.session import Session
from bot.db.tables import uploads
from bot.db.upsert import insert


async def find(session: Session, digest: str) -> str | None:
    """Return the file id under which Telegram keeps the picture with this digest."""
    query = select(uploads.c.file_id).where(uploads.c.digest == digest)
    return (await session.execute(query)).scalar_one_or_none()


async def remember(session: Session, digest: str, file_id: str) -> None:
    statement = insert(session, uploads).values(digest=digest, file_id=file_id)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["digest"], set_={"file_id": file_id})
    )


async def forget(session: Session, digest: str) -> None:
    """Drop a file id that Telegram no longer knows."""
    await session.execute(delete(uploads).where(uploads.c.digest == digest))
