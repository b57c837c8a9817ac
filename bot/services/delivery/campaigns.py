"""Campaigns for admins: their progress, and actions on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.db.delivery import campaigns, deliveries, reports
from bot.db.delivery.reports import DueLater
from bot.db.engine.session import Database, Session
from bot.db.operations import audit
from bot.domain.delivery.campaign import RUNNING, Campaign, CampaignState, Kind, Report, Skip, State, Why
from bot.domain.delivery.campaign_actions import Action, Verdict, verdict
from bot.metrics import Metrics

log = structlog.get_logger(__name__)

DUE_SOON = timedelta(minutes=1)
"""Rows that are due sooner are not counted as waiting for their hour."""

ACCEPTED = frozenset({Why.FAILURES, Why.REJECTED})
"""Whoever resumes a campaign that was paused for one of these accepts the failures so far."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A campaign with the figures of its ledger."""

    campaign: Campaign
    report: Report
    due_later: DueLater
    skipped: Mapping[Skip, int] = field(default_factory=dict)
    """How many deliveries were not sent on purpose, by reason."""

    failed: Mapping[str, int] = field(default_factory=dict)
    """How many failed, by Telegram's words: the most frequent ones."""

    abandoned: int = 0
    """How many of the unknown ones were left by a process that died or was cut off."""

    @property
    def lost(self) -> int:
        """How many of the unknown ones are so because the answer was lost on the network."""
        return max(0, self.report.of(State.UNKNOWN) - self.abandoned)

    @property
    def advised(self) -> Action:
        """What to do about the unknown ones, as advised: right for most of them, and offered first."""
        return Action.RESEND if self.abandoned >= self.lost else Action.LEAVE

    @property
    def asks(self) -> bool:
        """Tell whether an admin has to decide what becomes of the unknown ones."""
        ended = self.campaign.state is CampaignState.ENDED
        return ended and self.campaign.resent_at is None and self.report.of(State.UNKNOWN) > 0


