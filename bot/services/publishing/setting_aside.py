"""Setting aside: cancels campaigns that a clock opened too early."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog

from bot.db.delivery import campaigns, deliveries, delivery_totals, reports
from bot.db.engine.session import Database, Session
from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, State, Why
from bot.domain.delivery.schedule import is_late

log = structlog.get_logger(__name__)

AHEAD = timedelta(minutes=1)
"""A campaign opened further in the future than this was opened by a clock that was ahead."""


Hour = Callable[[date], datetime]
"""Returns when the issue of a date is due."""


async def set_aside(database: Database, hour: Hour, now: datetime) -> None:
    """Cancel each push that a clock that was ahead has opened, so that it can be opened again at its hour.

    Only where nobody was sent a copy yet; a push that an admin cancelled under that clock is set aside in any
    case, and readers who have a copy get no second one (`has_no_copy`). One transaction. DatabaseError.
    """
    async with database.write() as session:
        opened_ahead = [
            campaign
            for campaign in await campaigns.in_state(session, *CampaignState)
            if _is_ahead(campaign, hour, now) and await _cancel(session, campaign.id, hour, now)
        ]
    for campaign in opened_ahead:
        log.warning(
            "campaign cancelled: the clock that opened it was ahead, and has been set right",
            campaign_id=campaign.id,
            issue=campaign.key,
            opened_at=campaign.opened_at.isoformat(),
        )


def _is_ahead(campaign: Campaign, hour: Hour, now: datetime) -> bool:
    if campaign.kind is not Kind.ISSUE or campaign.key != str(campaign.day):
        return False
    return campaign.opened_at > now + AHEAD and _is_undone(campaign, hour(campaign.day), now)


def _is_undone(campaign: Campaign, hour: datetime, now: datetime) -> bool:
    """Tell whether the right time undoes a campaign's state. An admin's own pause is not undone."""
    if campaign.state in {CampaignState.OPEN, CampaignState.ENDED}:
        return True
    if campaign.state is CampaignState.PAUSED and campaign.why is not Why.ADMIN:
        return campaign.why in {Why.LATE, Why.JUMPED}
    was_doubted = campaign.starts_at < campaign.opened_at or is_late(hour, campaign.opened_at)
    return was_doubted and (now < hour or is_late(now, campaign.opened_at))  # no mere correction of minutes


async def _cancel(session: Session, campaign_id: int, hour: Hour, now: datetime) -> bool:
    await reports.lock_for_update(session, campaign_id)
    campaign = await campaigns.find(session, campaign_id)  # read again under the lock
    if campaign is None or not _is_ahead(campaign, hour, now):
        return False
    counts = await deliveries.counts(session, campaign_id)
    is_touched = bool(counts.keys() - {State.PENDING, State.SKIPPED})
    if is_touched and campaign.state is not CampaignState.CANCELLED:  # the rest of it still goes out
        return False
    if await delivery_totals.has_any(session, campaign_id):  # rolled up: nobody knows any more who has a copy
        return False
    changed = await campaigns.change(
        session,
        campaign_id,
        expected=[campaign.state],
        key=f"{campaign.day} {campaign_id}",
        state=CampaignState.CANCELLED,
        why=Why.AHEAD,
        ended_at=now,
    )
    if changed:
        await deliveries.cancel(session, campaign_id)
    return changed
