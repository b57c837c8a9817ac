"""Open pages: the page messages that stand in readers' chats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.db.session import Session
from bot.db.tables import OpenPageRow
from bot.domain.page import Place, Rendering

open_pages = cast("Table", OpenPageRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time
_INSERT = insert(open_pages)
_REMEMBER = _INSERT.on_conflict_do_update(
    index_elements=list(open_pages.primary_key),
    set_={column.name: _INSERT.excluded[column.name] for column in open_pages.c if not column.primary_key},
)


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
    """Keep where these messages now stand; a turn of the page replaces what was kept."""
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
            "opened_at": now,
        }
        for page in pages
    ]
    await session.execute(_REMEMBER, rows)


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
