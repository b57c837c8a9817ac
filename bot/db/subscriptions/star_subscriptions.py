"""Subscriptions that Telegram renews, a row for each invoice link."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import star_subscriptions
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State

ASKED = 1_000
"""The most readers that one query asks for."""


async def of(session: Session, reader_id: int) -> tuple[StarSubscription, ...]:
    """Return all subscriptions of a reader, ended ones too, the one that runs longest last."""
    rows = star_subscriptions.c
    query = (
        select(star_subscriptions).where(rows.reader_id == reader_id).order_by(rows.expires_at, rows.payload)
    )
    return tuple(map(subscription_of, await session.execute(query)))


async def of_all(session: Session, reader_ids: Sequence[int]) -> dict[int, tuple[StarSubscription, ...]]:
    """Return the subscriptions of these readers as `of` does, by reader; who has none is missing."""
    held: dict[int, tuple[StarSubscription, ...]] = {}
    rows = star_subscriptions.c
    for first in range(0, len(reader_ids), ASKED):
        some = rows.reader_id.in_(reader_ids[first : first + ASKED])
        query = select(star_subscriptions).where(some).order_by(rows.expires_at, rows.payload)
        for known in map(subscription_of, await session.execute(query)):
            held[known.reader_id] = (*held.get(known.reader_id, ()), known)
    return held


async def by_payload(session: Session, payload: str) -> StarSubscription | None:
    """Return the subscription of an invoice link; None where none is known."""
    query = select(star_subscriptions).where(star_subscriptions.c.payload == payload)
    row = (await session.execute(query)).first()
    return None if row is None else subscription_of(row)


async def put(session: Session, subscription: StarSubscription) -> None:
    """Store a subscription as it is now; what was stored of its payload is replaced."""
    values = {
        "payload": subscription.payload,
        "reader_id": subscription.reader_id,
        "stars": subscription.stars,
        "days": subscription.days,
        "first_charge_id": subscription.first_charge_id,
        "expires_at": subscription.expires_at,
        "state": subscription.state.value,
        "cancelled_by": subscription.cancelled_by.value if subscription.cancelled_by else None,
        "heard_at": subscription.heard_at,
        "last_charge_id": subscription.last_charge_id,
    }
    statement = insert(session, star_subscriptions).values(values)
    changed = {name: value for name, value in values.items() if name != "payload"}
    await session.execute(
        statement.on_conflict_do_update(index_elements=[star_subscriptions.c.payload], set_=changed)
    )


def subscription_of(row: Any) -> StarSubscription:
    """Return the subscription of a row of the table."""
    return StarSubscription(
        payload=row.payload,
        reader_id=row.reader_id,
        stars=row.stars,
        days=row.days,
        first_charge_id=row.first_charge_id,
        expires_at=row.expires_at,
        state=State(row.state),
        cancelled_by=CancelledBy(row.cancelled_by) if row.cancelled_by else None,
        heard_at=row.heard_at,
        last_charge_id=row.last_charge_id,
    )
