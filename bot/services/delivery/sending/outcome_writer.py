"""The outcome writer: outcomes of claims, written many at once."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.db.delivery import delivery_claims
from bot.db.delivery.deliveries import GONE
from bot.db.delivery.delivery_claims import Change
from bot.db.engine.session import Database, Session
from bot.db.errors import is_news, is_permanent
from bot.db.readers import open_pages
from bot.db.readers.open_pages import OpenPage
from bot.domain.delivery.campaign import FrozenPage, Kind, State, Why
from bot.domain.delivery.failure_threshold import FailureThreshold
from bot.domain.delivery.outcome import Gone, NotSent, Outcome, Rejected, Sent, Unknown
from bot.domain.pages.page import Place
from bot.metrics import Metrics
from bot.services.delivery.pausing import pause, pause_all
from bot.services.delivery.sending.claiming import Claim
from bot.services.delivery.sending.refusals import Refusals

log = structlog.get_logger(__name__)

RETRY_SECONDS = 0.5
"""Between two attempts to write, while the database is down or refuses a row."""

GATHER_SECONDS = 0.015
FAST = 100
"""Messages a second from which on gathering outcomes saves more than it delays."""


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of a claim; `page` is what was sent, None where nothing was."""

    claim: Claim
    page: FrozenPage | None
    outcome: Outcome


class OutcomeWriter:
    """Writes outcomes in batches: what is added while one transaction runs goes into the next.

    1. Writing is repeated until the outcome is committed: while the program runs none is lost.
    2. Only then `on_committed` frees the place in the window.
    3. A campaign of which too many outcomes are failures is paused in the same transaction.

    Call `run` in a task of its own.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        metrics: Metrics,
        on_committed: Callable[[int], None],
        *,
        gather: float = 0.0,
    ) -> None:
        """`on_committed` is called with the number of outcomes just committed. A batch waits `gather` seconds
        for more outcomes.
        """
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._on_committed = on_committed
        self._gather = gather
        self._waiting: list[Done] = []
        self._added = asyncio.Event()
        self._thresholds: dict[int, FailureThreshold] = {}
        self._started: dict[int, datetime] = {}
        self._refusals = Refusals()

    @property
    def judged(self) -> Collection[int]:
        """The ids of the campaigns whose last outcomes are in memory, to judge how many failed."""
        return self._thresholds.keys()

    def forget(self, running: Collection[int]) -> None:
        """Free the memory of all campaigns but these."""
        for campaign_id in self._thresholds.keys() - running:
            del self._thresholds[campaign_id], self._started[campaign_id]
        self._refusals.forget(running)

    def add(self, done: Done) -> None:
        """Queue an outcome, which `run` writes. Never waits."""
        self._waiting.append(done)
        self._added.set()

    async def run(self) -> None:
        """Write outcomes until cancelled; while the database is down they wait."""
        while True:
            await self._added.wait()
            await asyncio.sleep(self._gather)  # one transaction for many: each costs an fsync
            self._added.clear()
            batch, self._waiting = self._waiting, []
            written = await self.write(batch)
            kinds = Counter((done.claim.campaign.kind, type(done.outcome)) for done in written)
            for (kind, outcome), count in kinds.items():
                self._metrics.delivered(kind, _NAMES[outcome], count)
            self._on_committed(len(written))

    async def write(self, batch: list[Done]) -> list[Done]:
        """Commit these outcomes, and pause campaigns that fail too often; return what was committed.

        1. It is repeated until the database takes it, however long that lasts.
        2. A row that the database refuses by itself is written with less (see `_reduced`), apart from others.
        3. What it refuses even then is missing in the result: it is added again, and keeps its place in the
           window.
        """
        return await self._write_until_committed(batch, self._judge(batch))

    def _judge(self, batch: Iterable[Done]) -> dict[int, Why]:
        """Count outcomes towards each campaign's failure threshold; return which must pause, and why."""
        pauses: dict[int, Why] = {}
        for done in batch:
            campaign = done.claim.campaign
            self._refusals.note(campaign.id, done.claim.reader_id, done.outcome)
            known = self._started.get(campaign.id)
            if known is None or campaign.starts_at > known:
                self._started[campaign.id] = campaign.starts_at
                self._thresholds[campaign.id] = FailureThreshold()
            why = self._thresholds[campaign.id].note(done.outcome)
            if why is not None:
                pauses[campaign.id] = why
        return pauses

    async def _write_until_committed(self, batch: list[Done], pauses: dict[int, Why]) -> list[Done]:
        """Write a batch, and pause campaigns, as often as it takes; return what was committed."""
        while True:
            now = self._clock.now()
            try:
                async with self._database.write() as session:
                    await self._write(session, batch, now)
                    await self._pause(session, pauses, now)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is no outcome to lose
                if batch and is_permanent(error):
                    return await self._write_one_by_one(batch, pauses, error)
                if is_news(error):
                    log.warning("outcomes not stored yet", count=len(batch), error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return batch

    async def _write_one_by_one(
        self, batch: list[Done], pauses: dict[int, Why], error: Exception
    ) -> list[Done]:
        """Write outcomes one by one: a row that the database refuses must not stop the others."""
        if len(batch) > 1 or pauses:
            written = [each for done in batch for each in await self._write_until_committed([done], {})]
            await self._write_until_committed([], pauses)
            return written
        reduced, campaign_id = _reduced(batch[0]), batch[0].claim.campaign.id
        cause = type(getattr(error, "orig", error)).__name__  # its text may hold what a page says
        if reduced is None:
            # No place is freed: `release` would return a row to pending that may have arrived.
            log.error("the database does not take an outcome at all", error=cause, campaign_id=campaign_id)
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self.add, batch[0])
            return []
        log.error("the database takes an outcome only in part", error=cause, campaign_id=campaign_id)
        return await self._write_until_committed([reduced], {})

    async def _write(self, session: Session, batch: list[Done], now: datetime) -> None:
        by_epoch: dict[int, list[Change]] = {}
        for done in batch:
            by_epoch.setdefault(done.claim.epoch, []).append(_change(done, now))
        # After this process lost the lease and took it again, one batch may hold outcomes of two epochs.
        for epoch, changes in by_epoch.items():
            await delivery_claims.record(session, changes, epoch)
        opened = [page for done in batch if (page := _open_page(done))]
        if opened:
            await open_pages.remember(session, opened, now)

    async def _pause(self, session: Session, pauses: dict[int, Why], now: datetime) -> None:
        if Why.TOKEN in pauses.values():
            await pause_all(session, Why.TOKEN, now)
        # In the order in which a claim locks them: no deadlock.
        for campaign_id, why in sorted(pauses.items()):
            await pause(session, campaign_id, why, now)


