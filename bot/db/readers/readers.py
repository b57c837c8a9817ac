"""Readers: who started the bot, and what each chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, func, select, update

from bot.db.engine.direct_statement import DirectStatement
from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import readers
from bot.domain.readers.reader import QuietHours, Reader, Rendering

COLUMNS = (  # what `reader_of` needs
    readers.c.id,
    readers.c.language,
    readers.c.rendering,
    readers.c.push,
    readers.c.zone,
    readers.c.quiet_start,
    readers.c.quiet_end,
    readers.c.full_until,
    readers.c.stopped_at,
    readers.c.gone_at,
    readers.c.active_at,
    readers.c.news,
    readers.c.rich_offered,
    readers.c.trial_at,
    readers.c.full_since,
    readers.c.promotion,
    readers.c.reminders,
)
_FIND = DirectStatement(lambda _: select(*COLUMNS).where(readers.c.id.in_(bindparam("ids", expanding=True))))


@dataclass(frozen=True, slots=True)
class Listed:
    """A reader, and when she started the bot."""

    reader: Reader
    since: datetime


async def find(session: Session, reader_id: int) -> Reader | None:
    """Return a reader; None where nobody has this id."""
    return (await find_all(session, [reader_id])).get(reader_id)


async def find_all(session: Session, ids: Sequence[int]) -> dict[int, Reader]:
    """Return the readers with these ids, by id; ids of nobody are missing."""
    return {row.id: reader_of(row) for row in await _FIND.execute(session, {"ids": [*ids]})}


async def last(session: Session, limit: int, after: int) -> list[Listed]:
    """Return the `limit` readers who started last, newest first, after the first `after` of them."""
    query = select(*COLUMNS, readers.c.started_at).order_by(readers.c.started_at.desc(), readers.c.id.desc())
    rows = await session.execute(query.limit(limit).offset(after))
    return [Listed(reader_of(row), row.started_at) for row in rows]


async def listed(session: Session, reader_id: int) -> Listed | None:
    """Return a reader and when she started; None where nobody has this id."""
    query = select(*COLUMNS, readers.c.started_at).where(readers.c.id == reader_id)
    row = (await session.execute(query)).first()
    return None if row is None else Listed(reader_of(row), row.started_at)


async def count(session: Session) -> int:
    """Return how many readers there are, gone ones included."""
    return int((await session.execute(select(func.count()).select_from(readers))).scalar_one())


async def add(session: Session, reader: Reader, now: datetime) -> None:
    """Add a reader who starts at `now`; one who is there already stays as she is."""
    await session.execute(
        insert(session, readers)
        .on_conflict_do_nothing()
        .values(
            id=reader.id,
            language=reader.language,
            rendering=reader.rendering,
            push=reader.push,
            started_at=now,
            active_at=now,
            **_quiet(reader.quiet),
        )
    )


async def note_active(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Store that these readers wrote or tapped at `now`: none is gone. Who stopped stays stopped."""
    # In order, so that two transactions never wait for each other.
    query = select(readers.c.id).where(readers.c.id.in_(ids)).order_by(readers.c.id).with_for_update()
    await session.execute(query)
    await session.execute(update(readers).where(readers.c.id.in_(ids)).values(active_at=now, gone_at=None))


async def lock_for_update(session: Session, reader_id: int) -> None:
    """Lock a reader: nobody else changes her until the transaction ends. (SQLite: it is alone anyway.)"""
    # FOR NO KEY UPDATE, not FOR UPDATE: two that have each added a grant would wait for each other.
    query = select(readers.c.id).where(readers.c.id == reader_id).with_for_update(key_share=True)
    await session.execute(query)


async def change(session: Session, reader_id: int, **values: object) -> None:
    """Set columns of a reader, by name; `quiet` takes QuietHours or None."""
    if "quiet" in values:
        values |= _quiet(cast("QuietHours | None", values.pop("quiet")))
    await session.execute(update(readers).where(readers.c.id == reader_id).values(values))


def _quiet(quiet: QuietHours | None) -> Mapping[str, int | None]:
    start, end = (None, None) if quiet is None else (quiet.start, quiet.end)
    return {"quiet_start": start, "quiet_end": end}


def reader_of(row: Any) -> Reader:
    """Return the reader of a row that has COLUMNS."""
    quiet = None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end)
    return Reader(
        row.id,
        row.language,
        Rendering(row.rendering),
        row.push,
        row.zone,
        quiet,
        row.full_until,
        row.stopped_at,
        row.gone_at,
        row.active_at,
        row.news,
        row.rich_offered,
        row.trial_at,
        row.full_since,
        row.promotion,
        row.reminders,
    )
