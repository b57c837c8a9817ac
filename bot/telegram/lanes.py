"""The pace of everything that leaves: replies first, but for a campaign's least share; each chat spaced."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from math import inf

from bot.telegram.waiting import CROWDED, HURRY_SECONDS, NoTurnError, Place, Waiting

SPACING_SECONDS = 1.0
GROUP = 3.1
"""How many times longer a group is spaced: Telegram takes 20 messages a minute to one."""

CEILING = 30
"""Messages a second that Telegram takes from a bot that does not pay for more."""

WINDOW_SECONDS = 1.02
"""A second, and what a network may shift one message against another."""

BURSTS = 3
"""A second's messages leave in so many parts at the least: what a network delays must not meet the next."""

BACKLOG_SECONDS = 0.05
"""How far behind its even slots a campaign may be and still catch up."""

REPEAT_SECONDS = 10.0
"""A 429 of another chat within this time says that the whole bot is meant, unless Telegram has accepted a
message for somebody else since.
"""

GRAIN_SECONDS = 0.01
"""The shortest sleep between slots: those of a fast campaign that come up meanwhile go out together."""

LEAST = 0.25
"""The share of its rate that a campaign takes whoever writes: a fifth, and more for what comes late."""

GRACE_SECONDS = 0.2
"""A campaign that has just sent leaves everything to the replies for so long."""

BEHIND_SECONDS = 1.0
"""How far behind its least share a campaign may be and still catch up."""

MOST_WAITING = 800
"""Answers that wait to begin, at the most: fewer than the senders that are in hand, so that others find room
there.
"""

QUEUE_SECONDS = 30.0
"""No more answers wait for one chat than it may have in this time."""

LATER_SECONDS = 5.0
"""An answer that has left its place so, or for want of a connection, may come after this time, unless there
is a newer one.
"""

LOOK_SECONDS = 1.0
"""So often at the least it is looked who has waited too long."""

SLOTS_PATIENCE = 0.5
"""Seconds; who waits for a campaign's slots looks up so often whether it is still to wait."""

