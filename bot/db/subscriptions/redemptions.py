"""Redemptions: what a person has had, kept without her id."""

from datetime import datetime

from sqlalchemy import func, select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import redemptions

TRIAL = ""
"""The trial, among the ids of offers."""


async def add(session: Session, offer: str, person: str, nth: int, now: datetime) -> bool:
    """Note that a person takes an offer for the `nth` time; False where she has done so before."""
    statement = insert(session, redemptions).on_conflict_do_nothing()
    added = statement.values(offer=offer, person=person, nth=nth, at=now).returning(redemptions.c.id)
    return (await session.execute(added)).first() is not None


async def count(session: Session, offer: str, person: str) -> int:
    """Return how often a person has taken an offer."""
    rows = redemptions.c
    query = select(func.count()).select_from(redemptions).where(rows.offer == offer, rows.person == person)
    return int((await session.execute(query)).scalar_one())


async def last(session: Session, offer: str, person: str) -> datetime | None:
    """Return when a person last took an offer; None where she never has."""
    rows = redemptions.c
    query = select(func.max(rows.at)).where(rows.offer == offer, rows.person == person)
    moment: datetime | None = (await session.execute(query)).scalar_one()
    return moment


async def has_any(session: Session, person: str) -> bool:
    """Tell whether a person has had the trial or any offer."""
    query = select(redemptions.c.id).where(redemptions.c.person == person).limit(1)
    return (await session.execute(query)).first() is not None
