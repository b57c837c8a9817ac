"""Counts for campaigns' reports, and what follows a campaign's end."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Select, and_, exists, func, or_, select, union_all, update

from bot.db.delivery.deliveries import ABANDONED, GONE, UNCONFIRMED
from bot.db.delivery.delivery_totals import LONGEST_REASON
from bot.db.engine.session import Session
from bot.db.tables import campaigns, deliveries, delivery_totals
from bot.domain.delivery.campaign import CampaignState, Rank, Skip, State, Why

FREQUENT = 3
"""How many different reasons of failure `failed` returns."""

_BEFORE = re.compile(rf"^({GONE}|\d+: )?(Bad Request: |Forbidden: )?")


@dataclass(frozen=True, slots=True)
class DueLater:
    """How many rows wait for a later hour, and when the first of them is due."""

    count: int = 0
    until: datetime | None = None


async def lock_for_update(session: Session, campaign_id: int) -> None:
    """Lock a campaign: nobody else changes it until the transaction ends. (SELECT … FOR NO KEY UPDATE; on
    SQLite the transaction is alone anyway.)
    """
    query = select(campaigns.c.id).where(campaigns.c.id == campaign_id).with_for_update(key_share=True)
    await session.execute(query)


async def due_later(session: Session, campaign_id: int, after: datetime) -> DueLater:
    """Count a campaign's pending rows that are due only after the moment `after`."""
    query = select(func.count(), func.min(deliveries.c.due_at)).where(
        deliveries.c.campaign_id == campaign_id,
        deliveries.c.state == State.PENDING,
        deliveries.c.rank.in_(list(Rank)),  # their index begins with it
        deliveries.c.due_at > after,
    )
    count, until = (await session.execute(query)).one()
    return DueLater(count, until)


async def skipped(session: Session, campaign_id: int) -> dict[Skip, int]:
    """Count the deliveries that were not sent, on purpose, by the reason."""
    rows = await session.execute(_by_reason(campaign_id, State.SKIPPED))
    return {Skip(row.reason): row.number for row in rows}


async def failed(session: Session, campaign_id: int) -> dict[str, int]:
    """Count the failed deliveries by reason, in Telegram's words: the FREQUENT most frequent reasons."""
    rows = await session.execute(_by_reason(campaign_id, State.FAILED).limit(FREQUENT))
    return {_words(row.reason): row.number for row in rows}


async def abandoned(session: Session, campaign_id: int) -> int:
    """Count the unknown deliveries that a sender left which died or was cut off."""
    rows = await session.execute(_by_reason(campaign_id, State.UNKNOWN))
    return sum(row.number for row in rows if row.reason == ABANDONED)


def _by_reason(campaign_id: int, state: State) -> Select[tuple[str | None, int]]:
    """Count a campaign's deliveries in a state by their reasons, the most frequent first: the rows, and
    those of which only totals are kept.
    """
    such = deliveries.c.state == state
    if state is State.UNKNOWN:  # by their own index
        such = and_(UNCONFIRMED, such)
    # A reason that is cut off in the totals is cut off here too, so that both count as one.
    reason = func.substr(func.coalesce(deliveries.c.reason, ""), 1, LONGEST_REASON).label("reason")
    rows = select(reason, func.count().label("number")).where(deliveries.c.campaign_id == campaign_id, such)
    totals = select(delivery_totals.c.reason, delivery_totals.c.count.label("number")).where(
        delivery_totals.c.campaign_id == campaign_id, delivery_totals.c.state == state
    )
    both = union_all(rows.group_by(reason), totals).subquery()
    number = func.sum(both.c.number).cast(Integer).label("number")
    return select(both.c.reason, number).group_by(both.c.reason).order_by(number.desc(), both.c.reason)


async def unconfirmed(session: Session) -> dict[int, int]:
    """Count the rows that are claimed or unknown, by campaign; campaigns without any are missing."""
    query = (
        select(deliveries.c.campaign_id, func.count()).where(UNCONFIRMED).group_by(deliveries.c.campaign_id)
    )
    return {row.campaign_id: row[1] for row in await session.execute(query)}


async def with_unknown(session: Session) -> list[int]:
    """Return the ids of the campaigns that have unknown rows."""
    unknown = (UNCONFIRMED, deliveries.c.state == State.UNKNOWN)
    query = select(deliveries.c.campaign_id).where(*unknown).distinct()
    return list((await session.execute(query)).scalars())


async def with_leftovers(session: Session) -> list[int]:
    """Return the ids of cancelled campaigns that have pending rows: these were claimed when it was cancelled,
    and came back.
    """
    pending = (deliveries.c.campaign_id == campaigns.c.id, deliveries.c.state == State.PENDING)
    first = select(func.min(deliveries.c.rank)).where(*pending)  # their index begins with it
    cancelled = campaigns.c.state == CampaignState.CANCELLED
    query = select(campaigns.c.id).where(cancelled, first.scalar_subquery().is_not(None))
    return list((await session.execute(query)).scalars())


async def forget_covers(session: Session, before: datetime) -> None:
    """Delete the pictures of campaigns that ended before `before`.

    Telegram has them, or nobody needs them. They stay where an admin may still have unknown deliveries sent
    once more.
    """
    unknown = exists().where(
        UNCONFIRMED, deliveries.c.campaign_id == campaigns.c.id, deliveries.c.state == State.UNKNOWN
    )
    decided = or_(campaigns.c.state == CampaignState.CANCELLED, campaigns.c.resent_at.is_not(None), ~unknown)
    over = campaigns.c.cover.is_not(None) & (campaigns.c.ended_at < before)
    await session.execute(update(campaigns).where(over, decided).values(cover=None, cover_type=None))


def _words(reason: str | None) -> str:
    """Return Telegram's own words from the reason of a failed row."""
    return _BEFORE.sub("", reason or "")


_TO_TOTAL = (State.SENT, State.FAILED, State.SKIPPED)


async def next_to_total(session: Session, before: datetime) -> tuple[int, tuple[State, ...]] | None:
    """Return the id of a campaign that ended before `before` and has rows that totals can replace, and the
    states of such rows. None: there is no such campaign. It stays locked until the transaction ends.

    What is unknown stays as long as an admin may have it sent once more. A campaign that was set aside keeps
    its rows: its issue is opened anew for those who have no copy of it.
    """
    undecided = (campaigns.c.state == CampaignState.ENDED) & campaigns.c.resent_at.is_(None)
    is_final = or_(deliveries.c.state.in_(_TO_TOTAL), and_(deliveries.c.state == State.UNKNOWN, ~undecided))
    query = (
        select(campaigns.c.id, undecided.label("undecided"))
        .where(
            campaigns.c.state.in_((CampaignState.ENDED, CampaignState.CANCELLED)),
            campaigns.c.ended_at < before,
            campaigns.c.why.is_distinct_from(Why.AHEAD),
            exists().where(deliveries.c.campaign_id == campaigns.c.id, is_final),
        )
        .order_by(campaigns.c.id)
        .limit(1)
        .with_for_update(key_share=True, of=campaigns)
    )
    row = (await session.execute(query)).first()
    if row is None:
        return None
    return row.id, _TO_TOTAL if row.undecided else (*_TO_TOTAL, State.UNKNOWN)
