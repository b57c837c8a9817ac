"""Actions on a campaign, and what each would do."""

from datetime import datetime
from enum import StrEnum

from bot.domain.delivery.campaign import Campaign, CampaignState


class Action(StrEnum):
    """What an admin can do to a campaign."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    UNDO = "undo"  # a cancel that comes before anything is sent
    LEAVE = "leave"  # what is unknown stays so
    RESEND = "resend"  # what is unknown is sent once more


class Verdict(StrEnum):
    """The effect of an action: DONE, or why it has none."""

    DONE = "done"
    ALREADY = "already"  # somebody was first
    STALE = "stale"  # asked of the campaign as it was before: it has been resumed since
    OVER = "over"  # ended or cancelled
    RUNNING = "running"  # not over yet
    TOO_LATE = "too late"  # it has begun
    WAITS = "waits"  # it is paused: what has gone out cannot be undone, and the rest can be cancelled
    NONE_UNKNOWN = "none unknown"
    MISSING = "missing"  # there is no such campaign


def version(campaign: Campaign) -> int:
    """Return the version of a campaign that its buttons carry: it changes with each resume.

    A button with an older version is stale: see `verdict`.
    """
    return round(campaign.starts_at.timestamp() * 1_000)


def verdict(
    action: Action, campaign: Campaign, unknown: int, now: datetime, shown: int | None = None
) -> Verdict:
    """Return what an action would do to the campaign as it stands; nothing is done.

    `unknown` is how many of its deliveries are unknown, `shown` the version that the admin saw. With None no
    action is stale.
    """
    outcome = _verdict(action, campaign, unknown, now)
    is_stale = shown is not None and shown != version(campaign)
    return Verdict.STALE if outcome is Verdict.DONE and is_stale else outcome


def _verdict(action: Action, campaign: Campaign, unknown: int, now: datetime) -> Verdict:
    if action in {Action.LEAVE, Action.RESEND}:
        return _afterwards(campaign, unknown)
    if _reached(action) is campaign.state:
        return Verdict.ALREADY
    if not campaign.is_running:
        return Verdict.OVER
    if action is Action.UNDO and now >= campaign.starts_at:
        return Verdict.WAITS if campaign.state is CampaignState.PAUSED else Verdict.TOO_LATE
    return Verdict.DONE


def _afterwards(campaign: Campaign, unknown: int) -> Verdict:
    if campaign.resent_at is not None:
        return Verdict.ALREADY
    if campaign.state is not CampaignState.ENDED:
        return Verdict.RUNNING if campaign.is_running else Verdict.OVER
    return Verdict.DONE if unknown else Verdict.NONE_UNKNOWN


def _reached(action: Action) -> CampaignState:
    match action:
        case Action.PAUSE:
            return CampaignState.PAUSED
        case Action.RESUME:
            return CampaignState.OPEN
        case _:
            return CampaignState.CANCELLED