def gather_seconds(rate: int) -> float:
    """Return how long an outcome waits for others to share its transaction, at `rate` messages a second."""
    return GATHER_SECONDS if rate >= FAST else 0.0


_NAMES = {Sent: "sent", NotSent: "not_sent", Gone: "failed", Rejected: "failed", Unknown: "unknown"}


def _change(done: Done, now: datetime) -> Change:
    claim, outcome = done.claim, done.outcome
    state, due_at, message_id = State.FAILED, claim.due_at, None
    reason = getattr(outcome, "reason", None)
    match outcome:
        case Sent():
            state, message_id = State.SENT, outcome.message_id
        case NotSent():
            state, reason = State.PENDING, None
            due_at = now + timedelta(seconds=outcome.wait) if outcome.wait else due_at
        case Rejected(is_of_token=True):
            # It says nothing about this message.
            state, reason = State.PENDING, None
        case Gone():
            reason = GONE + outcome.reason
        case Rejected():
            reason = f"{outcome.code}: {outcome.reason}"
        case Unknown():
            state = State.UNKNOWN
    return Change(claim.campaign.id, claim.reader_id, state, due_at, claim.number, reason, message_id)


def _reduced(done: Done) -> Done | None:
    """Return an outcome that says less, where the database refuses this one: first without the open page,
    then `Unknown`; None where nothing less can be said.
    """
    if done.page is not None:
        return replace(done, page=None)
    if not isinstance(done.outcome, Unknown):
        return Done(done.claim, None, Unknown("the outcome could not be written down"))
    return None


def _open_page(done: Done) -> OpenPage | None:
    """Return the open page that this delivery has made in the reader's chat; None for what is no issue."""
    claim, page, outcome = done.claim, done.page, done.outcome
    if page is None or claim.campaign.kind is not Kind.ISSUE or not isinstance(outcome, Sent):
        return None
    return OpenPage(
        claim.reader_id,
        outcome.message_id,
        Place(claim.campaign.day),
        page.edition or page.language,
        page.rendering,
        page.revision or "",
        bool(page.payload.get("protect_content")),
    )
