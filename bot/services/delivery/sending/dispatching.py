"""Dispatching: workers that hand claimed deliveries to Telegram."""

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
    """An in-memory queue of claims, and workers that empty it: run `work` in as many tasks as the window
    holds.

    For each claim:

    1. Its prepared message is looked up.
    2. A slot that was reserved for it is taken from the rate limiter.
    3. The message is handed over, once, unless something speaks against it by now.
    4. `done` is called with the outcome.

    What fails before 3 is `NotSent`; from the hand-over on a lost answer is `Unknown`.
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
        """`withheld` returns why nothing may be handed over now, or None. `took_turn` is called when a claim
        no longer waits for the rate limiter, `returned` when its connection is in the pool again.
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
            self._took_turn()  # it needs no slot
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
        """Take a slot, then hand over, unless something speaks against it by now."""
        try:
            refused = await campaign_connection.take_slot(claim.reader_id)
        except Exception as error:  # nothing has left; a worker that ended here would fill the window
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
        except Exception as error:  # the message may have arrived
            log.exception("a delivery failed in our own code", campaign_id=claim.campaign.id)
            outcome = Unknown(type(error).__name__)
        self._circuit_breaker.note(outcome)
        if isinstance(outcome, NotSent):  # perhaps because Telegram no longer knows the cover
            self._prepared_messages.prepare_anew()
        if isinstance(outcome, Rejected) and self._prepared_messages.note_refusal(prepared, claim, outcome):
            return NotSent("rich page refused", limited=True)
        return outcome
