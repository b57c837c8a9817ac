"""Claiming: which deliveries are sent next; each claim is committed first."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count as numbers
from math import ceil

from bot.clock import Clock
from bot.db.delivery import campaigns, deliveries, delivery_claims, due_deliveries
from bot.db.delivery.delivery_claims import Change
from bot.db.delivery.due_deliveries import Candidate
from bot.db.engine.session import Database, Session
from bot.domain.content.gate import Access
from bot.domain.content.publication import Publication
from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, Skip, State, skip, skip_reminder
from bot.domain.delivery.schedule import held_until, promised_at, zone_of
from bot.domain.delivery.turns import in_turn
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way, without_promotion
from bot.metrics import Metrics
from bot.services.delivery.sending.ending import end
from bot.services.delivery.sending.lease import Lease

ROUNDS = 20
"""How often one transaction asks for more rows when those it got are all skipped or due later."""

LEAST = 20
"""The fewest rows that are asked for once some were skipped or put off, because those take no slot. Not
before that: each row that is asked for is locked, and so is its reader.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this process has reserved and will send.

    Language, access, rendering and way on are the reader's at the moment of the claim: they choose her page.
    """

    campaign: Campaign
    reader_id: int
    language: str
    access: Access
    rendering: Rendering
    way: Way
    promotion: str | None
    """The id of the promotion that runs."""

    other_way: Way
    """Her way on where her page does not offer that promotion."""

    due_at: datetime
    epoch: int
    number: int
    """The number of the transaction that claimed it, unique within the epoch: with it an outcome finds its
    own claim, and not a later one of the same row.
    """


class NotPreparedError(Exception):
    """The pages of these campaigns (`campaign_ids`) are not prepared yet: nothing was claimed."""

    def __init__(self, campaign_ids: Collection[int]) -> None:
        super().__init__("Pages of an open campaign are not prepared. Prepare them, then claim again.")
        self.campaign_ids = campaign_ids


@dataclass(frozen=True, slots=True)
class Ready:
    """What the claim asks to leave out rows that could not be sent at once."""

    has_pages: Callable[[int], bool]
    """Whether the pages of the campaign with this id are prepared."""

    needs_upload: Callable[[Claim], bool]
    """Whether this message would upload its cover: it is then the last of its transaction, because the others
    wait for the file id.
    """

    chat_wait: Callable[[int], float]
    """The seconds until this reader's chat may get its next message; 0 or less is now."""


@dataclass(slots=True)
class _Batch:
    """What one transaction claims and skips: up to `limit` claims, or up to one that uploads a cover."""

    epoch: int
    number: int
    limit: int
    ready: Ready | None = None
    now: datetime = field(init=False)
    claims: list[Claim] = field(default_factory=list)
    skipped: Counter[Kind] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        """How many more rows may be claimed."""
        if self.claims and self.is_last(self.claims[-1]):
            return 0
        return self.limit - len(self.claims)

    def is_last(self, claim: Claim) -> bool:
        """Tell whether nothing may be claimed after this: it uploads a cover that the others name."""
        return self.ready is not None and self.ready.needs_upload(claim)


