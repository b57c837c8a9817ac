"""Fingerprints of secrets, by the secret's name."""

from typing import Any

from sqlalchemy import Select, delete, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import fingerprints


async def put_first(session: Session, name: str, value: str) -> str:
    """Store the fingerprint of a secret where none is stored yet; return the one that is stored then."""
    statement = insert(session, fingerprints).on_conflict_do_nothing()
    await session.execute(statement.values(name=name, value=value))
    return str((await session.execute(_of(name))).scalar_one())


async def find(session: Session, name: str) -> str | None:
    """Return the fingerprint that is stored; None where there is none."""
    value = (await session.execute(_of(name))).scalar_one_or_none()
    return None if value is None else str(value)


async def drop(session: Session, name: str, value: str) -> bool:
    """Delete a fingerprint; False where another one is stored, or none."""
    rows = fingerprints.c
    statement = delete(fingerprints).where(rows.name == name, rows.value == value).returning(rows.name)
    return (await session.execute(statement)).first() is not None


def _of(name: str) -> Select[Any]:
    return select(fingerprints.c.value).where(fingerprints.c.name == name)
