"""Claiming: which deliveries are sent next; each claim is committed first."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count as numbers
from math import ceil

import structlog

from bot.clock import Clock
from bot.db.delivery import campaigns, deliveries, delivery_claims, due_deliveries
from bot.db.delivery.delivery_claims import Change
from bot.db.delivery.due_deliveries import Candidate
from bot.db.engine.session import Database, Session
from bot.domain.content.gate import Access
from bot.domain.content.publication import Publication
from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, Report, State, skip
from bot.domain.delivery.failure_threshold import is_sound
from bot.domain.delivery.schedule import held_until, promised_at, zone_of
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way
from bot.metrics import Metrics
from bot.services.delivery.lease import Lease

log = structlog.get_logger(__name__)

ROUNDS = 20
"""How often one transaction asks for more rows when those it got are all skipped or due later."""

LEAST = 20
"""The fewest rows that are asked for once some were skipped or put off, because those take no slot. Not
before that: each row that is asked for is locked, and so is its reader.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this process reserved and will send, with what its reader was at the claim: that chooses the
    page.
    """

    campaign: Campaign
    reader_id: int
    language: str
    access: Access
    rendering: Rendering
    way: Way
    due_at: datetime
    epoch: int
    number: int
    """Which of the claims of its epoch it is."""


class NotPreparedError(Exception):
    """Pages of open campaigns are not in memory yet: nothing was claimed. `campaign_ids` says of which."""

    def __init__(self, campaign_ids: Collection[int]) -> None:
        super().__init__("The pages of an open campaign are not at hand. Pack them, then claim again.")
        self.campaign_ids = campaign_ids


@dataclass(frozen=True, slots=True)
class Ready:
    """What could leave at once: nothing is claimed that would have to wait."""

    has_pages: Callable[[int], bool]
    """Whether a campaign's pages are in memory, by its id."""

    needs_picture: Callable[[Claim], bool]
    """Whether a claim brings a picture along: nothing that is claimed after it could leave at once."""

    away: Callable[[int], float]
    """How many seconds this reader's own turn is away; 0 or less is now."""


@dataclass(slots=True)
class _Batch:
    """What one transaction claims and skips: up to `limit` claims, or up to one that uploads a picture."""

    epoch: int
    number: int
    limit: int
    ready: Ready | None = None
    now: datetime = field(init=False)
    claims: list[Claim] = field(default_factory=list)
    skipped: Counter[Kind] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        if self.claims and self.is_last(self.claims[-1]):
            return 0
        return self.limit - len(self.claims)

    def is_last(self, claim: Claim) -> bool:
        return self.ready is not None and self.ready.needs_picture(claim)


