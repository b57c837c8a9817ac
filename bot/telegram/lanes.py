"""The pace of everything that leaves: replies first, campaigns with what they leave, each reader spaced."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

SPACING_SECONDS = 1.0
CEILING = 30
"""Messages a second that Telegram takes from a bot that does not pay for more."""

WINDOW_SECONDS = 1.02
"""A second, and what a network may shift one message against another."""

BURSTS = 3
"""A second's messages leave in so many parts at the least: what a network delays must not meet the next."""

BACKLOG_SECONDS = 0.05
"""How far behind its even slots a campaign may be and still catch up."""

REPEAT_SECONDS = 10.0
"""A 429 of another chat within this time says that the whole bot is meant."""

GRAIN_SECONDS = 0.01
"""The shortest sleep between slots: those of a fast campaign that come up meanwhile go out together."""

SLOTS_PATIENCE = 0.5
"""Seconds; who waits for a campaign's slots looks up so often whether it is still to wait."""

CHATS_KEPT = 10_000
HALTS_KEPT = 1_000
REPLY_PAUSE = 0.002

Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Lanes:
    """One limiter with two lanes for the whole bot. Waits run on the monotonic clock."""

    def __init__(
        self,
        spacing: float = SPACING_SECONDS,
        *,
        send_rate: int = 25,
        ceiling: int = CEILING,
        paid: bool = False,
        monotonic: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`spacing` is in seconds between two messages to one reader; `send_rate` is what a campaign may
        use of `ceiling`, both messages a second. `paid`: campaigns pay for theirs, and use nothing of it.
        """
        self._spacing = spacing
        self._send_rate = send_rate
        self._ceiling = ceiling if paid else max(ceiling, send_rate)
        self._total = max(ceiling, send_rate)
        self._paid = paid
        self._monotonic = monotonic
        self._sleep = sleep
        self._next: dict[int, float] = {}  # when each chat's next turn is, with those who wait for theirs
        self._free: dict[int, float] = {}  # the same, by what has really left
        self._last: deque[float] = deque(maxlen=self._total)
        self._unpaid: deque[float] = deque(maxlen=self._ceiling)
        self._halts: dict[int | None, float] = {}
        # Whose 429 was the last, and until when another chat's is a repeated one.
        self._limited: tuple[int, float] | None = None
        self._replies = 0
        self._reply_turn = asyncio.Lock()
        self._line: deque[tuple[int, asyncio.Future[float | None]]] = deque()  # a campaign's, for its slots
        self._is_watched = False  # one of the line watches for all of it
        self._slot = 0.0

    async def turn(self, chat_id: int, patience: float = 30.0) -> float:
        """Wait until a reply may go to this chat: 0. Without waiting, return the seconds until then where
        they are more than `patience`.
        """
        if (away := self.wait(chat_id)) > patience:
            return away
        at = self._monotonic() + max(0.0, away)
        self._next[chat_id] = at + self._spacing
        self._trim(at)
        if away > 0:
            await self._sleep(away)
        while 0 < (left := await self._reply_slot(chat_id, patience)) <= patience:
            await self._sleep(left)  # not a new turn: that may be a whole spacing away
        return left

    async def _reply_slot(self, chat_id: int, patience: float) -> float:
        """Wait for a reply's slot and take it: 0. Or return how long this chat has no turn after all, for a
        halt or a message before this one that had to wait; or how long everyone is halted, where that is
        more than `patience`.
        """
        self._replies += 1
        try:
            async with self._reply_turn:
                while (wait := max(self._crowded(), self.halted())) > 0:
                    if wait > patience:
                        return wait
                    await self._sleep(wait)
                now = self._monotonic()
                free = max(self._halts.get(chat_id, now), self._free.get(chat_id, now))
                if free > now:
                    return free - now
                self._leaves(chat_id, now, paid=False)
                return 0.0
        finally:
            self._replies -= 1

    async def campaign_slots(self, most: int, least: int = 1) -> int:
        """Wait until `least` of the campaign's next slots are there; return how many are, up to `most`, or 0
        where there are none for half a second, or everyone is halted. None of them is taken: that is the
        turn's business.
        """
        late = self._slot_seconds * (min(least, most) - 1)
        end = self._monotonic() + SLOTS_PATIENCE
        while not self.halted():
            now = self._monotonic()
            pause = max(self._pause(), self._slot + late - now)
            if pause <= 0:
                return self._slots(most)
            if now >= end:
                break
            await self._sleep(min(pause, end - now))
        return 0

    def _slots(self, most: int) -> int:
        """Count the slots that are there: at least one, and no more than there is room for in this second."""
        now, count = self._monotonic(), 1
        first = max(self._slot, now - BACKLOG_SECONDS)
        while count < most and first + count * self._slot_seconds < now - 1e-6:
            if self._over(self._last, self._send_rate - count) > 0:
                break
            count += 1
        return count

    @property
    def _slot_seconds(self) -> float:
        return WINDOW_SECONDS / self._send_rate

    async def campaign_turn(self, chat_id: int) -> float:
        """Wait for the campaign's next slot and take it: 0. Without waiting for them, return the seconds
        until this chat's turn where it is halted, or has just had a message.

        The first in the line watches for all: when a slot is there, those behind get theirs with it.
        """
        if self._is_watched:
            turn: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
            self._line.append((chat_id, turn))
            try:
                answer = await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled() and turn.result() is None:
                    self._call_next()
                raise
            if answer is not None:
                return answer
        self._is_watched = True
        try:
            while (answer := self._campaign_slot(chat_id)) is None:
                await self._sleep(self._pause())
        finally:
            self._call_next()
        return answer

    def _call_next(self) -> None:
        """Answer those in the line as far as that can be done now; the next one watches."""
        while self._line:
            chat_id, turn = self._line.popleft()
            if turn.done():  # she waits no more
                continue
            answer = self._campaign_slot(chat_id)
            turn.set_result(answer)
            if answer is None:
                return
        self._is_watched = False

    def _campaign_slot(self, chat_id: int) -> float | None:
        """Take the campaign's next slot, if it is there: 0. None: it is not; else the seconds until this
        chat's turn.
        """
        now = self._monotonic()
        free = self._free.get(chat_id, now) - now
        if (away := max(self.wait(chat_id), free, self.halted())) > 0:
            return away
        if self._pause() > 0:
            return None
        self._slot = max(self._slot, now - BACKLOG_SECONDS) + self._slot_seconds
        self._leaves(chat_id, now, paid=self._paid)
        self._trim(now)
        return 0.0

    def _pause(self) -> float:
        """Return how long the campaign waits for its next slot."""
        wait = max(self._slot - self._monotonic(), self._over(self._last, self._send_rate))
        if self._gives_way():
            return max(wait, REPLY_PAUSE)
        return max(wait, GRAIN_SECONDS) if wait > 0 else 0.0

    def _leaves(self, chat_id: int, now: float, *, paid: bool) -> None:
        """Note that a message leaves now: what comes next of either lane waits for its spacing."""
        self._last.append(now)
        if not paid:
            self._unpaid.append(now)
        self._free[chat_id] = now + self._spacing

    def delay(self, chat_id: int, seconds: float) -> None:
        """Give this chat no turn for so long."""
        until = self._monotonic() + seconds
        self._next[chat_id] = max(until, self._next.get(chat_id, until))

    def limit(self, chat_id: int, seconds: float) -> int | None:
        """Take up a 429: halt its chat, or everyone when another chat's is not over yet; return whom."""
        now = self._monotonic()
        before, self._limited = self._limited, (chat_id, now + max(REPEAT_SECONDS, seconds))
        repeated = before is not None and before[0] != chat_id and now < before[1]
        whom = None if repeated else chat_id
        self.halt(whom, seconds)
        return whom

    def halt(self, chat_id: int | None, seconds: float) -> None:
        """Send nothing to this chat (None: to anyone) for so long."""
        until = self._monotonic() + seconds
        self._halts[chat_id] = max(until, self._halts.get(chat_id, until))
        if len(self._halts) > HALTS_KEPT:
            self.halts()
        if chat_id is not None:
            self.delay(chat_id, seconds)

    def adopt(self, standing: Mapping[int | None, float]) -> None:
        """Take up the halts that were kept."""
        for chat_id, seconds in standing.items():
            self.halt(chat_id, seconds)

    def wait(self, chat_id: int) -> float:
        """Return how many seconds the next turn of this chat is away; 0 or less is now."""
        now = self._monotonic()
        return max(self._next.get(chat_id, now), self._halts.get(None, now)) - now

    def away(self, chat_id: int) -> float:
        """Return how many seconds this chat's own turn is away, whatever halts everyone; 0 or less is now."""
        now = self._monotonic()
        return max(kept.get(chat_id, now) for kept in (self._next, self._free, self._halts)) - now

    def halted(self) -> float:
        """Return how many seconds nobody may be sent anything."""
        now = self._monotonic()
        return max(0.0, self._halts.get(None, now) - now)

    def halts(self) -> dict[int | None, float]:
        """Forget the halts that are over; return the seconds that are left of the others."""
        now = self._monotonic()
        self._halts = {chat: until for chat, until in self._halts.items() if until > now}
        return {chat: until - now for chat, until in self._halts.items()}

    def rate(self) -> int:
        """Return how many messages left in the last second."""
        since = self._monotonic() - 1.0
        return sum(moment > since for moment in self._last)

    def _crowded(self) -> float:
        """Return how long a reply waits until there is room for it."""
        return max(self._over(self._last, self._total), self._full())

    def _full(self) -> float:
        """Return how long what is not paid for waits, for its room in the last second and in a part of it."""
        part = max(1, self._ceiling // BURSTS)
        in_a_part = self._over(self._unpaid, part, WINDOW_SECONDS / BURSTS)
        return max(self._over(self._unpaid, self._ceiling), in_a_part)

    def _gives_way(self) -> bool:
        """Tell whether replies wait for room that a campaign would take."""
        return self._replies > 0 and not (self._paid and self._full() > 0)

    def _over(self, left: deque[float], limit: int, seconds: float = WINDOW_SECONDS) -> float:
        """Return how long to wait until fewer than `limit` of these messages left in the last `seconds`."""
        if len(left) < limit:
            return 0.0
        return left[-limit] + seconds - self._monotonic()

    def _trim(self, now: float) -> None:
        if len(self._next) > CHATS_KEPT:
            self._next = {chat: at for chat, at in self._next.items() if at > now}
            self._free = {chat: at for chat, at in self._free.items() if at > now}
