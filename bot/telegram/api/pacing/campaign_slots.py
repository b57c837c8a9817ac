"""Campaign slots: an even send rate that gives way to replies."""

from collections.abc import Awaitable, Callable
from math import inf

from bot.telegram.api.pacing.rate_window import WINDOW_SECONDS, RateWindow

BACKLOG_SECONDS = 0.05
"""By how much a campaign may be behind its even slots and still catch up."""

GRAIN_SECONDS = 0.01
"""The shortest sleep between slots. A fast campaign sends together what came up meanwhile."""

LEAST = 0.25
"""The least share of its rate that a campaign gets however many replies wait. A fifth is the aim, and some
slots come late.
"""

GRACE_SECONDS = 0.2
"""After a message of its least share a campaign leaves all room to the replies for so long."""

BEHIND_SECONDS = 1.0
"""By how much a campaign may be behind its least share and still catch up."""

SLOTS_PATIENCE = 0.5
"""Seconds after which `reserve` returns 0, so that the sender can look whether it should still send."""

REPLY_PAUSE = 0.002
"""Seconds until a campaign that gives way to replies looks again."""


class CampaignSlots:
    """Spreads a campaign's messages evenly over the second, `send_rate` of them. Replies go first.

    1. `reserve` waits for slots and reserves them. The sender claims rows only then.
    2. `take` uses one of them up, when its message leaves.
    3. `limit_reserved` gives back those for which there is no row.

    However many replies wait, a quarter of the rate stays the campaign's: its least share.
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
        room in the rate; `cooldown` returns the seconds that are left of a cooldown of the whole bot.
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
        """Slots that are reserved and not taken yet. Replies leave room for them."""
        self.yielded_seconds = 0.0
        """The seconds, in all, that campaigns have waited for the sake of replies."""

    def goes_first(self, now: float) -> bool:
        """Tell whether replies must wait now, because a campaign waits for its least share."""
        return self._is_awaited and now >= self._next_share

    async def reserve(self, most: int, least: int = 1) -> int:
        """Wait until `least` slots have come; reserve all that have, up to `most`, and return how many.

        0 where that takes longer than half a second, or where the whole bot cools down. Earlier reservations
        are given up.
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
        """Give up all but `most` of the reserved slots."""
        self.reserved = min(self.reserved, most)

    def take_reserved(self) -> int:
        """Use up one reservation, if there is any; return how many there were before."""
        before, self.reserved = self.reserved, max(0, self.reserved - 1)
        return before

    def wait(self) -> float:
        """Return the seconds until the next slot for a message that has no reservation."""
        return self._wait(0.0)

    def take(self, now: float) -> None:
        """Note that a message of a campaign leaves now: the next slot comes later."""
        # A campaign that was late catches up a little, but not in a burst.
        self._next_slot = max(self._next_slot, now - BACKLOG_SECONDS) + self._slot_seconds
        share = max(self._next_share, now - BEHIND_SECONDS) + self._share_seconds
        self._next_share = min(share, now + max(self._share_seconds, GRACE_SECONDS))

    def _count(self, most: int) -> int:
        """Count the slots that have come, up to `most`: at least one, and none without room."""
        now, count = self._monotonic(), 1
        first = max(self._next_slot, now - BACKLOG_SECONDS)
        while count < most and first + count * self._slot_seconds < now - 1e-6:
            if self._rate.wait_below(self._send_rate - count) > 0:
                break
            count += 1
        return count

    async def _rest(self, late: float, most: float = inf) -> None:
        """Sleep until the slot that comes `late` seconds after the next one; for `most` seconds at most."""
        began = self._monotonic()
        slot = max(self._next_slot + late, began) + GRAIN_SECONDS
        await self._sleep(min(self._wait(late), most))
        # Whatever was longer than the wait for the slot itself was for the sake of replies.
        self.yielded_seconds += max(0.0, self._monotonic() - slot)

    def _wait(self, late: float) -> float:
        """Return the seconds until the slot that comes `late` seconds after the next one may be used.

        1. Within the least share: as soon as there is room, before any reply.
        2. Else: not before the slot itself, and not while replies wait for the same room.
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
        """Tell whether replies wait for room that a campaign would take from them."""
        return self._replies_wait() and not (self._paid and self._rate.wait_for_unpaid() > 0)
