"""What a campaign's report asks of the ledger, and what is put right there once the campaign is over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select, update

from bot.db.deliveries import ABANDONED, UNSETTLED, words_of
from bot.db.session import Session
from bot.db.tables import campaigns, deliveries
from bot.domain.campaign import CampaignState, Rank, Skip, State

FREQUENT = 3
"""So many different reasons of failure are told."""


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that wait for their hour, and the next such hour."""

    count: int = 0
    until: datetime | None = None


async def lock_for_update(session: Session, campaign_id: int) -> None:
    """Let nobody else change this campaign until the transaction ends. (On SQLite it is alone anyway.)"""
    query = select(campaigns.c.id).where(campaigns.c.id == campaign_id).with_for_update(key_share=True)
    await session.execute(query)


async def held(session: Session, campaign_id: int, after: datetime) -> Held:
    """Return what is pending and due only after that moment."""
    query = select(func.count(), func.min(deliveries.c.due_at)).where(
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.state == State.PENDING,
        deliveries.c.rank.in_(list(Rank)),  # their index begins with it
        deliveries.c.due_at > after,
    )
    count, until = (await session.execute(query)).one()
    return Held(count, until)


async def skipped(session: Session, campaign_id: int) -> dict[Skip, int]:
    """Return how many were not sent on purpose, by why."""
    query = (
        select(deliveries.c.reason, func.count())
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.SKIPPED)
        .group_by(deliveries.c.reason)
    )
    return {Skip(reason): count for reason, count in await session.execute(query)}


async def failed(session: Session, campaign_id: int) -> dict[str, int]:
    """Return why most of those failed who did, in Telegram's words, with how many: most of them first."""
    many = func.count()
    query = (
        select(deliveries.c.reason, many)
        .where(deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.FAILED)
        .group_by(deliveries.c.reason)
        .order_by(many.desc(), deliveries.c.reason)
        .limit(FREQUENT)
    )
    return {words_of(reason): count for reason, count in await session.execute(query)}


async def abandoned(session: Session, campaign_id: int) -> int:
    """Return how many of the unknown ones were left by a sender that died or was cut off."""
    unknown = (UNSETTLED, deliveries.c.campaign_id == campaign_id, deliveries.c.state == State.UNKNOWN)
    query = select(func.count()).where(*unknown, deliveries.c.reason == ABANDONED)
    return int((await session.execute(query)).scalar_one())


async def unsettled(session: Session) -> dict[int, int]:
    """Return how many rows of each campaign are claimed or unknown, where any are."""
    query = select(deliveries.c.campaign_id, func.count()).where(UNSETTLED).group_by(deliveries.c.campaign_id)
    return {row.campaign_id: row[1] for row in await session.execute(query)}


async def with_unknown(session: Session) -> list[int]:
    """Return the campaigns that have rows whose answer was lost."""
    unknown = (UNSETTLED, deliveries.c.state == State.UNKNOWN)
    query = select(deliveries.c.campaign_id).where(*unknown).distinct()
    return list((await session.execute(query)).scalars())


async def with_leftovers(session: Session) -> list[int]:
    """Return the cancelled campaigns that have pending rows, such as were claimed when it was cancelled."""
    pending = (deliveries.c.campaign_id == campaigns.c.id, deliveries.c.state == State.PENDING)
    first = select(func.min(deliveries.c.rank)).where(*pending)  # their index begins with it
    cancelled = campaigns.c.state == CampaignState.CANCELLED
    query = select(campaigns.c.id).where(cancelled, first.scalar_subquery().is_not(None))
    return list((await session.execute(query)).scalars())


async def forget_covers(session: Session, before: datetime) -> None:
    """Drop the pictures of campaigns that ended before then: Telegram has them, or nobody needs them. Where
    somebody may still have the unknown ones sent once more they stay.
    """
    unknown = exists().where(
        UNSETTLED, deliveries.c.campaign_id == campaigns.c.id, deliveries.c.state == State.UNKNOWN
    )
    settled = or_(campaigns.c.state == CampaignState.CANCELLED, campaigns.c.resent_at.is_not(None), ~unknown)
    over = campaigns.c.cover.is_not(None) & (campaigns.c.ended_at < before)
    await session.execute(update(campaigns).where(over, settled).values(cover=None, cover_type=None))