class Claiming:
    """Claims (reserves) the deliveries that are sent next.

    Whether a reader is sent something at all (stopped, push off, gone, has the issue) is decided here, in the
    transaction of the claim, and nowhere else.
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
        """Tell whether there is anything to claim or to release, or a campaign to end. DatabaseError.

        Only for a sender with nothing in flight: a row that is still claimed in its epoch then comes from a
        COMMIT whose answer was lost.
        """
        now = self._clock.now()
        async with self._database.read() as session:
            for campaign in await campaigns.in_state(session, CampaignState.OPEN):
                due_at = await deliveries.oldest_pending(session, campaign.id)
                if due_at is None or due_at <= now:
                    return True
            return await deliveries.has_claims_of(session, epoch)

    async def running(self) -> frozenset[int]:
        """Return the ids of the campaigns that are open. DatabaseError."""
        async with self._database.read() as session:
            return frozenset(
                campaign.id for campaign in await campaigns.in_state(session, CampaignState.OPEN)
            )

    async def claim(self, epoch: int, limit: int, ready: Ready | None = None) -> list[Claim]:
        """Claim up to `limit` deliveries in one transaction, and end the campaigns that have none left.

        1. The lease is checked in the same transaction: under another epoch nothing is claimed.
        2. A row whose reader must not get it becomes `skipped`.
        3. A row that may not go out yet (quiet hours, the spacing of its chat) gets the later due time.
        4. The others become `sending`, with the language, access and rendering that their readers have now.

        Without `ready` no row is left out because it could not leave at once. Raises NotPreparedError before
        anything is claimed; after a DatabaseError the claims may have been committed all the same: call
        `release` once nothing is in flight.
        """
        batch = _Batch(epoch, next(self._numbers), limit, ready)
        async with self._database.write() as session:
            running = await campaigns.lock_open(session, self._lease.held(epoch))
            if ready and (
                missing := [campaign.id for campaign in running if not ready.has_pages(campaign.id)]
            ):
                raise NotPreparedError(missing)
            batch.now = self._clock.now()  # read after the locks: an admin who held one has finished
            for some in in_turn(running, batch.number):
                await self._share(session, some, batch)
        for kind, many in batch.skipped.items():
            self._metrics.delivered(kind, "skipped", many)
        return batch.claims

    async def _share(self, session: Session, running: Sequence[Campaign], batch: _Batch) -> None:
        """Share the slots evenly among the campaigns; what one of them leaves goes to those that want more.
        Tests take all they want.
        """
        while running and batch.left:
            share, hungry = ceil(batch.left / len(running)), []
            for campaign in running:
                wanted = batch.left if campaign.kind is Kind.TEST else min(share, batch.left)
                if wanted and await self._of(session, campaign, wanted, batch) >= wanted:
                    hungry.append(campaign)
            running = hungry  # the others had less than their share: what is left goes to these

    async def release(self, epoch: int) -> None:
        """Return to pending every row that is claimed in this epoch. DatabaseError.

        Only for a sender with nothing in flight: what is still claimed comes from a COMMIT whose answer was
        lost, and was never sent.
        """
        async with self._database.write() as session:
            await delivery_claims.release(session, epoch)

    async def _of(self, session: Session, campaign: Campaign, share: int, batch: _Batch) -> int:
        """Claim up to `share` deliveries of one campaign; return how many. End it where none is left."""
        count = 0
        day = campaign.day if campaign.kind is Kind.ISSUE else None
        # Those that are skipped or put off take no slot, so a few rounds may be needed to fill the share.
        for least in (0, *[LEAST] * (ROUNDS - 1)):
            wanted = share - count
            candidates = await due_deliveries.due(session, campaign, batch.now, max(wanted, least))
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
                batch.skipped[campaign.kind] += await end(session, campaign, batch.now)
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
            why = self._skip(campaign, candidate, batch.now)
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

    def _skip(self, campaign: Campaign, candidate: Candidate, now: datetime) -> Skip | None:
        reader = candidate.reader
        why = skip(campaign.kind, reader, has_it=candidate.has_it)
        if why is None and campaign.kind is Kind.REMINDER:
            zone = zone_of(reader.zone, self._publication())
            return skip_reminder(campaign, reader, now, zone, renews=candidate.renews)
        return why

    def _claim(self, campaign: Campaign, candidate: Candidate, batch: _Batch) -> Claim:
        reader, now = candidate.reader, batch.now
        on_offer = self._publication().on_offer(now)
        return Claim(
            campaign,
            reader.id,
            reader.language,
            reader.access(now),
            reader.rendering,
            reader.way(on_offer, now),
            on_offer.promotion.id if on_offer.promotion is not None else None,
            reader.way(without_promotion(on_offer), now),
            candidate.due_at,
            batch.epoch,
            batch.number,
        )

    def _held(self, campaign: Campaign, day: date | None, candidate: Candidate, batch: _Batch) -> datetime:
        """Return when a row may be sent: `now`, or later for the spacing of its chat or for quiet hours."""
        now = batch.now
        if batch.ready and (wait := batch.ready.chat_wait(candidate.reader.id)) > 0:
            return now + timedelta(seconds=wait)
        if campaign.kind is Kind.TEST:
            return now
        publication, reader = self._publication(), candidate.reader
        zone = zone_of(reader.zone, publication)
        promised = None if day is None else promised_at(publication, day, zone)
        return held_until(now, promised, zone, reader.quiet)
