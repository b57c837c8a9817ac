"""The sender of campaigns: claim, commit, send, record the outcome."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.errors import is_news
from bot.domain.delivery.outcome import NotSent
from bot.metrics import Metrics
from bot.services.delivery.sending.campaign_ports import CampaignTransport
from bot.services.delivery.sending.circuit_breaker import CircuitBreaker
from bot.services.delivery.sending.claiming import Claiming, NotPreparedError, Ready
from bot.services.delivery.sending.connection_pool import ConnectionPool
from bot.services.delivery.sending.dispatching import Dispatcher
from bot.services.delivery.sending.lease import Lease
from bot.services.delivery.sending.outcome_writer import OutcomeWriter, gather_seconds
from bot.services.delivery.sending.prepared_messages import PreparedMessages
from bot.services.delivery.sending.recovery import RECOVER_AFTER, recover
from bot.services.delivery.sending.sender_state import SenderState
from bot.services.delivery.sending.window import Window
from bot.services.reading.rich_refusals import RichRefusals
from bot.waiting import sleep_unless

log = structlog.get_logger(__name__)

REST_SECONDS = 0.5
"""How long an idle sender sleeps before it asks again what is due."""

AGAIN_SECONDS = 0.1
"""How long it sleeps when nothing could be claimed while messages are in flight."""

STOP_SECONDS = 13.0
"""How long a stop waits for outcomes: a container has 20 s, and other parts stop after this one."""

STOPPING = NotSent("the sender is stopping")
NO_ANSWER = NotSent("Telegram does not answer")
LEASE_UNSURE = NotSent("another process may have taken over")


class Sender:
    """Sends campaigns while this process holds the lease. Call `run` in a task of its own.

    1. Slots of the rate limiter and connections come first, so that nothing waits after the claim.
    2. Rows become `sending`, and that is committed. The lease is checked in the same transaction.
    3. Each message is handed to Telegram, once.
    4. Its outcome is committed; only then has the window room again.

    A process that dies between 2 and 4 leaves rows that the next sender makes `unknown`: none is sent twice.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lease: Lease,
        claiming: Claiming,
        *,
        campaign_transport: CampaignTransport,
        metrics: Metrics,
        window: Window,
        rate: int,
        begin: Callable[[], Awaitable[None]],
        rich: RichRefusals,
        rest: float = REST_SECONDS,
        outcome_writer: type[OutcomeWriter] = OutcomeWriter,
    ) -> None:
        """`rate` is in messages a second. `begin` runs before the first claim of an epoch, and after ten
        minutes without a possible claim: it loads the cooldowns that other processes were told. `rest` is how
        many seconds an idle sender sleeps; the first probe of a silent Telegram comes after `2 * rest`.
        """
        self._database = database
        self._clock = clock
        self._lease = lease
        self._claiming = claiming
        self._campaign_transport = campaign_transport
        self._window = window
        self._begin = begin
        self._metrics = metrics
        self._rest_seconds = rest
        gather = gather_seconds(rate)
        self._outcome_writer = outcome_writer(database, clock, metrics, self._recorded, gather=gather)
        self._circuit_breaker = CircuitBreaker(2 * rest)
        self._prepared_messages = PreparedMessages(database, campaign_transport, rich)
        self._stopping = asyncio.Event()
        # Set when something changed: room in the window, a ready connection, or a stop.
        self._room = asyncio.Event()
        prepared = self._prepared_messages
        self._ready = Ready(prepared.has, prepared.needs_upload, campaign_transport.chat_wait)
        self._pool = ConnectionPool(
            campaign_transport, ready=self._room.set, failed=self._not_connected, retry_seconds=rest
        )
        self._dispatcher = Dispatcher(
            self._pool,
            self._prepared_messages,
            self._circuit_breaker,
            withheld=self._withheld,
            took_turn=self._took_turn,
            returned=self._tell_of_room,
            done=self._outcome_writer.add,
        )
        self._is_idle = True  # nothing was to be claimed
        self._epoch: int | None = None  # the one that recovery was done for
        self._unsure = False
        self._could_claim_at = clock.now()
        self._stops_at = 0.0  # the loop's time until which a stop waits

    @property
    def in_use(self) -> int:
        """How many claims have no outcome on disk yet."""
        return self._window.in_flight

    @property
    def state(self) -> SenderState:
        """What the next step would be, by what is known now; nothing is asked of the database."""
        if self._stopping.is_set():
            return SenderState.DRAINING
        if (epoch := self._lease.epoch) is None:
            return SenderState.STANDING_BY
        if self._unsure:
            return SenderState.UNSURE
        if epoch != self._epoch:
            return SenderState.RECOVERING
        if self._circuit_breaker.is_open:
            return SenderState.PROBING
        return SenderState.COOLING_DOWN if self._campaign_transport.cooldown_left() else SenderState.SENDING

    async def run(self) -> None:
        """Send what is due until `stop`; whatever goes wrong is logged and tried again."""
        workers = [asyncio.create_task(self._dispatcher.work()) for _ in range(self._window.size)]
        recorder = asyncio.create_task(self._outcome_writer.run())
        try:
            while (state := self.state) is not SenderState.DRAINING:
                try:
                    await self._step(state)
                except Exception as error:  # noqa: BLE001  # the database may be back in the next step
                    if is_news(error):
                        log.warning("the sender failed and tries again", error=type(error).__name__)
                    await self._rest(self._rest_seconds * 2)
                finally:
                    self._campaign_transport.limit_reserved(self._window.waiting)
            await self._drain()
        finally:
            tasks = (*workers, recorder, *self._pool.cancel())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Claim nothing more; `run` ends when all in flight have their outcomes on disk, or after so long."""
        self._stops_at = asyncio.get_running_loop().time() + seconds
        self._stopping.set()
        self._room.set()

    async def _step(self, state: SenderState) -> None:
        epoch = self._lease.epoch
        if epoch is None or state is SenderState.STANDING_BY:
            self._epoch = None
            await self._rest(self._rest_seconds)
        elif state is SenderState.UNSURE:
            await self._release(epoch)
        elif state is SenderState.RECOVERING:
            await self._recover(epoch)
        elif state is SenderState.PROBING:
            await self._probe()
        elif state is SenderState.COOLING_DOWN:
            await self._rest(min(self._campaign_transport.cooldown_left(), self._rest_seconds))
        elif room := await self._wait_for_room():
            await self._send(epoch, room)

    async def _release(self, epoch: int) -> None:
        """Wait until nothing is in flight; what this epoch still has claimed then becomes pending again."""
        if self._window.in_flight:
            await self._rest(self._rest_seconds)
            return
        await self._claiming.release(epoch)
        self._unsure = False

    async def _recover(self, epoch: int) -> None:
        """Put the ledger in order for this epoch; after an error the next step tries again."""
        await recover(self._database, epoch, self._clock.now(), self._metrics)
        await self._begin()
        # Read anew: a recovery that took longer than RECOVER_AFTER would else begin again for ever.
        self._epoch, self._could_claim_at = epoch, self._clock.now()

    async def _send(self, epoch: int, room: int) -> None:
        """Claim up to `room` rows that can leave at once. Everything that may take time comes before."""
        if self._is_idle and not self._window.in_flight and not await self._claiming.is_due(epoch):
            self._could_claim_at = self._clock.now()
            await self._forget()
            await self._rest(self._rest_seconds)
        elif (ready := await self._wait_for_connections(room)) and (
            slots := await self._campaign_transport.reserve_slots(
                ready, min(ready, self._window.smallest_batch)
            )
        ):
            now = self._clock.now()
            if abs(now - self._could_claim_at) > RECOVER_AFTER:
                self._epoch = None
            elif ready := self._pool.ready(slots):  # the server may have closed some during the wait
                await self._claim(epoch, ready)
                self._could_claim_at = now

    async def _claim(self, epoch: int, limit: int) -> None:
        if self._withheld():  # the wait for the slots may have been long
            return
        try:
            claims = await self._claiming.claim(epoch, limit, self._ready)
        except NotPreparedError as error:
            for campaign_id in error.campaign_ids:
                await self._prepared_messages.prepare(campaign_id)
            return
        except Exception:
            self._unsure = True  # the COMMIT may have been made and only its answer lost
            raise
        self._window.claimed(len(claims))
        self._dispatcher.add(claims)
        self._is_idle = not claims
        if not claims:
            self._unsure = not self._window.in_flight  # a lost COMMIT may have been made only by now
            await self._rest(AGAIN_SECONDS)

    async def _wait_for_connections(self, count: int) -> int:
        """Return how many connections are ready, up to `count`; wait a rest only if there are none."""
        self._pool.grow(count)
        if not self._pool.ready(1):
            self._room.clear()
            await sleep_unless(self._room, self._rest_seconds)
        return self._pool.ready(count)

    async def _wait_for_room(self) -> int:
        """Return for how many claims there is room; where for none, wait up to one rest and return 0."""
        self._room.clear()
        if not (room := self._has_room()):
            await sleep_unless(self._room, self._rest_seconds)
        return room

    def _has_room(self) -> int:
        if self._circuit_breaker.half_open:
            return self._window.room_for_trial()
        # The upload gives the cover a file id that all other messages name: they wait for it unclaimed.
        return 0 if self._prepared_messages.is_uploading else self._window.room()

    def _withheld(self) -> NotSent | None:
        """Return why nothing is handed over now; None where it may be. Asked before each hand-over."""
        if self._stopping.is_set():
            return STOPPING
        if self._circuit_breaker.is_open:
            return NO_ANSWER
        return None if self._lease.is_safe else LEASE_UNSURE

    async def _forget(self) -> None:
        """Free the memory of campaigns that are over: the program lives longer than any of them."""
        if self._prepared_messages.is_empty and not self._outcome_writer.judged:
            return
        running = await self._claiming.running()
        self._prepared_messages.forget(running)
        self._outcome_writer.forget(running)

    def _took_turn(self) -> None:
        self._window.took_turn()
        self._campaign_transport.limit_reserved(self._window.waiting)
        self._tell_of_room()

    def _recorded(self, count: int) -> None:
        self._window.recorded(count)
        self._tell_of_room()

    def _not_connected(self, failure: NotSent) -> None:
        # Other messages, where there are any, tell better whether Telegram answers.
        if not self._window.in_flight and not self._pool.ready(1):
            self._circuit_breaker.note(failure)

    def _tell_of_room(self) -> None:
        if self._stopping.is_set() or self._has_room():
            self._room.set()

    async def _probe(self) -> None:
        self._pool.cancel()  # a connection begun before the probe says nothing about what follows it
        pause = self._circuit_breaker.pause()
        log.warning("circuit breaker open: Telegram does not answer", seconds=pause)
        await self._rest(pause)
        if not self._stopping.is_set():
            self._circuit_breaker.probed(answers=await self._campaign_transport.answers())

    async def _rest(self, seconds: float) -> None:
        await sleep_unless(self._stopping, seconds)

    async def _drain(self) -> None:
        """Wait until everything in flight has its outcome on disk, or the stop has taken too long."""
        try:
            async with asyncio.timeout_at(self._stops_at):
                while self._window.in_flight:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            log.warning("stopped with claims open: they will be unknown", count=self._window.in_flight)
