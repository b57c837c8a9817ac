"""Open pages: the page messages that stand in readers' chats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, delete, or_, select

from bot.db.session import Session
from bot.db.tables import OpenPageRow
from bot.db.upsert import spelled
from bot.domain.page import FRONT, Place, Rendering

open_pages = cast("Table", OpenPageRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time


@dataclass(frozen=True, slots=True)
class OpenPage:
    reader_id: int
    message_id: int
    place: Place
    language: str
    rendering: Rendering
    revision: str
    protected: bool


async def remember(session: Session, pages: Iterable[OpenPage], now: datetime) -> None:
    """Keep where these messages now stand; a turn of the page replaces what was kept, but not that the
    message once showed the front page.
    """
    rows = [
        {
            "reader_id": page.reader_id,
            "message_id": page.message_id,
            "date": page.place.date,
            "section": page.place.section,
            "number": page.place.number,
            "language": page.language,
            "rendering": page.rendering,
            "revision": page.revision,
            "protected": page.protected,
            "front": page.place.section == FRONT,
            "opened_at": now,
        }
        for page in pages
    ]
    await session.execute(_remember(session.dialect.name), rows)


@cache
def _remember(dialect: str) -> Any:
    statement = spelled(dialect, open_pages)
    new = {column.name: statement.excluded[column.name] for column in open_pages.c if not column.primary_key}
    new["front"] = or_(open_pages.c.front, statement.excluded.front)
    keys = [column.name for column in open_pages.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


async def find(session: Session, reader_id: int, message_id: int) -> OpenPage | None:
    query = select(open_pages).where(
        open_pages.c.reader_id == reader_id, open_pages.c.message_id == message_id
    )
    row = (await session.execute(query)).first()
    if row is None:
        return None
    return OpenPage(
        row.reader_id,
        row.message_id,
        Place(row.date, row.section, row.number),
        row.language,
        Rendering(row.rendering),
        row.revision,
        row.protected,
    )


async def forget(session: Session, before: datetime) -> None:
    await session.execute(delete(open_pages).where(open_pages.c.opened_at < before))