@dataclass(frozen=True, slots=True)
class Watched:
    """A campaign and how many of its rows are unconfirmed.

    While neither changes, the figures of a campaign that is over stay the same.
    """

    campaign: Campaign
    unconfirmed: int  # rows claimed or unknown


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What came of an action, and the campaign as it is now; None where there is none."""

    verdict: Verdict
    campaign: Campaign | None = None


class Campaigns:
    """What admins and operators ask about campaigns, and do to them. Every method may raise DatabaseError."""

    def __init__(self, database: Database, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics

    async def find(self, campaign_id: int) -> Campaign | None:
        """Return a campaign without its figures; None where there is none."""
        async with self._database.read() as session:
            return await campaigns.find(session, campaign_id)

    async def last(self, limit: int, after: int = 0) -> list[Progress]:
        """Return up to `limit` campaigns but reminders, newest first, after the `after` newest."""
        async with self._database.read() as session:
            listed = await campaigns.last(session, limit, after)
            return [await self._progress(session, campaign) for campaign in listed]

    async def progress(self, campaign_id: int) -> Progress | None:
        """Return a campaign with its figures; None where there is none."""
        async with self._database.read() as session:
            campaign = await campaigns.find(session, campaign_id)
            return await self._progress(session, campaign) if campaign else None

    async def watched(self, limit: int) -> list[Watched]:
        """Return the running campaigns and the last `limit` ones, oldest first; no reminders."""
        async with self._database.read() as session:
            watched = {campaign.id: campaign for campaign in await campaigns.last(session, limit)}
            running = await campaigns.in_state(session, *RUNNING)
            watched |= {campaign.id: campaign for campaign in running if campaign.kind is not Kind.REMINDER}
            unconfirmed = await reports.unconfirmed(session)
        return [Watched(watched[number], unconfirmed.get(number, 0)) for number in sorted(watched)]

    async def verdict_on(self, action: Action, campaign_id: int, shown: int | None = None) -> ActionResult:
        """Return what an action would do now; nothing is done. For `shown` see `act`."""
        async with self._database.read() as session:
            return await self._result(session, action, campaign_id, shown)

    async def act(
        self, action: Action, campaign_id: int, by: int | None, shown: int | None = None
    ) -> ActionResult:
        """Perform an action, in one transaction with its audit entry; return its effect and the campaign.

        Nothing is done where the verdict is not DONE. `by` is the admin's id, None for the command line.
        `shown` is the version of the campaign that she saw (see `campaign_actions.version`).
        """
        async with self._database.write() as session:
            await reports.lock_for_update(session, campaign_id)
            result = await self._result(session, action, campaign_id, shown)
            if result.verdict is not Verdict.DONE or result.campaign is None:
                return result
            if not await self._do(session, action, result.campaign):
                return ActionResult(Verdict.ALREADY, result.campaign)
            await audit.add(session, by, f"{action} campaign", f"campaign {campaign_id}", self._clock.now())
            changed = await campaigns.find(session, campaign_id)
        log.info("campaign action", campaign_id=campaign_id, action=str(action), by=by)
        if action in {Action.CANCEL, Action.UNDO}:
            await self._skip_leftovers([campaign_id])
        return ActionResult(Verdict.DONE, changed)

    async def reconcile(self) -> None:
        """Correct the ledgers of campaigns that are over. Call it every ten seconds or so.

        1. Rows that became pending after their campaign was cancelled are skipped.
        2. Unknown rows whose readers have opened the issue since become skipped: they have it.
        """
        async with self._database.read() as session:
            leftovers = await reports.with_leftovers(session)
            unknown = await reports.with_unknown(session)
        await self._skip_leftovers(leftovers)
        for campaign_id in unknown:
            await self._mark_received(campaign_id)

    async def _mark_received(self, campaign_id: int) -> None:
        """Skip the unknown rows of readers who have opened this issue since."""
        async with self._database.write() as session:
            campaign = await campaigns.find(session, campaign_id)
            if campaign and campaign.kind is Kind.ISSUE and not campaign.is_running:
                await deliveries.mark_received(session, campaign_id, campaign.day)

    async def _skip_leftovers(self, campaign_ids: Sequence[int]) -> None:
        """Skip what is pending of cancelled campaigns: apart from the cancelling itself, because a claim that
        holds rows may wait for the campaign, which the cancelling holds.
        """
        for campaign_id in campaign_ids:
            async with self._database.write() as session:
                campaign = await campaigns.find(session, campaign_id)
                count = await deliveries.cancel(session, campaign_id)
            if campaign:
                self._metrics.delivered(campaign.kind, "skipped", count)

    async def _progress(self, session: Session, campaign: Campaign) -> Progress:
        counts = await deliveries.counts(session, campaign.id)
        after = max(self._clock.now(), campaign.starts_at) + DUE_SOON
        due_later = (
            await reports.due_later(session, campaign.id, after) if counts.get(State.PENDING) else DueLater()
        )
        skipped = await reports.skipped(session, campaign.id) if counts.get(State.SKIPPED) else {}
        failed = await reports.failed(session, campaign.id) if counts.get(State.FAILED) else {}
        abandoned = await reports.abandoned(session, campaign.id) if counts.get(State.UNKNOWN) else 0
        return Progress(campaign, Report(campaign.frozen, counts), due_later, skipped, failed, abandoned)

    async def _result(
        self, session: Session, action: Action, campaign_id: int, shown: int | None
    ) -> ActionResult:
        campaign = await campaigns.find(session, campaign_id)
        if campaign is None:
            return ActionResult(Verdict.MISSING)
        unknown = 0
        if action in {Action.LEAVE, Action.RESEND}:
            unknown = (await deliveries.counts(session, campaign_id)).get(State.UNKNOWN, 0)
        return ActionResult(verdict(action, campaign, unknown, self._clock.now(), shown), campaign)

    async def _do(self, session: Session, action: Action, campaign: Campaign) -> bool:
        """Change the campaign; return False where it is no longer in this state."""
        now = self._clock.now()
        changes = _changes(action, campaign, now)
        accepts = action is Action.RESUME and campaign.why in ACCEPTED
        if accepts:
            counts = await deliveries.counts(session, campaign.id)
            changes["accepted"] = counts.get(State.FAILED, 0)
        if not await campaigns.change(session, campaign.id, expected=[campaign.state], **changes):
            return False
        if accepts:
            await deliveries.mark_gone(session, campaign.id, campaign.opened_at, now)
        if action is Action.RESEND:
            await deliveries.resend_unknown(session, campaign.id, now)
        return True


def _changes(action: Action, campaign: Campaign, now: datetime) -> dict[str, object]:
    """Return the columns that an action sets. A later `starts_at` makes the failure threshold start at 0."""
    starts_at = max(now, campaign.starts_at)
    begun: dict[str, object] = {"state": CampaignState.OPEN, "why": None, "starts_at": starts_at}
    match action:
        case Action.PAUSE:
            return {"state": CampaignState.PAUSED, "why": Why.ADMIN}
        case Action.RESUME:
            return begun
        case Action.LEAVE:
            return {"resent_at": now}
        case Action.RESEND:
            return {**begun, "resent_at": now, "ended_at": None}
        case _:
            return {"state": CampaignState.CANCELLED, "why": None, "ended_at": now}
