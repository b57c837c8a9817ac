"""Reminders: who is due one, and who was given one already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import readers, reminders, star_subscriptions
from bot.domain.subscriptions.reminders import Reminder

ROWS = 1_000
"""The most rows that one statement adds."""

MARGIN = timedelta(days=1)
"""Telegram's count of a paid period may differ from ours by less than this."""


@dataclass(frozen=True, slots=True)
class Due:
    """That a reader's access ends at `ends`, of which this reminder tells."""

    reader_id: int
    ends: datetime
    reminder: Reminder


async def zones(session: Session) -> list[str | None]:
    """Return the zones that readers chose whose access ends at any time; None: the publication's."""
    query = select(readers.c.zone).where(readers.c.full_since.is_not(None)).distinct()
    return list((await session.execute(query)).scalars())


async def candidates(
    session: Session, reminder: Reminder, zone: str | None, begin: datetime, end: datetime
) -> list[int]:
    """Return the ids of the readers of a zone whose access may end from `begin` to `end`, who want reminders
    and have not been given this one. Those with a subscription that ends about then are among them.
    """
    wanting = and_(readers.c.stopped_at.is_(None), readers.c.gone_at.is_(None), readers.c.reminders)
    of_zone = readers.c.zone.is_(None) if zone is None else readers.c.zone == zone
    expires = star_subscriptions.c.expires_at
    subscribed = select(star_subscriptions.c.reader_id).where(
        expires >= begin - MARGIN, expires < end + MARGIN
    )
    ends = or_(
        and_(readers.c.full_until >= begin, readers.c.full_until < end),
        and_(readers.c.full_until.is_(None), readers.c.id.in_(subscribed)),
    )
    given = exists().where(
        reminders.c.reader_id == readers.c.id,
        reminders.c.kind == reminder,
        reminders.c.ends >= begin,
        reminders.c.ends < end,
    )
    query = select(readers.c.id).where(wanting, of_zone, ends, ~given).order_by(readers.c.id)
    return list((await session.execute(query)).scalars())


async def add(session: Session, due: Sequence[Due], campaign_id: int) -> int:
    """Note that these reminders are given by a campaign; return how many were not given before."""
    added = 0
    for first in range(0, len(due), ROWS):
        values = [
            {"reader_id": row.reader_id, "ends": row.ends, "kind": row.reminder, "campaign_id": campaign_id}
            for row in due[first : first + ROWS]
        ]
        statement = insert(session, reminders).values(values).on_conflict_do_nothing()
        added += len((await session.execute(statement.returning(reminders.c.reader_id))).all())
    return added


def given_by(campaign_id: int) -> ColumnElement[bool]:
    """Return the condition on readers to whom this campaign gives a reminder."""
    return exists().where(reminders.c.reader_id == readers.c.id, reminders.c.campaign_id == campaign_id)


async def forget(session: Session, before: datetime) -> None:
    """Delete what was noted of ends before `before`."""
    await session.execute(delete(reminders).where(reminders.c.ends < before))
