"""Ending a campaign: nothing of it is left to send."""

from datetime import datetime

import structlog

from bot.db.delivery import campaigns, deliveries
from bot.db.engine.session import Session
from bot.domain.delivery.campaign import Campaign, CampaignState, Report, State
from bot.domain.delivery.failure_threshold import is_sound

log = structlog.get_logger(__name__)


async def end(session: Session, campaign: Campaign, now: datetime) -> int:
    """End an open campaign of which nothing is claimed or pending, and check that its ledger adds up; any
    other one stays as it is.

    Return how many pending rows were skipped because their readers were deleted. If few enough deliveries
    failed, the readers who could not be reached are marked gone.
    """
    # Claimed rows first, then pending ones: on PostgreSQL an outcome that is committed between the two
    # questions may make a claimed row pending again, and asked in this order it is seen.
    if await deliveries.has_claimed(session, campaign.id):
        return 0
    skipped, pending = 0, await deliveries.oldest_pending(session, campaign.id)
    if pending is not None and pending <= now:  # due and not claimed: perhaps its reader was deleted
        skipped = await deliveries.skip_unowned(session, campaign.id)
        pending = await deliveries.oldest_pending(session, campaign.id)
    if pending is not None:
        return skipped
    ended = {"state": CampaignState.ENDED, "ended_at": now}
    if not await campaigns.change(session, campaign.id, expected=[CampaignState.OPEN], **ended):
        return skipped  # paused or cancelled meanwhile
    report = Report(campaign.frozen, await deliveries.counts(session, campaign.id))
    # What an admin accepted by resuming the campaign says nothing about what came after.
    failed, sent = report.of(State.FAILED) - campaign.accepted, report.of(State.SENT)
    if is_sound(failed, failed + sent):
        await deliveries.mark_gone(session, campaign.id, campaign.opened_at, now)
    write = log.info if report.adds_up else log.error
    counts = {str(state): count for state, count in report.counts.items()}
    write("campaign ended", campaign_id=campaign.id, frozen=report.frozen, **counts)
    return skipped
