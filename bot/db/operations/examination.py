"""What the doctor reads: readers and charges, many at a time."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from bot.db.engine.session import Session
from bot.db.readers import grants as reader_grants
from bot.db.readers import readers as reader_rows
from bot.db.subscriptions import charges as charge_rows
from bot.db.subscriptions import star_subscriptions as subscription_rows
from bot.db.tables import charges, grants, readers, star_subscriptions
from bot.domain.readers.grants import Grant, Source
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.charges import Charge
from bot.domain.subscriptions.star_subscription import StarSubscription


async def readers_after(session: Session, reader_id: int, limit: int) -> Sequence[Reader]:
    """Return up to `limit` readers with higher ids than this, in their order."""
    query = select(*reader_rows.COLUMNS).where(readers.c.id > reader_id).order_by(readers.c.id).limit(limit)
    return [reader_rows.reader_of(row) for row in await session.execute(query)]


async def grants_of(session: Session, ids: Collection[int]) -> Mapping[int, list[Grant]]:
    """Return the grants of these readers, by reader."""
    held: dict[int, list[Grant]] = defaultdict(list)
    for row in await session.execute(select(grants).where(grants.c.reader_id.in_(ids))):
        held[row.reader_id].append(reader_grants.grant_of(row))
    return held


async def subscriptions_of(session: Session, ids: Collection[int]) -> Mapping[int, list[StarSubscription]]:
    """Return the subscriptions of these readers, by reader."""
    held: dict[int, list[StarSubscription]] = defaultdict(list)
    query = select(star_subscriptions).where(star_subscriptions.c.reader_id.in_(ids))
    for row in await session.execute(query):
        held[row.reader_id].append(subscription_rows.subscription_of(row))
    return held


async def charges_after(session: Session, charge_id: str, limit: int) -> Sequence[Charge]:
    """Return up to `limit` charges with higher ids than this, in their order."""
    query = select(charges).where(charges.c.charge_id > charge_id).order_by(charges.c.charge_id).limit(limit)
    return [charge_rows.charge_of(row) for row in await session.execute(query)]


async def bought(session: Session, ids: Collection[str]) -> Mapping[str, Grant]:
    """Return the grants that these charges bought, by the charge's id."""
    of_stars = (grants.c.source == Source.STARS) & grants.c.source_id.in_(ids)
    rows = await session.execute(select(grants).where(of_stars))
    return {row.source_id: reader_grants.grant_of(row) for row in rows}
