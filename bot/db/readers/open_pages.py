"""Open pages: the page messages that stand in readers' chats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select

from bot.db.engine.direct_statement import DirectStatement
from bot.db.engine.session import Session
from bot.db.engine.upsert import insert_for
from bot.db.tables import open_pages
from bot.domain.pages.page import FRONT, Place
from bot.domain.readers.reader import Rendering


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A message in a reader's chat that shows a page, and which page that is.

    `out`: whether the issue was out when it was shown. An admin who looks ahead does not have the issue yet.
    """

    reader_id: int
    message_id: int
    place: Place
    language: str
    rendering: Rendering
    revision: str
    protected: bool
    out: bool = True


async def remember(session: Session, pages: Iterable[OpenPage], now: datetime) -> None:
    """Store which pages these messages show now. A turn of the page replaces what was stored.

    That a message once showed the front page of an issue that was out stays: its reader has the issue.
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
            "front": page.out and page.place.section == FRONT,
            "opened_at": now,
        }
        for page in pages
    ]
    if rows:
        await _REMEMBER.execute(session, *rows)


def _remember(dialect: str) -> Any:
    statement = insert_for(dialect, open_pages)
    new = {column.name: statement.excluded[column.name] for column in open_pages.c if not column.primary_key}
    new["front"] = or_(open_pages.c.front, statement.excluded.front)
    keys = [column.name for column in open_pages.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


_REMEMBER = DirectStatement(_remember)


async def find(session: Session, reader_id: int, message_id: int) -> OpenPage | None:
    """Return the page that a message in this reader's chat shows; None where none is stored."""
    query = select(open_pages).where(
        open_pages.c.reader_id == reader_id, open_pages.c.message_id == message_id
    )
    row = (await session.execute(query)).first()
    return None if row is None else _page(row)


async def newest(session: Session, reader_id: int) -> OpenPage | None:
    """Return the page that this reader opened or turned last; None where none is stored."""
    order = (open_pages.c.opened_at.desc(), open_pages.c.message_id.desc())
    query = select(open_pages).where(open_pages.c.reader_id == reader_id).order_by(*order).limit(1)
    row = (await session.execute(query)).first()
    return None if row is None else _page(row)


async def recent(session: Session, reader_id: int, since: datetime, most: int) -> tuple[OpenPage, ...]:
    """Return the pages that this reader opened or turned last, from `since` on, the newest first."""
    order = (open_pages.c.opened_at.desc(), open_pages.c.message_id.desc())
    query = select(open_pages).where(open_pages.c.reader_id == reader_id, open_pages.c.opened_at >= since)
    return tuple(map(_page, await session.execute(query.order_by(*order).limit(most))))


def _page(row: Any) -> OpenPage:
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
    """Delete the pages that were last turned before `before`."""
    await session.execute(delete(open_pages).where(open_pages.c.opened_at < before))
