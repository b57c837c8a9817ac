"""News: what each admin was told of the content folder."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import news
from bot.domain.publishing.news import Condition, Told


async def told(session: Session, admin_ids: Collection[int]) -> dict[tuple[str, int], Told]:
    """Return what these admins were told last, by what it is about and the admin."""
    query = select(news).where(news.c.admin_id.in_(list(admin_ids)))
    return {
        (row.about, row.admin_id): Told(
            row.shown_digest, Condition(row.condition), row.told_at, row.message_id
        )
        for row in await session.execute(query)
    }


async def put(session: Session, about: str, admin_id: int, now: Told, before: Told | None) -> bool:
    """Store what an admin is told now; False, and nothing stored, where she was told something since `before`
    was read. `before` None: she had been told nothing.
    """
    values = {
        "message_id": now.message_id,
        "shown_digest": now.shown,
        "condition": now.condition.value,
        "told_at": now.at,
    }
    if before is None:
        row = {"about": about, "admin_id": admin_id, **values}
        statement = insert(session, news).values(row).on_conflict_do_nothing().returning(news.c.about)
        return (await session.execute(statement)).first() is not None
    known = (news.c.about == about) & (news.c.admin_id == admin_id) & (news.c.shown_digest == before.shown)
    changed = await session.execute(update(news).where(known).values(values).returning(news.c.about))
    return changed.first() is not None


async def drop(session: Session, about: str, admin_id: int) -> None:
    """Delete what an admin was told about something: she is told it anew."""
    await session.execute(delete(news).where(news.c.about == about, news.c.admin_id == admin_id))


async def days_of(session: Session) -> list[date]:
    """Return the dates of the issues of which any admin was told."""
    rows = await session.execute(select(news.c.about).distinct())
    return [date.fromisoformat(about) for (about,) in rows if about[:1].isdigit()]


async def forget(session: Session, before: date) -> None:
    """Delete what was told about issues dated before `before`."""
    old = [day for day in await days_of(session) if day < before]
    abouts = [about for day in old for about in (str(day), f"eve {day}")]
    await session.execute(delete(news).where(news.c.about.in_(abouts)))
