"""Notices: what the admins are to be told, each once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import notices


@dataclass(frozen=True, slots=True)
class Notice:
    """What the admins are to be told once. `key` is unique for ever, `kind` says which sentence it is, and
    `details` what stands in it.
    """

    key: str
    kind: str
    details: Mapping[str, Any]


async def add(session: Session, notice: Notice, now: datetime) -> None:
    """Store a notice to be told; one whose key was stored before is not told again."""
    row = {
        "key": notice.key,
        "kind": notice.kind,
        "details": json.dumps(notice.details),
        "noted_at": now,
    }
    await session.execute(insert(session, notices).values(row).on_conflict_do_nothing())


async def is_noted(session: Session, kind: str, since: datetime) -> bool:
    """Tell whether a notice of this kind was stored at `since` or later."""
    query = select(notices.c.key).where(notices.c.kind == kind, notices.c.noted_at >= since).limit(1)
    return (await session.execute(query)).first() is not None


async def untold(session: Session) -> list[Notice]:
    """Return the notices that the admins were not told yet, oldest first."""
    query = select(notices).where(notices.c.told_at.is_(None)).order_by(notices.c.noted_at, notices.c.key)
    return [Notice(row.key, row.kind, json.loads(row.details)) for row in await session.execute(query)]


async def forget(session: Session, before: datetime) -> None:
    """Delete the notices that were told before `before`."""
    await session.execute(delete(notices).where(notices.c.told_at < before))


async def told(session: Session, key: str, now: datetime) -> None:
    """Mark a notice as told."""
    await session.execute(update(notices).where(notices.c.key == key).values(told_at=now))
