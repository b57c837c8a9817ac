"""Sources: the last good source of each edition, compressed."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import delete, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import sources


async def all_of_them(session: Session) -> dict[date, dict[str, bytes]]:
    """Return every compressed source, by date and language."""
    sources_by_day: dict[date, dict[str, bytes]] = {}
    for row in await session.execute(select(sources.c.day, sources.c.language, sources.c.source)):
        sources_by_day.setdefault(row.day, {})[row.language] = row.source
    return sources_by_day


async def digests(session: Session) -> dict[date, dict[str, str]]:
    """Return the digest of every source, by date and language."""
    digests_by_day: dict[date, dict[str, str]] = {}
    for row in await session.execute(select(sources.c.day, sources.c.language, sources.c.digest)):
        digests_by_day.setdefault(row.day, {})[row.language] = row.digest
    return digests_by_day


async def keep(session: Session, day: date, good: Mapping[str, tuple[str, bytes]]) -> None:
    """Store these compressed sources of an issue, by language, each with the digest of the source itself;
    delete those in other languages.
    """
    await forget_others(session, day, good)
    for language, (digest, source) in good.items():
        row = insert(session, sources).values(day=day, language=language, digest=digest, source=source)
        changed = {"digest": row.excluded.digest, "source": row.excluded.source}
        await session.execute(row.on_conflict_do_update(index_elements=["day", "language"], set_=changed))


async def forget_others(session: Session, day: date, languages: Collection[str]) -> None:
    """Delete the sources of an issue in other languages than these."""
    others = sources.c.language.not_in(list(languages))
    await session.execute(delete(sources).where(sources.c.day == day, others))


async def forget(session: Session, before: date) -> None:
    """Delete the sources of issues dated before `before`."""
    await session.execute(delete(sources).where(sources.c.day < before))