class Claiming:
    """Reserves the deliveries that are sent next. Rules about a reader (push off, no access, gone, has the
    issue) are applied here, in the transaction of the claim, and nowhere else.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lease: Lease,
        publication: Callable[[], Publication],
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._publication = publication
        self._metrics = metrics
        self._numbers = numbers(1)

    async def is_due(self, epoch: int) -> bool:
        """Tell whether there is anything to claim or to release, or a campaign to end. Only for a sender with
        nothing in flight: whatever is still claimed in its epoch is then a claim that it never heard of.
        """
        now = self._clock.now()
        async with self._database.read() as session:
            for campaign in await campaigns.in_state(session, CampaignState.OPEN):
                due_at = await deliveries.oldest_pending(session, campaign.id)
                if due_at is None or due_at <= now:
                    return True
            return await deliveries.has_claims_of(session, epoch)

    async def running(self) -> frozenset[int]:
        """Return the ids of the campaigns that are open."""
        async with self._database.read() as session:
            return frozenset(
                campaign.id for campaign in await campaigns.in_state(session, CampaignState.OPEN)
            )

    async def claim(self, epoch: int, limit: int, ready: Ready | None = None) -> list[Claim]:
        """Claim up to `limit` deliveries in one transaction, and end the campaigns that have none left.

        1. The lease is checked in the same transaction: with another epoch nothing is claimed.
        2. A row whose reader must not get it is skipped. One whose chat has no turn yet is put off until it
           has.
        3. What a reader is at this moment decides which page she gets.

        Raises UnpackedError, before anything is claimed, where pages are missing in memory; DatabaseError:
        the claims may have been committed all the same.
        """
        batch = _Batch(epoch, next(self._numbers), limit, ready)
        async with self._database.write() as session:
            running = await campaigns.lock_open(session, self._lease.held(epoch))
            if ready and (
                missing := [campaign.id for campaign in running if not ready.has_pages(campaign.id)]
            ):
                raise NotPreparedError(missing)
            batch.now = self._clock.now()  # after whoever held one of them has made up his mind
            await self._share(session, _in_turn(running, batch.number), batch)
        for kind, many in batch.skipped.items():
            self._metrics.delivered(kind, "skipped", many)
        return batch.claims

    async def _share(self, session: Session, running: Sequence[Campaign], batch: _Batch) -> None:
        """Give every campaign the same number of slots, and tests all they ask for; what one campaign leaves
        goes to those that want more.
        """
        while running and batch.left:
            share, hungry = ceil(batch.left / len(running)), []
            for campaign in running:
                wanted = batch.left if campaign.kind is Kind.TEST else min(share, batch.left)
                if wanted and await self._of(session, campaign, wanted, batch) >= wanted:
                    hungry.append(campaign)
            running = hungry  # the others had less than their share: what is left goes to these

    async def release(self, epoch: int) -> None:
        """Return to pending what this epoch claimed without our knowledge, because the answer to a COMMIT was
        lost. Only for a sender with nothing in flight. DatabaseError.
        """
        async with self._database.write() as session:
            await delivery_claims.release(session, epoch)

    async def _of(self, session: Session, campaign: Campaign, share: int, batch: _Batch) -> int:
        """Claim up to `share` deliveries of one campaign; return how many, or end it."""
        count = 0
        day = campaign.day if campaign.kind is Kind.ISSUE else None
        # Those that are skipped or put off take no slot, so a few rounds may be needed to fill the share.
        for least in (0, *[LEAST] * (ROUNDS - 1)):
            wanted = share - count
            candidates = await due_deliveries.due(session, campaign.id, day, batch.now, max(wanted, least))
            claims, changes = self._decide(campaign, day, candidates, wanted, batch)
            if claims:
                ids = [claim.reader_id for claim in claims]
                await delivery_claims.claim(session, campaign.id, ids, batch.epoch, batch.number)
            if changes:
                await delivery_claims.put_off(session, changes, batch.epoch)
            batch.skipped[campaign.kind] += sum(change.state is State.SKIPPED for change in changes)
            batch.claims += claims
            count += len(claims)
            if not candidates:
                batch.skipped[campaign.kind] += await self._end(session, campaign, batch.now)
            if not candidates or count >= share or not batch.left:
                break
        return count

    def _decide(
        self,
        campaign: Campaign,
        day: date | None,
        candidates: list[Candidate],
        wanted: int,
        batch: _Batch,
    ) -> tuple[list[Claim], list[Change]]:
        """Decide which of the rows that are due are claimed, up to `wanted`, and what becomes of others."""
        claims: list[Claim] = []
        changes: list[Change] = []
        for candidate in candidates:
            why = skip(campaign.kind, candidate.reader, has_it=candidate.has_it)
            if why is not None:
                changes.append(
                    Change(campaign.id, candidate.reader.id, State.SKIPPED, candidate.due_at, reason=why)
                )
            elif (held := self._held(campaign, day, candidate, batch)) > batch.now:
                changes.append(Change(campaign.id, candidate.reader.id, State.PENDING, held))
            elif len(claims) < wanted:
                claims.append(self._claim(campaign, candidate, batch))
            else:
                break
            if claims and batch.is_last(claims[-1]):
                break
        return claims, changes

    def _claim(self, campaign: Campaign, candidate: Candidate, batch: _Batch) -> Claim:
        reader, now = candidate.reader, batch.now
        return Claim(
            campaign,
            reader.id,
            reader.language,
            reader.access(now),
            reader.rendering,
            reader.way(self._publication().trial_days, now),
            candidate.due_at,
            batch.epoch,
            batch.number,
        )

    def _held(self, campaign: Campaign, day: date | None, candidate: Candidate, batch: _Batch) -> datetime:
        """Return when a row may be sent: `now`, or later because of quiet hours, her own hour or her chat's
        spacing.
        """
        now = batch.now
        if batch.ready and (away := batch.ready.away(candidate.reader.id)) > 0:
            return now + timedelta(seconds=away)
        if campaign.kind is Kind.TEST:
            return now
        publication, reader = self._publication(), candidate.reader
        zone = zone_of(reader.zone, publication)
        promised = None if day is None else promised_at(publication, day, zone)
        return held_until(now, promised, zone, reader.quiet)

    async def _end(self, session: Session, campaign: Campaign, now: datetime) -> int:
        """End a campaign of which nothing is claimed or pending, and check that its ledger adds up.

        Return how many rows were skipped for that, because they are no reader's any more.

        In this order: on PostgreSQL an outcome may be committed between two questions, and what was claimed
        be pending again.
        """
        skipped = 0
        if await deliveries.has_claimed(session, campaign.id):
            return skipped  # its outcome may make the row pending again
        pending = await deliveries.oldest_pending(session, campaign.id)
        if pending is not None and pending <= now:
            skipped = await deliveries.skip_unowned(session, campaign.id)
            pending = await deliveries.oldest_pending(session, campaign.id)
        if pending is not None:
            return skipped
        ended = {"state": CampaignState.ENDED, "ended_at": now}
        if not await campaigns.change(session, campaign.id, expected=[CampaignState.OPEN], **ended):
            return skipped  # paused or cancelled meanwhile: its failures are not accepted
        report = Report(campaign.frozen, await deliveries.counts(session, campaign.id))
        failed, sent = report.of(State.FAILED) - campaign.accepted, report.of(State.SENT)
        if is_sound(failed, failed + sent):
            await deliveries.mark_gone(session, campaign.id, campaign.opened_at, now)
        write = log.info if report.adds_up else log.error
        counts = {str(state): count for state, count in report.counts.items()}
        write("campaign ended", campaign_id=campaign.id, frozen=report.frozen, **counts)
        return skipped


def _in_turn(running: Sequence[Campaign], number: int) -> Sequence[Campaign]:
    """Return tests first, then the others, each time another one of them at the head: the last in a line
    would get nothing of few slots.
    """
    tests = [campaign for campaign in running if campaign.kind is Kind.TEST]
    others = [campaign for campaign in running if campaign.kind is not Kind.TEST]
    first = number % max(1, len(others))
    return [*tests, *others[first:], *others[:first]]
