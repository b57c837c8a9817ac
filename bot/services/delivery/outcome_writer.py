"""Recording: the outcomes of claimed deliveries are written, many at once."""

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
from bot.db.engine.errors import is_news, is_permanent
from bot.db.engine.session import Database, Session
from bot.db.readers import open_pages
from bot.db.readers.open_pages import OpenPage
from bot.domain.delivery.campaign import FrozenPage, Kind, State, Why
from bot.domain.delivery.failure_threshold import FailureThreshold
from bot.domain.delivery.outcome import UNAUTHORIZED, Gone, NotSent, Outcome, Rejected, Sent, Unknown
from bot.domain.pages.page import Place
from bot.metrics import Metrics
from bot.services.delivery.claiming import Claim
from bot.services.delivery.pausing import pause, pause_all
from bot.services.delivery.refusals import Refusals

log = structlog.get_logger(__name__)

RETRY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of a claim; `page` is what was sent, None where nothing was."""

    claim: Claim
    page: FrozenPage | None
    outcome: Outcome


class OutcomeWriter:
    """Writes outcomes in batches: what is added while one transaction runs goes into the next.

    An outcome is never lost while the program runs: writing is repeated until it is committed. The window has
    its place back (`freed`) only then. Here campaigns are paused too, when too many of their outcomes are
    failures.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        metrics: Metrics,
        freed: Callable[[int], None],
        *,
        gather: float = 0.0,
    ) -> None:
        """`freed` is called with how many outcomes were just committed; a batch waits `gather` seconds for
        more.
        """
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._freed = freed
        self._gather = gather
        self._waiting: list[Done] = []
        self._news = asyncio.Event()
        self._sound: dict[int, FailureThreshold] = {}
        self._resumed: dict[int, datetime] = {}
        self._refusals = Refusals()

    @property
    def judged(self) -> Collection[int]:
        """The campaigns whose last outcomes are in memory, to judge whether they are sound."""
        return self._sound.keys()

    def forget(self, running: Collection[int]) -> None:
        """Remember only those campaigns that still run."""
        for campaign_id in self._sound.keys() - running:
            del self._sound[campaign_id], self._resumed[campaign_id]
        self._refusals.forget(running)

    def add(self, done: Done) -> None:
        """Queue an outcome; `run` writes it."""
        self._waiting.append(done)
        self._news.set()

    async def run(self) -> None:
        """Write outcomes until cancelled; while the database is down they wait."""
        while True:
            await self._news.wait()
            await asyncio.sleep(self._gather)  # one transaction for many: each costs an fsync
            self._news.clear()
            batch, self._waiting = self._waiting, []
            pauses = self._judge(batch)
            written = await self._insist(batch, pauses)
            kinds = Counter((done.claim.campaign.kind, type(done.outcome)) for done in written)
            for (kind, outcome), count in kinds.items():
                self._metrics.delivered(kind, _NAMES[outcome], count)
            self._freed(len(written))

    def _judge(self, batch: Iterable[Done]) -> dict[int, Why]:
        """Count the outcomes; return which campaigns must pause, and why."""
        pauses: dict[int, Why] = {}
        for done in batch:
            campaign = done.claim.campaign
            self._refusals.note(campaign.id, done.claim.reader_id, done.outcome)
            known = self._resumed.get(campaign.id)
            if known is None or campaign.starts_at > known:
                self._resumed[campaign.id] = campaign.starts_at
                self._sound[campaign.id] = FailureThreshold()
            why = self._sound[campaign.id].note(done.outcome)
            if why is not None:
                pauses[campaign.id] = why
        return pauses

    async def _insist(self, batch: list[Done], pauses: dict[int, Why]) -> list[Done]:
        """Write a batch, as often as it takes; return what was written. The rest keeps its place in the
        window.
        """
        while True:
            now = self._clock.now()
            try:
                async with self._database.write() as session:
                    await self._write(session, batch, now)
                    await self._pause(session, pauses, now)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is no outcome to lose
                if batch and is_permanent(error):
                    return await self._apart(batch, pauses, error)
                if is_news(error):
                    log.warning("outcomes not written down yet", count=len(batch), error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return batch

    async def _apart(self, batch: list[Done], pauses: dict[int, Why], error: Exception) -> list[Done]:
        """Write outcomes one by one: a row that the database refuses must not hold back the others."""
        if len(batch) > 1 or pauses:
            written = [one for done in batch for one in await self._insist([done], {})]
            await self._insist([], pauses)
            return written
        less, campaign_id = _less(batch[0]), batch[0].claim.campaign.id
        cause = type(getattr(error, "orig", error)).__name__  # its text may hold what a page says
        if less is None:  # its slot stays taken: a row that is claimed and not ours would be sent again
            log.error("the database does not take an outcome at all", error=cause, campaign_id=campaign_id)
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self.add, batch[0])
            return []
        log.error("the database takes an outcome only in part", error=cause, campaign_id=campaign_id)
        return await self._insist([less], {})

    async def _write(self, session: Session, batch: list[Done], now: datetime) -> None:
        by_epoch: dict[int, list[Change]] = {}
        for done in batch:
            by_epoch.setdefault(done.claim.epoch, []).append(_change(done, now))
        # After a takeover outcomes of two epochs may be in one batch.
        for epoch, changes in by_epoch.items():
            await delivery_claims.record(session, changes, epoch)
        opened = [page for done in batch if (page := _open_page(done))]
        if opened:
            await open_pages.remember(session, opened, now)

    async def _pause(self, session: Session, pauses: dict[int, Why], now: datetime) -> None:
        if Why.TOKEN in pauses.values():
            await pause_all(session, Why.TOKEN, now)
        for campaign_id, why in sorted(pauses.items()):  # as a claim holds them: neither waits for the other
            await pause(session, campaign_id, why, now)


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
        case Rejected(code=code) if code == UNAUTHORIZED:  # the token is wrong, and nothing about this one
            state, reason = State.PENDING, None
        case Gone():
            reason = GONE + outcome.reason
        case Rejected():
            reason = f"{outcome.code}: {outcome.reason}"
        case Unknown():
            state = State.UNKNOWN
    return Change(claim.campaign.id, claim.reader_id, state, due_at, claim.number, reason, message_id)


def _less(done: Done) -> Done | None:
    """Return a smaller outcome where the database refuses this one: first without the page that now stands in
    the chat, then `unknown`; None where there is nothing smaller.
    """
    if done.page is not None:
        return replace(done, page=None)
    if not isinstance(done.outcome, Unknown):
        return Done(done.claim, None, Unknown("the outcome could not be written down"))
    return None


def _open_page(done: Done) -> OpenPage | None:
    """Return the page that now stands in the reader's chat, where it is one of an issue."""
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
