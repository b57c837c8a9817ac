"""Pausing campaigns: in one transaction with the notice to admins."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.db.delivery import campaigns
from bot.db.engine.session import Session
from bot.db.operations import notices
from bot.db.operations.notices import Notice
from bot.domain.delivery.campaign import RUNNING, CampaignState, Kind, Why

log = structlog.get_logger(__name__)


async def pause(session: Session, campaign_id: int, why: Why, now: datetime) -> None:
    """Pause an open campaign and leave admins a notice with the reason; any other campaign stays as it is.

    Reminders are cancelled instead: they are no admin's, and later they would not be true.
    """
    await _pause(session, campaign_id, why, now, [CampaignState.OPEN])


async def pause_all(session: Session, why: Why, now: datetime) -> None:
    """Pause every open campaign, each with a notice of its own."""
    for campaign in await campaigns.in_state(session, CampaignState.OPEN):
        await pause(session, campaign.id, why, now)


async def pause_all_for_review(session: Session, why: Why, now: datetime) -> None:
    """Pause every running campaign, so that admins look at it; a paused one gets this reason."""
    for campaign in await campaigns.in_state(session, *RUNNING):
        await _pause(session, campaign.id, why, now, RUNNING)


async def _pause(
    session: Session, campaign_id: int, why: Why, now: datetime, expected: Sequence[CampaignState]
) -> None:
    campaign = await campaigns.find(session, campaign_id)
    if campaign is not None and campaign.kind is Kind.REMINDER:
        over = {"state": CampaignState.CANCELLED, "why": why, "ended_at": now}
        if await campaigns.change(session, campaign_id, expected=expected, **over):
            log.error("reminders cancelled", campaign_id=campaign_id, why=str(why))
        return
    if await campaigns.change(session, campaign_id, expected=expected, state=CampaignState.PAUSED, why=why):
        log.error("campaign paused", campaign_id=campaign_id, why=str(why))
        await tell_paused(session, campaign_id, why, now)


async def tell_paused(session: Session, campaign_id: int, why: Why, now: datetime) -> None:
    """Leave the admins a notice that a campaign waits for them."""
    details = {"campaign": campaign_id, "why": why}
    await notices.add(session, Notice(f"paused:{campaign_id}:{now.isoformat()}", "paused", details), now)
