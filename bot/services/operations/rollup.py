"""Rollup: replaces the deliveries of campaigns that ended long ago by totals."""

from collections import Counter
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.db.delivery import campaigns, deliveries, delivery_totals, reports
from bot.db.engine.session import Database, Session
from bot.db.updates import leases
from bot.domain.delivery.campaign import CampaignState
from bot.services.delivery.sending.lease import Lease

log = structlog.get_logger(__name__)

ROWS = 500
"""Rows replaced in one transaction: others wait a few milliseconds for it."""

BATCHES = 200
"""Transactions in one run: 100,000 rows an hour, which is more than a week's for 20,000 readers."""


class Rollup:
    """Replaces old deliveries by totals, so that the table does not grow for ever; no report changes."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lease: Lease,
        keep: timedelta,
        *,
        rows: int = ROWS,
        batches: int = BATCHES,
    ) -> None:
        """`keep`: how long after the end of its campaign a delivery keeps its own row."""
        self._database = database
        self._clock = clock
        self._lease = lease
        self._keep = keep
        self._rows = rows
        self._batches = batches

    async def run(self) -> None:
        """Replace rows by totals in small transactions, until none is left, a campaign is open, this process
        does not lead any more, or `batches` are done. DatabaseError.
        """
        done: Counter[int] = Counter()
        for _ in range(self._batches):
            replaced = await self._replace_some()
            if not replaced:
                break
            done += replaced
        for campaign_id, count in sorted(done.items()):
            log.info("deliveries replaced by totals", campaign_id=campaign_id, count=count)

    async def _replace_some(self) -> Counter[int]:
        """Replace `rows` rows of one campaign in one transaction; return how many, by campaign."""
        epoch = self._lease.epoch
        if epoch is None:
            return Counter()
        async with self._database.write() as session:
            if not await leases.is_held(session, self._lease.held(epoch)):
                return Counter()
            if await campaigns.in_state(session, CampaignState.OPEN):  # sending goes first
                return Counter()
            return await self._replace(session)

    async def _replace(self, session: Session) -> Counter[int]:
        ended = await reports.next_to_total(session, self._clock.now() - self._keep)
        if ended is None:
            return Counter()
        campaign_id, states = ended
        counts = await deliveries.remove_final(session, campaign_id, states, self._rows)
        if counts:
            await delivery_totals.add(session, campaign_id, counts)
        return Counter({campaign_id: counts.total()})
