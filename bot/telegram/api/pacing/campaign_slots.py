"""The slots of campaigns: an even rate, which gives way to replies."""

from collections.abc import Awaitable, Callable
from math import inf

from bot.telegram.api.pacing.rate_window import WINDOW_SECONDS, RateWindow

BACKLOG_SECONDS = 0.05
"""How far behind its even slots a campaign may be and still catch up."""

GRAIN_SECONDS = 0.01
"""The shortest sleep between slots: those of a fast campaign that come up meanwhile go out together."""

LEAST = 0.25
"""The share of its rate that a campaign takes whoever writes: a fifth, and more for what comes late."""

GRACE_SECONDS = 0.2
"""A campaign that has just sent leaves everything to the replies for so long."""

BEHIND_SECONDS = 1.0
"""How far behind its least share a campaign may be and still catch up."""

SLOTS_PATIENCE = 0.5
"""Seconds; who waits for a campaign's slots looks up so often whether it is still to wait."""

REPLY_PAUSE = 0.002
"""Between two looks whether the replies have taken what they may."""


class CampaignSlots:
    """Spreads `send_rate` messages evenly over a second.

    Replies go first, but for the campaign's least share: a quarter of its rate goes whoever writes. A slot is
    reserved by `reserve`, before the row is claimed, and taken by `take`, when its message leaves.
    """

    def __init__(
        self,
        send_rate: int,
        rate: RateWindow,
        *,
        paid: bool,
        replies_wait: Callable[[], bool],
        cooldown: Callable[[], float],
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """`send_rate` is in messages a second. `replies_wait` tells whether a reply waits for nothing but
        room, `cooldown` for how many seconds nobody is sent anything.
        """
        self._send_rate = send_rate
        self._rate = rate
        self._paid = paid
        self._replies_wait = replies_wait
        self._cooldown = cooldown
        self._monotonic = monotonic
        self._sleep = sleep
        self._slot_seconds = WINDOW_SECONDS / send_rate
        self._share_seconds = 1 / (LEAST * send_rate)  # between two messages of the least share
        self._next_slot = 0.0
        self._next_share = 0.0  # when the next message of the least share may go
        self._is_awaited = False
        self.reserved = 0
        """Slots that were reserved and not taken yet: replies leave them their room."""
        self.yielded_seconds = 0.0
        """How long campaigns have waited for the replies' sake."""

    def goes_first(self, now: float) -> bool:
        """Tell whether the replies are to wait, because a campaign waits for its least share."""
        return self._is_awaited and now >= self._next_share

    async def reserve(self, most: int, least: int = 1) -> int:
        """Wait until `least` of the next slots have come; reserve them and those that have come as well, up
        to `most`. Return how many: 0 where there are none for half a second, or everyone cools down. What was
        reserved before is given up.
        """
        self.reserved, self._is_awaited = 0, True
        late = self._slot_seconds * (min(least, most) - 1)
        end = self._monotonic() + SLOTS_PATIENCE
        try:
            while not self._cooldown():
                if self._wait(late) <= 0:
                    self.reserved = self._count(most)
                    break
                if (left := end - self._monotonic()) <= 0:
                    break
                await self._rest(late, left)
        finally:
            self._is_awaited = False
        return self.reserved

    def limit_reserved(self, most: int) -> None:
        """Give up all but `most` of what is reserved: there is nothing to send in the others."""
        self.reserved = min(self.reserved, most)

    def take_reserved(self) -> int:
        """Take one slot out of what is reserved; return how many were reserved before."""
        before, self.reserved = self.reserved, max(0, self.reserved - 1)
        return before

    def wait(self) -> float:
        """Return the seconds until a slot that was not reserved."""
        return self._wait(0.0)

    def take(self, now: float) -> None:
        """Count a message that leaves now."""
        # A campaign that was held up catches up a little, and not with a burst.
        self._next_slot = max(self._next_slot, now - BACKLOG_SECONDS) + self._slot_seconds
        share = max(self._next_share, now - BEHIND_SECONDS) + self._share_seconds
        self._next_share = min(share, now + max(self._share_seconds, GRACE_SECONDS))

    def _count(self, most: int) -> int:
        """Count the slots that have come: at least one, and no more than there is room for in this second."""
        now, count = self._monotonic(), 1
        first = max(self._next_slot, now - BACKLOG_SECONDS)
        while count < most and first + count * self._slot_seconds < now - 1e-6:
            if self._rate.wait_below(self._send_rate - count) > 0:
                break
            count += 1
        return count

    async def _rest(self, late: float, most: float = inf) -> None:
        """Sleep until the slot that is `late` seconds after the next one, for `most` seconds at the most."""
        began = self._monotonic()
        slot = max(self._next_slot + late, began) + GRAIN_SECONDS
        await self._sleep(min(self._wait(late), most))
        # What the slot itself does not ask for was waited for the replies' sake.
        self.yielded_seconds += max(0.0, self._monotonic() - slot)

    def _wait(self, late: float) -> float:
        """Return the seconds until the slot that is `late` seconds after the next one. The least share is
        taken before the replies, as soon as there is room.
        """
        now = self._monotonic()
        slot, share = self._next_slot + late - now, self._next_share - now
        if share <= 0:
            return max(slot, self._rate.wait_for_campaign(), 0.0)
        wait = max(slot, self._rate.wait_below(self._send_rate))
        if self._gives_way():
            wait = max(wait, REPLY_PAUSE)
        elif wait > 0:
            wait = max(wait, GRAIN_SECONDS)
        return max(0.0, min(wait, max(share, slot)))

    def _gives_way(self) -> bool:
        """Tell whether replies wait for room that a campaign would take."""
        return self._replies_wait() and not (self._paid and self._rate.wait_for_unpaid() > 0)
