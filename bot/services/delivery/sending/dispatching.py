"""Dispatching: claimed deliveries are handed to Telegram, each at its turn."""

import asyncio
from collections.abc import Callable, Iterable

import structlog

from bot.domain.delivery.outcome import NotSent, Outcome, Rejected, Unknown
from bot.services.delivery.sending.campaign_ports import CampaignConnection, PreparedMessage
from bot.services.delivery.sending.circuit_breaker import CircuitBreaker
from bot.services.delivery.sending.claiming import Claim
from bot.services.delivery.sending.connection_pool import ConnectionPool
from bot.services.delivery.sending.outcome_writer import Done
from bot.services.delivery.sending.prepared_messages import PreparedMessages

log = structlog.get_logger(__name__)


class Dispatcher:
    """A queue of claims, and what takes one of them to Telegram. Run `work` in as many tasks as the window
    holds.

    For each claim, in this order: its frozen page is looked up; the rate limiter is asked for the turn that
    was reserved for it; then the page is handed over, once, and `done` is called with the outcome. Only from
    the hand-over on may an outcome be `Unknown`; whatever fails before it is `NotSent`.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        prepared_messages: PreparedMessages,
        circuit_breaker: CircuitBreaker,
        *,
        withheld: Callable[[], NotSent | None],
        took_turn: Callable[[], None],
        returned: Callable[[], None],
        done: Callable[[Done], None],
    ) -> None:
        """`withheld` says why nothing is handed over now, None where it may be. `took_turn` is called once a
        claim waits for the rate limiter no more, `returned` when its connection is idle again.
        """
        self._pool = pool
        self._prepared_messages = prepared_messages
        self._circuit_breaker = circuit_breaker
        self._withheld = withheld
        self._took_turn = took_turn
        self._returned = returned
        self._done = done
        self._claims: asyncio.Queue[Claim] = asyncio.Queue()

    def add(self, claims: Iterable[Claim]) -> None:
        """Queue claims whose transaction is committed."""
        for claim in claims:
            self._claims.put_nowait(claim)

    async def work(self) -> None:
        """Deliver one claim after another, until cancelled."""
        while True:
            self._done(await self._deliver(await self._claims.get()))

    async def _deliver(self, claim: Claim) -> Done:
        prepared = self._prepared_messages.choose(claim)
        if isinstance(prepared, NotSent):
            self._took_turn()  # it will ask the rate limiter for nothing
            return Done(claim, None, prepared)
        campaign_connection = self._pool.take()
        try:
            return Done(claim, prepared.page, await self._send(campaign_connection, prepared, claim))
        finally:
            self._prepared_messages.attempted(prepared)
            self._pool.give_back(campaign_connection)
            self._returned()

    async def _send(
        self, campaign_connection: CampaignConnection, prepared: PreparedMessage, claim: Claim
    ) -> Outcome:
        """Take the claim's turn, then hand over, unless something speaks against it by now."""
        try:
            refused = await campaign_connection.take_slot(claim.reader_id)
        except Exception as error:  # nothing has left: a worker that ended here would keep its place for ever
            log.exception("a turn failed in our own code", campaign_id=claim.campaign.id)
            refused = NotSent(type(error).__name__, wait=0.5)
        finally:
            self._took_turn()
        if refused is not None and not refused.limited:
            self._circuit_breaker.note(refused)
        return self._withheld() or refused or await self._hand_over(campaign_connection, prepared, claim)

    async def _hand_over(
        self, campaign_connection: CampaignConnection, prepared: PreparedMessage, claim: Claim
    ) -> Outcome:
        try:
            outcome = await campaign_connection.send(prepared, claim.reader_id)
        except Exception as error:  # from here on it may have arrived
            log.exception("a delivery failed in our own code", campaign_id=claim.campaign.id)
            outcome = Unknown(type(error).__name__)
        self._circuit_breaker.note(outcome)
        if isinstance(outcome, NotSent):  # perhaps because Telegram has forgotten the cover's file id
            self._prepared_messages.prepare_anew()
        if isinstance(outcome, Rejected) and self._prepared_messages.note_refusal(prepared, claim, outcome):
            return NotSent("rich page refused", limited=True)
        return outcome