CHATS_KEPT = 10_000
HALTS_KEPT = 1_000
REPLY_PAUSE = 0.002
"""Between two looks whether the other lane has taken what it may."""

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
        self._free: dict[int, float] = {}  # when each chat's next turn is, by what has left
        self._last: deque[float] = deque(maxlen=self._total)
        self._unpaid: deque[float] = deque(maxlen=self._ceiling)
        self._halts: dict[int | None, float] = {}
        # Whose 429 was the last, and until when another chat's is a repeated one.
        self._limited: tuple[int, float] | None = None
        self._waiting = Waiting()
        self._wants_room = False  # a reply waits for nothing but room
        self._look: asyncio.Task[None] | None = None  # for those who wait
        self._looks_at = 0.0
        self._is_awaited = False  # a campaign waits for its slots
        self._slot = 0.0
        self._share = 1 / (LEAST * send_rate)  # seconds between two messages of a campaign's least share
        self._least_at = 0.0  # when the next of these may go before any reply
        self.held_seconds = 0.0
        """How long campaigns have waited for the replies' sake."""
        self.kept = 0
        """Slots that a campaign was told of and has not taken yet: the replies have no room there."""

    async def turn(
        self,
        chat_id: int,
        patience: float = 30.0,
        *,
        asker: int | None = None,
        begun: bool = False,
        seen: Callable[[Place | None], None] | None = None,
    ) -> float:
        """Wait until a reply may go to this chat: 0. Where a halt lasts longer than `patience`, return its
        seconds without waiting for it; or some seconds, where more of the asker's waits behind it and it has
        waited for three.

        `asker` is whom it answers, in a group; `begun`: some of the same answer has left already. `seen` gets
        its place while it waits. Raises NoTurnError when too many answers wait, or when it was told to leave
        its place.
        """
        now, asker = self._monotonic(), chat_id if asker is None else asker
        if (away := self.halted(chat_id)) > patience:
            return away
        place = Place(chat_id, asker, patience, now, self.halted, begun=begun)
        place.leaves_at = self._free_at(chat_id, now) + HURRY_SECONDS
        if not begun:
            self._make_room(place)
        self._waiting.join(place)
        self._serve()
        if place.turn.done():
            return place.turn.result()
        try:
            if seen:
                seen(place)
            return await place.turn
        finally:
            self._waiting.end(place)
            if seen:
                seen(None)

    def _make_room(self, place: Place) -> None:
        """Where too many wait already, who had the most answers lately gives way, if need be the newcomer."""
        crowd = [one for one in self._waiting if one.chat_id == place.chat_id] if self._waiting else []
        if (len(crowd) + 1) * self._spacing_of(place.chat_id) <= QUEUE_SECONDS:
            if len(self._waiting) < MOST_WAITING:
                return
            crowd = list(self._waiting)
        if (other := self._waiting.gives_way(place.asker, crowd)) is None:
            raise NoTurnError(CROWDED)
        other.leave(CROWDED)
        self._waiting.end(other)

    def _serve(self) -> None:
        """Give a turn to all who may have theirs now; look again when the next one may."""
        pause, now = 0.0, self._monotonic()
        for place in self._waiting:
            if place.behind and now >= place.leaves_at:
                place.go(LATER_SECONDS)
                self._waiting.end(place)
        while self._waiting and not (pause := min(self._give_turn(), LOOK_SECONDS)):
            pass
        if not self._waiting:
            self._wants_room = False
        elif self._look is None or self._looks_at > self._monotonic() + pause:
            if self._look:
                self._look.cancel()
            self._looks_at = self._monotonic() + pause
            self._look = asyncio.create_task(self._look_again(pause))

    async def _look_again(self, seconds: float) -> None:
        await self._sleep(seconds)
        self._look = None
        self._serve()

    def _give_turn(self) -> float:
        """Let the next reply go: 0. Or return how long to wait until one may."""
        now = self._monotonic()
        free = {place: self._free_at(place.chat_id, now) for place in self._waiting}
        place = self._waiting.next(one for one, at in free.items() if at <= now)
        self._wants_room = place is not None
        if place is None:
            return max(REPLY_PAUSE, min(free.values(), default=now) - now)
        if (wait := max(self._crowded(), self.halted())) > 0:
            return wait
        if self._is_awaited and now >= self._least_at:
            return REPLY_PAUSE
        self._leaves(place.chat_id, now, paid=False)
        self._waiting.answered(place.asker, now)
        self._waiting.end(place)
        place.go()
        self._trim(now)
        return 0.0

    def _free_at(self, chat_id: int, now: float) -> float:
        return max(self._halts.get(chat_id, now), self._free.get(chat_id, now))

    def _spacing_of(self, chat_id: int) -> float:
        return self._spacing * GROUP if chat_id < 0 else self._spacing

    async def campaign_slots(self, most: int, least: int = 1) -> int:
        """Wait until `least` of the campaign's next slots are there; return how many are, up to `most`, or 0
        where there are none for half a second, or everyone is halted. Their room is kept until they are
        taken, or this is called again.
        """
        self.kept, self._is_awaited = 0, True
        late = self._slot_seconds * (min(least, most) - 1)
        end = self._monotonic() + SLOTS_PATIENCE
        try:
            while not self.halted():
                if self._pause(late) <= 0:
                    self.kept = self._slots(most)
                    break
                if (left := end - self._monotonic()) <= 0:
                    break
                await self._rest(late, left)
        finally:
            self._is_awaited = False
        return self.kept

    def keep_slots(self, most: int) -> None:
        """Of the slots that were told of keep only so many: there is nothing to send in the others."""
        self.kept = min(self.kept, most)

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

    def campaign_leaves(self, chat_id: int) -> float:
        """Take a slot that `campaign_slots` has told of, for a message that leaves now: 0. Or return the
        seconds until this chat's turn where it is halted, or has just had a message; or until the next slot,
        where all are taken.
        """
        now, kept = self._monotonic(), self.kept
        self.kept = max(0, kept - 1)
        if (away := self.wait(chat_id)) > 0:
            return away
        if not kept and (pause := self._pause()) > 0:
            return pause
        self._slot = max(self._slot, now - BACKLOG_SECONDS) + self._slot_seconds
        share = max(self._least_at, now - BEHIND_SECONDS) + self._share
        self._least_at = min(share, now + max(self._share, GRACE_SECONDS))
        self._leaves(chat_id, now, paid=self._paid)
        self._trim(now)
        return 0.0

    async def _rest(self, late: float = 0.0, most: float = inf) -> None:
        """Wait for the next slot, or for the one that is `late` seconds after it; `most` seconds. What the
        slot itself does not ask for is for the replies' sake.
        """
        began = self._monotonic()
        slot = max(self._slot + late, began) + GRAIN_SECONDS
        await self._sleep(min(self._pause(late), most))
        self.held_seconds += max(0.0, self._monotonic() - slot)

    def _pause(self, late: float = 0.0) -> float:
        """Return how long the campaign waits for its next slot, or for the one that is `late` seconds after
        it. Its least share it takes before the replies, as soon as there is room.
        """
        now = self._monotonic()
        slot, share = self._slot + late - now, self._least_at - now
        if share <= 0:
            room = self._over(self._last, self._total)
            return max(slot, room if self._paid else max(room, self._full()), 0.0)
        wait = max(slot, self._over(self._last, self._send_rate))
        if self._gives_way():
            wait = max(wait, REPLY_PAUSE)
        elif wait > 0:
            wait = max(wait, GRAIN_SECONDS)
        return max(0.0, min(wait, max(share, slot)))

    def _leaves(self, chat_id: int, now: float, *, paid: bool) -> None:
        """Note that a message leaves now: what comes next of either lane waits for its spacing."""
        self._last.append(now)
        if not paid:
            self._unpaid.append(now)
        self._free[chat_id] = now + self._spacing_of(chat_id)

    def delay(self, chat_id: int, seconds: float) -> None:
        """Give this chat no turn for so long."""
        until = self._monotonic() + seconds
        self._free[chat_id] = max(until, self._free.get(chat_id, until))

    def limit(self, chat_id: int, seconds: float) -> int | None:
        """Take up a 429: halt its chat, or everyone when another chat's is not over yet; return whom. A
        group's says nothing about the bot as a whole.
        """
        if chat_id < 0:
            self.halt(chat_id, seconds)
            return chat_id
        now = self._monotonic()
        before, self._limited = self._limited, (chat_id, now + max(REPEAT_SECONDS, seconds))
        repeated = before is not None and before[0] != chat_id and now < before[1]
        whom = None if repeated else chat_id
        self.halt(whom, seconds)
        return whom

    def accepted(self, chat_id: int) -> None:
        """Telegram has taken a message for this chat: an earlier 429 of another one did not mean the bot."""
        if self._limited and self._limited[0] != chat_id:
            self._limited = None

    def halt(self, chat_id: int | None, seconds: float) -> None:
        """Send nothing to this chat (None: to anyone) for so long."""
        until = self._monotonic() + seconds
        self._halts[chat_id] = max(until, self._halts.get(chat_id, until))
        if len(self._halts) > HALTS_KEPT:
            self.halts()
        for place in self._waiting:
            place.hurry()

    def adopt(self, standing: Mapping[int | None, float]) -> None:
        """Take up the halts that were kept."""
        for chat_id, seconds in standing.items():
            self.halt(chat_id, seconds)

    def wait(self, chat_id: int) -> float:
        """Return how many seconds the next turn of this chat is away; 0 or less is now."""
        now = self._monotonic()
        return max(self._free_at(chat_id, now), self._halts.get(None, now)) - now

    def away(self, chat_id: int) -> float:
        """Return how many seconds this chat's own turn is away, whatever halts everyone; 0 or less is now."""
        now = self._monotonic()
        return self._free_at(chat_id, now) - now

    def halted(self, chat_id: int | None = None) -> float:
        """Return how many seconds nobody may be sent anything, or this chat."""
        now = self._monotonic()
        return max(now, self._halts.get(None, now), self._halts.get(chat_id, now)) - now

    def waits(self) -> float:
        """Return how many seconds the reply that waits longest has waited for room alone."""
        now = self._monotonic()
        since = (max(one.since, self._free_at(one.chat_id, 0.0)) for one in self._waiting)
        return max((now - moment for moment in since if moment <= now), default=0.0)

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
        kept = self.kept
        return max(self._over(self._last, self._total - kept), self._full(0 if self._paid else kept))

    def _full(self, kept: int = 0) -> float:
        """Return how long what is not paid for waits, for its room in the last second and in a part of it;
        `kept` of it is for a campaign.
        """
        part = self._ceiling // BURSTS - kept
        in_a_part = self._over(self._unpaid, part, WINDOW_SECONDS / BURSTS)
        return max(self._over(self._unpaid, self._ceiling - kept), in_a_part)

    def _gives_way(self) -> bool:
        """Tell whether replies wait for room that a campaign would take."""
        return self._wants_room and not (self._paid and self._full() > 0)

    def _over(self, left: deque[float], limit: int, seconds: float = WINDOW_SECONDS) -> float:
        """Return how long to wait until fewer than `limit` (or than one) of these messages left in the last
        `seconds`.
        """
        limit = max(1, limit)
        if len(left) < limit:
            return 0.0
        return left[-limit] + seconds - self._monotonic()

    def _trim(self, now: float) -> None:
        if len(self._free) > CHATS_KEPT:
            self._free = {chat: at for chat, at in self._free.items() if at > now}
