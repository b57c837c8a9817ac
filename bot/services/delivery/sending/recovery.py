"""Recovery: what a new sender does before its first claim."""

from collections import Counter
from datetime import datetime, timedelta

import structlog

from bot.db.delivery import campaigns, deliveries, delivery_claims
from bot.db.engine.session import Database, Session
from bot.db.operations import timestamps
from bot.domain.delivery.campaign import CampaignState, Kind, Why
from bot.domain.delivery.schedule import is_late
from bot.metrics import OTHER, Metrics
from bot.services.delivery.pausing import pause, pause_all_for_review

log = structlog.get_logger(__name__)

RECOVER_AFTER = timedelta(minutes=10)
"""After so long without a possible claim (a cooldown, an outage, a clock that jumped) recovery runs again:
campaigns may be too late by now.
"""


async def recover(database: Database, epoch: int, now: datetime, metrics: Metrics) -> None:
    """Put the ledger in order for the sender of this epoch, in one transaction. DatabaseError.

    1. Rows that senders of earlier epochs left claimed become unknown.
    2. After a backup was restored all campaigns that run are paused: nobody knows what was sent since.
    3. Open campaigns whose oldest pending row is more than 12 hours late are paused.
    """
    async with database.write() as session:
        abandoned = Counter(await delivery_claims.abandon(session, epoch))
        kinds = {number: await _kind(session, number) for number in abandoned}
        await _pause_restored(session, now)  # before the next: a campaign keeps the first reason
        await _pause_overdue(session, now)
    for campaign_id, count in abandoned.items():
        log.warning("deliveries left unknown by a sender that ended", campaign_id=campaign_id, count=count)
        metrics.delivered(kinds[campaign_id], "unknown", count)


async def _kind(session: Session, campaign_id: int) -> str:
    campaign = await campaigns.find(session, campaign_id)
    return campaign.kind if campaign else OTHER


async def _pause_restored(session: Session, now: datetime) -> None:
    """Pause everything, once, after a backup was restored: the admins decide."""
    restored = await timestamps.find(session, timestamps.RESTORED)
    if restored is None:
        return
    await pause_all_for_review(session, Why.RESTORED, now)
    await timestamps.put(session, timestamps.DOUBTED, restored)
    await timestamps.drop(session, timestamps.RESTORED)


async def _pause_overdue(session: Session, now: datetime) -> None:
    for campaign in await campaigns.in_state(session, CampaignState.OPEN):
        if campaign.kind is Kind.REMINDER:  # each claim asks whether it is still true
            continue
        due_at = await deliveries.oldest_pending(session, campaign.id)
        if due_at is not None and is_late(max(due_at, campaign.starts_at), now):
            await pause(session, campaign.id, Why.LATE, now)
