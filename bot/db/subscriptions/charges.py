"""Charges, by Telegram's id; a row may begin with the refund."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import charges
from bot.domain.subscriptions.charges import Charge

_PAID = ("reader_id", "payload", "stars", "days", "paid_at", "is_first", "expires_at")


async def find(session: Session, charge_id: str) -> Charge | None:
    """Return a charge; None where nothing is known of this id."""
    query = select(charges).where(charges.c.charge_id == charge_id)
    row = (await session.execute(query)).first()
    return None if row is None else charge_of(row)


async def of(session: Session, reader_id: int) -> tuple[Charge, ...]:
    """Return what a reader has paid, refunded charges too, in the order of payment."""
    query = select(charges).where(charges.c.reader_id == reader_id)
    rows = await session.execute(query.order_by(charges.c.paid_at, charges.c.charge_id))
    return tuple(map(charge_of, rows))


async def of_payload(session: Session, payload: str) -> tuple[Charge, ...]:
    """Return what was paid by one invoice link, in any order."""
    return tuple(map(charge_of, await session.execute(select(charges).where(charges.c.payload == payload))))


async def has_any(session: Session, person: str) -> bool:
    """Tell whether a person who has deleted her data had paid for days before, refunded or not."""
    query = select(charges.c.charge_id).where(charges.c.person == person, charges.c.days > 0).limit(1)
    return (await session.execute(query)).first() is not None


async def add(session: Session, charge: Charge) -> bool:
    """Store a payment; False where it is stored already. A row that has only its refund is completed."""
    values = {name: getattr(charge, name) for name in _PAID}
    statement = insert(session, charges).values(charge_id=charge.charge_id, **values)
    paid = statement.on_conflict_do_update(
        index_elements=[charges.c.charge_id], set_=values, where=charges.c.paid_at.is_(None)
    )
    return (await session.execute(paid.returning(charges.c.charge_id))).first() is not None


async def complete(session: Session, charge: Charge) -> None:
    """Store what Telegram says of a payment now and did not say when it was stored."""
    values = {
        name: func.coalesce(charges.c[name], getattr(charge, name)) for name in ("is_first", "expires_at")
    }
    await session.execute(update(charges).where(charges.c.charge_id == charge.charge_id).values(values))


async def set_first(session: Session, changed: Iterable[Charge]) -> None:
    """Store the `first_charge_id` of these charges."""
    for charge in changed:
        statement = update(charges).where(charges.c.charge_id == charge.charge_id)
        await session.execute(statement.values(first_charge_id=charge.first_charge_id))


async def refund(session: Session, charge_id: str, at: datetime, *, by: int | None, stars: int) -> bool:
    """Store that a charge was refunded, also one never seen, of so many `stars`; False where it was before.

    `by`: the admin's id, if one did it. The payer is to be told of it, whatever she was told before.
    """
    values = {"refunded_at": at, "refunded_by": by, "told_at": None}
    statement = insert(session, charges).values(charge_id=charge_id, stars=stars, days=0, **values)
    refunded = statement.on_conflict_do_update(
        index_elements=[charges.c.charge_id], set_=values, where=charges.c.refunded_at.is_(None)
    )
    return (await session.execute(refunded.returning(charges.c.charge_id))).first() is not None


async def attribute(session: Session, charge_id: str, by: int) -> bool:
    """Store which admin refunded a charge; False where one is known already."""
    unnamed = charges.c.refunded_at.is_not(None) & charges.c.refunded_by.is_(None)
    named = update(charges).where(charges.c.charge_id == charge_id, unnamed).values(refunded_by=by)
    return (await session.execute(named.returning(charges.c.charge_id))).first() is not None


async def owed(session: Session, before: datetime) -> tuple[Charge, ...]:
    """Return the charges of which their payers were not told: refunds, and what was paid before `before`."""
    due = charges.c.refunded_at.is_not(None) | (charges.c.paid_at < before)
    query = select(charges).where(charges.c.told_at.is_(None), charges.c.reader_id.is_not(None), due)
    return tuple(
        map(charge_of, await session.execute(query.order_by(charges.c.paid_at, charges.c.charge_id)))
    )


async def known(session: Session, ids: Collection[str]) -> dict[str, Charge]:
    """Return the charges with these ids that are known, by id."""
    rows = await session.execute(select(charges).where(charges.c.charge_id.in_(ids)))
    return {row.charge_id: charge_of(row) for row in rows}


async def known_payloads(session: Session, payloads: Collection[str]) -> set[str]:
    """Return those of these payloads by which something of ours was paid before."""
    query = select(charges.c.payload).where(charges.c.payload.in_(payloads), charges.c.days > 0)
    return set((await session.execute(query.distinct())).scalars())


async def claim_telling(session: Session, charge_id: str, now: datetime) -> Charge | None:
    """Note that the payer is told of a charge; None where she was, or there is nobody to tell."""
    untold = charges.c.told_at.is_(None) & charges.c.reader_id.is_not(None)
    told = update(charges).where(charges.c.charge_id == charge_id, untold).values(told_at=now)
    row = (await session.execute(told.returning(*charges.c))).first()
    return None if row is None else charge_of(row)


async def undo_telling(session: Session, charge_id: str, at: datetime) -> None:
    """Take a claim of this moment back: she was certainly not told."""
    claimed = (charges.c.charge_id == charge_id) & (charges.c.told_at == at)
    await session.execute(update(charges).where(claimed).values(told_at=None))


async def note_told(session: Session, charge_id: str, now: datetime) -> None:
    """Store that the payer was told of the charge at `now`."""
    told = update(charges).where(charges.c.charge_id == charge_id, charges.c.told_at.is_(None))
    await session.execute(told.values(told_at=now))


def charge_of(row: Any) -> Charge:
    """Return the charge of a row of the table."""
    return Charge(
        charge_id=row.charge_id,
        reader_id=row.reader_id,
        payload=row.payload,
        stars=row.stars,
        days=row.days,
        paid_at=row.paid_at,
        is_first=row.is_first,
        first_charge_id=row.first_charge_id,
        expires_at=row.expires_at,
        refunded_at=row.refunded_at,
        refunded_by=row.refunded_by,
        told_at=row.told_at,
    )
