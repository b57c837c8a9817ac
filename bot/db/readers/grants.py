"""Grants: only ever added or revoked, never changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.db.engine.session import Session
from bot.db.tables import grants
from bot.domain.readers.grants import Grant

ASKED = 1_000
"""The most readers that one query asks for."""


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A grant as it is stored, with its id and its reader."""

    id: int
    reader_id: int
    grant: Grant


async def of(session: Session, reader_id: int) -> tuple[Grant, ...]:
    """Return the reader's grants in the order they were given."""
    return tuple(row.grant for row in await stored(session, reader_id))


async def stored(session: Session, reader_id: int) -> tuple[StoredGrant, ...]:
    """Return the reader's grants as they are stored, in the order they were given."""
    query = select(grants).where(grants.c.reader_id == reader_id).order_by(grants.c.given_at, grants.c.id)
    return tuple(map(_stored_grant, await session.execute(query)))


async def of_all(session: Session, reader_ids: Sequence[int]) -> dict[int, tuple[Grant, ...]]:
    """Return the grants of these readers, by reader; who has none is missing."""
    given: dict[int, tuple[Grant, ...]] = {}
    for first in range(0, len(reader_ids), ASKED):
        some = grants.c.reader_id.in_(reader_ids[first : first + ASKED])
        query = select(grants).where(some).order_by(grants.c.given_at, grants.c.id)
        for row in map(_stored_grant, await session.execute(query)):
            given[row.reader_id] = (*given.get(row.reader_id, ()), row.grant)
    return given


async def by_source(session: Session, source: str, source_id: str) -> StoredGrant | None:
    """Return the grant that `source` gave under `source_id`, its own id for it; None where there is none."""
    query = select(grants).where(grants.c.source == source, grants.c.source_id == source_id)
    row = (await session.execute(query)).first()
    return None if row is None else _stored_grant(row)


async def by_id(session: Session, grant_id: int) -> StoredGrant | None:
    """Return the grant with this number; None where there is none."""
    row = (await session.execute(select(grants).where(grants.c.id == grant_id))).first()
    return None if row is None else _stored_grant(row)


async def revoked_for(session: Session, reader_id: int, request: str) -> tuple[StoredGrant, ...]:
    """Return the reader's grants that `request` revoked (see `revoke`), in the order of their ids."""
    query = select(grants).where(grants.c.reader_id == reader_id, grants.c.revoke_request == request)
    return tuple(map(_stored_grant, await session.execute(query.order_by(grants.c.id))))


def grant_of(row: Any) -> Grant:
    """Return the grant of a row of the table."""
    return Grant(
        source=row.source,
        source_id=row.source_id,
        given_at=row.given_at,
        days=row.days,
        until=row.until,
        revoked_at=row.revoked_at,
    )


def _stored_grant(row: Any) -> StoredGrant:
    return StoredGrant(row.id, row.reader_id, grant_of(row))


async def add(session: Session, reader_id: int, grant: Grant, *, by: int | None = None) -> bool:
    """Add a grant; False where its source has given this one before (`source` and `source_id` are unique).

    `by`: the id of the admin who gave it, if one did.
    """
    row = {
        "reader_id": reader_id,
        "source": grant.source,
        "source_id": grant.source_id,
        "given_at": grant.given_at,
        "given_by": by,
        "days": grant.days,
        "until": grant.until,
    }
    try:
        async with session.begin_nested():
            await session.execute(insert(grants).values(row))
    except IntegrityError:
        return False
    return True


async def revoke(
    session: Session, ids: Collection[int], now: datetime, *, by: int | None, request: str
) -> None:
    """Revoke the grants with these ids: they count until `now`. Those revoked before stay as they are.

    `by`: the admin's id. `request`: what names the request, so that `revoked_for` finds what it has done.
    """
    statement = update(grants).where(grants.c.id.in_(ids), grants.c.revoked_at.is_(None))
    await session.execute(statement.values(revoked_at=now, revoked_by=by, revoke_request=request))
