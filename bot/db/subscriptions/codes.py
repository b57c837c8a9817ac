"""Codes for one use, and wrong ones that were tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import code_tries, codes


@dataclass(frozen=True, slots=True)
class Code:
    """The offer that a code belongs to, and when and by which reader it was redeemed (None: it was not)."""

    offer: str
    redeemed_at: datetime | None
    redeemed_by: int | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many codes an offer has, and how many of them were redeemed."""

    made: int = 0
    redeemed: int = 0

    @property
    def left(self) -> int:
        return self.made - self.redeemed


async def add(session: Session, hashes: Sequence[str], offer_id: str, now: datetime) -> list[str]:
    """Store codes by their hashes; return those that were new."""
    rows = [{"code": code, "offer": offer_id, "made_at": now} for code in hashes]
    statement = insert(session, codes).values(rows).on_conflict_do_nothing().returning(codes.c.code)
    return list((await session.execute(statement)).scalars())


async def find(session: Session, code: str) -> Code | None:
    """Return a code by its hash; None where it was never made."""
    row = (await session.execute(select(codes).where(codes.c.code == code))).first()
    return None if row is None else Code(row.offer, row.redeemed_at, row.redeemed_by)


async def redeem(session: Session, code: str, reader_id: int, now: datetime) -> bool:
    """Mark a code as redeemed by a reader; False where it is no more to be had."""
    unused = (codes.c.code == code, codes.c.redeemed_at.is_(None))
    statement = update(codes).where(*unused).values(redeemed_at=now, redeemed_by=reader_id)
    return (await session.execute(statement.returning(codes.c.code))).first() is not None


async def counts(session: Session) -> dict[str, Count]:
    """Return how many codes each offer has, by its id."""
    query = select(codes.c.offer, func.count(), func.count(codes.c.redeemed_at)).group_by(codes.c.offer)
    return {offer: Count(made, redeemed) for offer, made, redeemed in await session.execute(query)}


async def add_try(session: Session, reader_id: int, request: str, now: datetime) -> None:
    """Note that a reader tried a wrong code; the same request counts once."""
    row = {"request": request, "reader_id": reader_id, "at": now}
    await session.execute(insert(session, code_tries).values(row).on_conflict_do_nothing())


async def tries(session: Session, reader_id: int, since: datetime, request: str) -> list[datetime]:
    """Return when a reader tried wrong codes after `since`, the last first; `request` itself left out."""
    rows = code_tries.c
    query = select(rows.at).where(rows.reader_id == reader_id, rows.at > since, rows.request != request)
    return list((await session.execute(query.order_by(rows.at.desc()))).scalars())


async def forget_tries(session: Session, before: datetime) -> None:
    """Delete the tries that were made before `before`."""
    await session.execute(delete(code_tries).where(code_tries.c.at < before))
