"""Setting aside: once the clock is right, what it had opened too early is cancelled, to be opened anew."""

from datetime import datetime, timedelta

import structlog

from bot.db import campaigns, deliveries, reports
from bot.db.session import Database, Session
from bot.domain.campaign import Campaign, CampaignState, Kind, State, Why

log = structlog.get_logger(__name__)

AHEAD = timedelta(minutes=1)
"""A campaign that was opened later than this from now, was opened by a clock that was ahead."""


async def set_aside(database: Database, now: datetime) -> None:
    """Cancel, in one transaction, each paused issue that a clock that was ahead has opened and nobody was
    sent; its key is free again, so that the issue is opened at its hour. DatabaseError.
    """
    async with database.write() as session:
        found = [
            campaign
            for campaign in await campaigns.in_state(session, CampaignState.PAUSED)
            if _is_ahead(campaign, now) and await _cancel(session, campaign.id, now)
        ]
    for campaign in found:
        log.warning(
            "campaign cancelled: the clock that opened it was ahead, and has been set right",
            campaign_id=campaign.id,
            issue=campaign.key,
            opened_at=campaign.opened_at.isoformat(),
        )


def _is_ahead(campaign: Campaign, now: datetime) -> bool:
    is_doubted = campaign.kind is Kind.ISSUE and campaign.why in {Why.LATE, Why.JUMPED}
    return is_doubted and campaign.opened_at > now + AHEAD


async def _cancel(session: Session, campaign_id: int, now: datetime) -> bool:
    await reports.hold(session, campaign_id)
    campaign = await campaigns.find(session, campaign_id)  # as it is now that nobody else changes it
    counts = await deliveries.counts(session, campaign_id)
    if campaign is None or not _is_ahead(campaign, now) or counts.keys() - {State.PENDING, State.SKIPPED}:
        return False
    changed = await campaigns.change(
        session,
        campaign_id,
        expected=[CampaignState.PAUSED],
        key=f"{campaign.day} {campaign_id}",
        state=CampaignState.CANCELLED,
        why=Why.AHEAD,
        ended_at=now,
    )
    if changed:
        await deliveries.cancel(session, campaign_id)
    return changed
