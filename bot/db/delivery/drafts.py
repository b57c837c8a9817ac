"""Drafts: broadcasts before they are confirmed."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import drafts
from bot.domain.delivery.announcement import Announcement, Draft
from bot.domain.readers.audience import Audience


async def add(session: Session, draft: Draft) -> None:
    """Store a new draft: its texts; it has no audience and waits for nothing yet."""
    row = {
        "nonce": draft.nonce,
        "admin_id": draft.admin_id,
        "made_at": draft.made_at,
        "messages": _json(draft.messages),
    }
    await session.execute(insert(session, drafts).values(row))


async def find(session: Session, nonce: str) -> Draft | None:
    """Return the draft of this nonce, used or not; None where there is none."""
    return _first(await session.execute(select(drafts).where(drafts.c.nonce == nonce)))


async def waiting(session: Session, admin_id: int, since: datetime) -> Draft | None:
    """Return the admin's draft that waits for a text, made after `since`."""
    query = select(drafts).where(
        drafts.c.admin_id == admin_id,
        drafts.c.waits_for.is_not(None),
        drafts.c.used_at.is_(None),
        drafts.c.made_at > since,
    )
    return _first(await session.execute(query.order_by(drafts.c.made_at.desc()).limit(1)))


async def newest(session: Session, admin_id: int, since: datetime) -> Draft | None:
    """Return the admin's newest draft that was not used, made after `since`."""
    query = select(drafts).where(
        drafts.c.admin_id == admin_id, drafts.c.used_at.is_(None), drafts.c.made_at > since
    )
    return _first(await session.execute(query.order_by(drafts.c.made_at.desc()).limit(1)))


async def stop_waiting(session: Session, admin_id: int) -> None:
    """Let none of this admin's drafts wait for a text any more."""
    waits = (drafts.c.admin_id == admin_id, drafts.c.waits_for.is_not(None))
    await session.execute(update(drafts).where(*waits).values(waits_for=None))


async def write(
    session: Session,
    nonce: str,
    messages: Mapping[str, Announcement],
    *,
    waits_for: str | None = None,
    waits_since: int | None = None,
    expected: str | None = None,
) -> Draft | None:
    """Set the texts of a draft that has no audience yet, and return it.

    `waits_for`: the language whose text the admin writes next; None: nothing more is awaited.
    `waits_since`: the id of the update that made it wait.
    `expected`: change it only while it waits for this language.
    None: the draft was used, has an audience, or waits for something else.
    """
    conditions: list[ColumnElement[bool]] = [drafts.c.audience.is_(None)]
    if expected is not None:
        conditions.append(drafts.c.waits_for == expected)
    waiting = {"waits_for": waits_for, "waits_since": waits_since}
    return await _change(session, nonce, *conditions, messages=_json(messages), **waiting)


async def choose(session: Session, nonce: str, audience: Audience | None) -> Draft | None:
    """Set the audience of a draft whose texts are complete, or take it back (None). Returns None where it was
    used, or waits for a text.
    """
    code = None if audience is None else audience.code()
    return await _change(session, nonce, drafts.c.waits_for.is_(None), audience=code)


async def use(session: Session, nonce: str, audience: Audience, now: datetime) -> Draft | None:
    """Mark a draft as used, and return it: only the first call for a nonce gets it.

    None: it was used already, waits for a text, or has another audience than this.
    """
    fits = (drafts.c.audience == audience.code(), drafts.c.waits_for.is_(None))
    return await _change(session, nonce, *fits, used_at=now)


async def drop(session: Session, nonce: str) -> None:
    """Delete a draft, unless it was used."""
    await session.execute(delete(drafts).where(drafts.c.nonce == nonce, drafts.c.used_at.is_(None)))


async def forget(session: Session, before: datetime) -> None:
    """Delete the drafts that were made before `before`."""
    await session.execute(delete(drafts).where(drafts.c.made_at < before))


async def _change(
    session: Session, nonce: str, *conditions: ColumnElement[bool], **values: object
) -> Draft | None:
    statement = (
        update(drafts)
        .where(drafts.c.nonce == nonce, drafts.c.used_at.is_(None), *conditions)
        .values(values)
        .returning(*drafts.c)
    )
    return _first(await session.execute(statement))


def _json(messages: Mapping[str, Announcement]) -> str:
    return json.dumps({language: asdict(message) for language, message in messages.items()})


def _first(rows: Any) -> Draft | None:
    row = rows.first()
    return None if row is None else _draft(row)


def _draft(row: Any) -> Draft:
    return Draft(
        nonce=row.nonce,
        admin_id=row.admin_id,
        made_at=row.made_at,
        messages={
            language: Announcement(**message) for language, message in json.loads(row.messages).items()
        },
        audience=None if row.audience is None else Audience.read(row.audience),
        waits_for=row.waits_for,
        waits_since=row.waits_since,
        used_at=row.used_at,
    )
