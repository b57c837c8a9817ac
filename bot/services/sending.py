"""Sending campaigns: claim, commit, and only then write to the network; every outcome on disk."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import islice

import structlog

from bot.clock import Clock
from bot.db.away import is_news
from bot.db.session import Database
from bot.domain.campaign import FrozenPage
from bot.domain.delivery import NotSent, Outcome, Rejected, Unknown
from bot.metrics import Metrics
from bot.services.breaker import Breaker
from bot.services.claiming import Claim, Claiming, UnpackedError
from bot.services.lease import Lease
from bot.services.packing import Packing
from bot.services.parcels import Carrier, Courier, Parcel
from bot.services.recording import Done, Recording
from bot.services.resuming import settle
from bot.services.stages import Stages, reached

log = structlog.get_logger(__name__)

REST_SECONDS = 0.5
"""How long the sender rests when nothing is due."""

AGAIN_SECONDS = 0.1
"""How soon the sender looks again for what is due, while outcomes are awaited."""

BATCH_SECONDS = 0.025
"""How much of the pace one transaction claims where that is more than a row: more at once costs less, and
leaves more unknown when the program dies.
"""

GATHER_SECONDS = 0.015
"""How long outcomes gather for their transaction where they come fast."""

FAST = 100
"""From so many messages a second on outcomes gather."""

SILENCE = timedelta(minutes=10)
"""Where nothing could be claimed for so long (a halt, a database that was away, a clock that jumped), what is
due may be due no more.
"""

STOP_SECONDS = 13.0
STOPPING = NotSent("the sender is stopping")
AWAY = NotSent("Telegram does not answer")
ASLEEP = NotSent("another process may have taken over")


class Sender:
    """Call `run` in a task of its own; only the holder of the lease sends."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lease: Lease,
        claiming: Claiming,
        *,
        carrier: Carrier,
        metrics: Metrics,
        rate: int,
        window: int,
        begin: Callable[[], Awaitable[None]],
        stages: Stages | None = None,
        rest: float = REST_SECONDS,
    ) -> None:
        """`rate` is in messages a second; `window` is the most claims that may have no outcome on disk.

        `begin` is done before the first claim of an epoch, and after a long silence: it learns what was told
        to the leader before. `rest` is in seconds, for tests; a silent Telegram is asked for the first time
        after twice as long.
        """
        self._database = database
        self._clock = clock
        self._lease = lease
        self._claiming = claiming
        self._carrier = carrier
        self._window = window
        self._begin = begin
        self._metrics = metrics
        self._stages = stages
        self._rest_seconds = rest
        self._least = max(1, min(int(rate * BATCH_SECONDS), window // 4))
        self._most = min(window, max(2, int(rate * BATCH_SECONDS)))
        gather = GATHER_SECONDS if rate >= FAST else 0.0
        self._recording = Recording(database, clock, metrics, self._free, stages, gather=gather)
        self._breaker = Breaker(2 * rest)
        self._stopping = asyncio.Event()
        self._packing = Packing(database, carrier)
        self._claimed: asyncio.Queue[Claim] = asyncio.Queue()
        self._couriers: list[Courier] = []  # who came back last goes first: few connections, in use
        self._connecting: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()  # a claim has had its turn, a place is free, or a courier is ready
        self._open = 0
        self._waiting = 0  # of these, claims that have not had their turn
        self._is_idle = True  # nothing was to be claimed
        self._epoch: int | None = None
        self._unsure = False
        self._could_claim_at = clock.now()
        self._patience = 0.0  # the loop's time until which a stop waits

    @property
    def in_use(self) -> int:
        """How many claims have no outcome on disk yet."""
        return self._open

    async def run(self) -> None:
        """Send what is due until `stop`; whatever goes wrong is logged and tried again."""
        workers = [asyncio.create_task(self._work()) for _ in range(self._window)]
        recorder = asyncio.create_task(self._recording.run())
        try:
            while not self._stopping.is_set():
                try:
                    await self._round()
                except Exception as error:  # noqa: BLE001  # a database that is away comes back
                    if is_news(error):
                        log.warning("no claims for now", error=type(error).__name__)
                    await self._rest(self._rest_seconds * 2)
                finally:
                    self._carrier.keep(self._waiting)
            await self._drain()
        finally:
            tasks = (*workers, recorder, *self._connecting)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self) -> None:
        """Claim nothing more; `run` ends when what is in flight has its outcome on disk, in 13 s at most."""
        self._patience = asyncio.get_running_loop().time() + STOP_SECONDS
        self._stopping.set()
        self._room.set()

    async def _round(self) -> None:
        epoch = self._lease.epoch
        if epoch is None:
            self._epoch = None
            await self._rest(self._rest_seconds)
            return
        if self._unsure and not await self._is_sure(epoch):
            return
        if epoch != self._epoch:  # whatever fails here is done in the next round
            await settle(self._database, epoch, self._clock.now(), self._metrics)
            await self._begin()
            self._epoch, self._could_claim_at = epoch, self._clock.now()
        if self._breaker.is_open:
            await self._probe()
        elif halted := self._carrier.halted():
            await self._rest(min(halted, self._rest_seconds))
        elif room := await self._places():
            await self._fill(epoch, room)

    async def _fill(self, epoch: int, room: int) -> None:
        """Claim what can leave at once: all that may take its time is done before."""
        if self._is_idle and not self._open and not await self._claiming.is_due(epoch):
            self._could_claim_at = self._clock.now()
            await self._forget()
            await self._rest(self._rest_seconds)
        elif (ready := await self._connected(room)) and (
            slots := await self._carrier.slots(ready, min(ready, self._least))
        ):
            now = self._clock.now()
            if abs(now - self._could_claim_at) > SILENCE:
                self._epoch = None
            elif ready := self._ready(slots):  # some may have been closed during the wait
                await self._claim(epoch, ready)
                self._could_claim_at = now

    async def _claim(self, epoch: int, limit: int) -> None:
        if self._kept_back():  # the wait for the slots may have been long
            return
        try:
            claims = await self._claiming.claim(epoch, limit, self)
        except UnpackedError as error:
            for campaign_id in error.campaign_ids:
                await self._packing.pack(campaign_id)
            return
        except Exception:
            self._unsure = True  # a commit whose answer was lost may have been made: its rows take room
            raise
        await reached(self._stages, "claim committed")
        self._open += len(claims)
        self._waiting += len(claims)
        for claim in claims:
            self._claimed.put_nowait(claim)
        self._is_idle = not claims
        if not claims:
            self._unsure = not self._open  # a commit that was lost may have been made only by now
            await self._rest(AGAIN_SECONDS)

    def has_pages(self, campaign_id: int) -> bool:
        return self._packing.has(campaign_id)

    def needs_picture(self, claim: Claim) -> bool:
        return self._packing.needs_picture(claim)

    def away(self, reader_id: int) -> float:
        return self._carrier.away(reader_id)

    async def _connected(self, count: int) -> int:
        """Return how many couriers are ready, up to `count`. Connect others where these are fewer, and wait
        for them only where there are none.
        """
        for _ in range(count - self._ready(count) - len(self._connecting)):
            task = asyncio.create_task(self._connect(self._take(ready=False) or self._carrier.courier()))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)
        if not self._ready(1):
            self._room.clear()
            await _soon(self._room, self._rest_seconds)
        return self._ready(count)

    async def _connect(self, courier: Courier) -> None:
        """Have this courier at hand when it is ready; where it cannot be, let go of it after a while."""
        failure = await _readied(courier)
        if failure is None:
            self._couriers.append(courier)
            self._room.set()
            return
        if not self._open and not self._ready(1):  # else these tell whether Telegram answers
            self._breaker.note(failure)
        await self._rest(self._rest_seconds)  # as long as this lasts no other is connected in its place

    def _ready(self, most: int) -> int:
        """Count the couriers at hand who are ready, up to `most`."""
        return sum(1 for _ in islice((one for one in reversed(self._couriers) if one.is_ready), most))

    def _take(self, *, ready: bool) -> Courier | None:
        """Take the courier who came back last, of those who are ready, or of the others."""
        for place in reversed(range(len(self._couriers))):
            if self._couriers[place].is_ready is ready:
                return self._couriers.pop(place)
        return None

    async def _is_sure(self, epoch: int) -> bool:
        """Once all that was handed over is on disk, any claim that still stands is one we never heard of."""
        if self._open:
            await self._rest(self._rest_seconds)
            return False
        await self._claiming.release(epoch)
        self._unsure = False
        return True

    async def _places(self) -> int:
        """Wait until there is room for claims; return for how many."""
        self._room.clear()
        if not (room := self._has_room()):
            await _soon(self._room, self._rest_seconds)
        return room

    def _has_room(self) -> int:
        free = self._window - self._open
        if self._breaker.half_open:
            return 0 if self._open else min(free, 1)
        if free < self._least or self._waiting or self._packing.brings_picture:
            return 0
        return min(free, self._most)

    async def _work(self) -> None:
        """Send one claim after another."""
        while True:
            self._recording.add(await self._deliver(await self._claimed.get()))

    async def _deliver(self, claim: Claim) -> Done:
        parcel = self._packing.parcel(claim)
        if isinstance(parcel, NotSent):
            self._had_its_turn()
            return Done(claim, None, parcel)
        courier = self._take(ready=True) or self._carrier.courier()
        try:
            return Done(claim, parcel.page, await self._send(courier, parcel, claim))
        finally:
            self._packing.gone(parcel)
            self._couriers.append(courier)
            self._tell_of_room()

    async def _send(self, courier: Courier, parcel: Parcel, claim: Claim) -> Outcome:
        """Take the slot that was kept for this row, then hand over, unless something speaks against it."""
        try:
            away = await courier.turn(claim.reader_id)
        except Exception as error:  # nothing has left: a worker that ended here would keep its slot for ever
            log.exception("a turn failed in our own code", campaign_id=claim.campaign.id)
            away = NotSent(type(error).__name__, wait=0.5)
        finally:
            self._had_its_turn()
        if away is not None and not away.limited:
            self._breaker.note(away)
        return self._kept_back() or away or await self._hand_over(courier, parcel, claim)

    def _had_its_turn(self) -> None:
        self._waiting -= 1
        self._carrier.keep(self._waiting)
        self._tell_of_room()

    async def _hand_over(self, courier: Courier, parcel: Parcel, claim: Claim) -> Outcome:
        try:
            outcome = await courier.send(parcel, claim.reader_id)
        except Exception as error:  # from here on it may have arrived
            log.exception("a delivery failed in our own code", campaign_id=claim.campaign.id)
            outcome = Unknown(type(error).__name__)
        self._breaker.note(outcome)
        await reached(self._stages, "answer read")
        if isinstance(outcome, NotSent):
            self._packing.unpack()
        if isinstance(outcome, Rejected) and _refuses_rich(parcel.page, outcome):
            self._packing.refuse(claim, outcome.reason)
            outcome = NotSent("rich page refused", limited=True)
        return outcome

    def _kept_back(self) -> NotSent | None:
        """Return why a claim is not handed over after all."""
        if self._stopping.is_set():
            return STOPPING
        if self._breaker.is_open:
            return AWAY
        return None if self._lease.is_safe else ASLEEP

    async def _forget(self) -> None:
        """Keep nothing of campaigns that are over: the program lives longer than any of them."""
        if self._packing.is_empty and not self._recording.judged:
            return
        running = await self._claiming.running()
        self._packing.forget(running)
        self._recording.forget(running)

    def _free(self, count: int) -> None:
        self._open -= count
        self._tell_of_room()

    def _tell_of_room(self) -> None:
        if self._stopping.is_set() or self._has_room():
            self._room.set()

    async def _probe(self) -> None:
        for task in self._connecting:  # what was begun before says nothing of what comes
            task.cancel()
        pause = self._breaker.pause()
        log.warning("Telegram does not answer: nothing is sent", seconds=pause)
        await self._rest(pause)
        if not self._stopping.is_set():
            self._breaker.probed(answers=await self._carrier.answers())

    async def _rest(self, seconds: float) -> None:
        await _soon(self._stopping, seconds)

    async def _drain(self) -> None:
        """Wait until everything that was claimed has its outcome on disk."""
        try:
            async with asyncio.timeout_at(self._patience):
                while self._open:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            log.warning("stopped with claims open: they will be unknown", count=self._open)


async def _readied(courier: Courier) -> NotSent | None:
    try:
        return await courier.ready()
    except Exception as error:
        log.exception("a connection failed in our own code")
        return NotSent(type(error).__name__)


def _refuses_rich(page: FrozenPage, refusal: Rejected) -> bool:
    """Tell whether a rich page was refused as such: never for what is true of one reader alone."""
    return page.method == "sendRichMessage" and refusal.refuses_rendering


async def _soon(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than that."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
