"""The rate limiter: replies first, campaigns evenly, chats spaced."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.telegram.api.pacing.campaign_slots import REPLY_PAUSE, CampaignSlots
from bot.telegram.api.pacing.chat_pacing import SPACING_SECONDS, ChatPacing
from bot.telegram.api.pacing.fair_queue import HURRY_SECONDS, QUEUE_FULL, FairQueue, NoTurnError, Ticket
from bot.telegram.api.pacing.rate_window import RateWindow

CEILING = 30
"""Messages a second that Telegram takes from a bot that pays for none."""

MOST_WAITING = 800
"""The most replies in the queue: fewer than the users whose updates are handled at once, so that others find
room there.
"""

QUEUE_SECONDS = 30.0
"""No more replies wait for one chat than may leave for it in this time."""

LATER_SECONDS = 5.0
"""A reply that gave up its place, or had no connection, may be tried again after this time, unless there is a
newer one.
"""

LOOK_SECONDS = 1.0
"""The longest time between two looks at who has waited too long."""

Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class RateLimiter:
    """The rate limiter of the whole bot. All times are in seconds, on the monotonic clock.

    - Replies: `turn` waits until one may leave.
    - Campaigns: `reserve_slots` waits for slots and reserves them; `take_slot` takes one without waiting.

    Telegram's limits hold for both together: messages a second (`RateWindow`), the spacing of each chat, and
    cooldowns after a 429 (`ChatPacing`). Replies go first, but for the campaigns' least share.
    """

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
        """`spacing` is the time between two messages to one reader. `ceiling` is how many messages a second
        may leave, `send_rate` how many of them campaigns may send. `paid`: campaigns pay for theirs, which
        then do not count against the ceiling.
        """
        self._paid = paid
        self._monotonic = monotonic
        self._sleep = sleep
        total = max(ceiling, send_rate)
        self._rate = RateWindow(
            total=total, ceiling=ceiling if paid else total, paid=paid, monotonic=monotonic
        )
        self._chats = ChatPacing(spacing, monotonic)
        self._wants_room = False  # a reply waits for nothing but room
        self._campaign = CampaignSlots(
            send_rate,
            self._rate,
            paid=paid,
            replies_wait=lambda: self._wants_room,
            cooldown=self.cooldown_left,
            monotonic=monotonic,
            sleep=sleep,
        )
        self._waiting = FairQueue()
        self._look: asyncio.Task[None] | None = None  # serves the queue again at `_looks_at`
        self._looks_at = 0.0

    @property
    def yielded_seconds(self) -> float:
        """The seconds, in all, that campaigns have waited for the sake of replies."""
        return self._campaign.yielded_seconds

    @property
    def reserved(self) -> int:
        """Slots that are reserved for a campaign and not taken yet. Replies leave room for them."""
        return self._campaign.reserved

    async def turn(
        self,
        chat_id: int,
        patience: float = 30.0,
        *,
        asker: int | None = None,
        begun: bool = False,
        seen: Callable[[Ticket | None], None] | None = None,
    ) -> float:
        """Wait until a reply may leave for this chat. Return 0 then, else the seconds after which it may be
        tried again:

        1. at once, where a cooldown lasts longer than `patience`;
        2. after three seconds, where more updates of the asker wait behind this reply.

        Raises NoTurnError where too many replies wait, or another update of the asker makes this one useless.

        `asker` is whom it answers, in a group who wrote there. `begun`: a part of the same answer has left,
        so the rest is not dropped. `seen` is called with the ticket while it waits, and with None at the end.
        """
        now, asker = self._monotonic(), chat_id if asker is None else asker
        if (cooldown := self.cooldown_left(chat_id)) > patience:
            return cooldown
        ticket = Ticket(chat_id, asker, patience, now, self.cooldown_left, begun=begun)
        ticket.expires_at = self._chats.free_at(chat_id, now) + HURRY_SECONDS
        if not begun:
            self._make_room(ticket)
        self._waiting.join(ticket)
        self._serve()
        if ticket.turn.done():
            return ticket.turn.result()
        try:
            if seen:
                seen(ticket)
            return await ticket.turn
        finally:
            self._waiting.end(ticket)
            if seen:
                seen(None)

    def _make_room(self, ticket: Ticket) -> None:
        """Where too many wait, drop whose asker had most answers; NoTurnError: this one."""
        crowd = [other for other in self._waiting if other.chat_id == ticket.chat_id] if self._waiting else []
        if (len(crowd) + 1) * self._chats.spacing_of(ticket.chat_id) <= QUEUE_SECONDS:
            if len(self._waiting) < MOST_WAITING:
                return
            crowd = list(self._waiting)
        if (other := self._waiting.to_drop(ticket.asker, crowd)) is None:
            raise NoTurnError(QUEUE_FULL)
        other.leave(QUEUE_FULL)
        self._waiting.end(other)

    def _serve(self) -> None:
        """Let all leave that may now, and come back when the next one may."""
        # Updates behind a reply may have effects, which must not wait: it gives up its place in time.
        pause, now = 0.0, self._monotonic()
        for ticket in self._waiting:
            if ticket.behind and now >= ticket.expires_at:
                ticket.go(LATER_SECONDS)
                self._waiting.end(ticket)
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
        """Let the next reply leave and return 0; or return how long to wait until one may."""
        now = self._monotonic()
        free = {ticket: self._chats.free_at(ticket.chat_id, now) for ticket in self._waiting}
        ticket = self._waiting.next(ticket for ticket, at in free.items() if at <= now)
        self._wants_room = ticket is not None
        if ticket is None:
            return max(REPLY_PAUSE, min(free.values(), default=now) - now)
        if (wait := max(self._rate.wait_for_reply(self._campaign.reserved), self.cooldown_left())) > 0:
            return wait
        if self._campaign.goes_first(now):  # a campaign must not starve while many write
            return REPLY_PAUSE
        self._leaves(ticket.chat_id, now, paid=False)
        self._waiting.answered(ticket.asker, now)
        self._waiting.end(ticket)
        ticket.go()
        return 0.0

    async def reserve_slots(self, most: int, least: int = 1) -> int:
        """Wait until `least` slots have come for a campaign; reserve all that have, up to `most`, and return
        how many. 0 where that takes longer than half a second, or where the whole bot cools down.

        They stay reserved until they are taken, limited, or this is called again.
        """
        return await self._campaign.reserve(most, least)

    def limit_reserved(self, most: int) -> None:
        """Give up all but `most` of the reserved slots, where there are no rows for the others."""
        self._campaign.limit_reserved(most)

    def take_slot(self, chat_id: int) -> float:
        """Take a reserved slot for a message that leaves now, and return 0. Never waits.

        Otherwise nothing may leave, and the reservation is given up: return the seconds until the chat's
        cooldown or spacing is over, or, where none was reserved, until the next slot.
        """
        now, reserved = self._monotonic(), self._campaign.take_reserved()
        if (wait := self.wait(chat_id)) > 0:
            return wait
        if not reserved and (wait := self._campaign.wait()) > 0:
            return wait
        self._campaign.take(now)
        self._leaves(chat_id, now, paid=self._paid)
        return 0.0

    def _leaves(self, chat_id: int, now: float, *, paid: bool) -> None:
        """Note that a message leaves now, a reply or a campaign's."""
        self._rate.note(now, paid=paid)
        self._chats.sent(chat_id, now)

    def delay(self, chat_id: int, seconds: float) -> None:
        """Let nothing leave for this chat for so long; called after a failed connection."""
        self._chats.delay(chat_id, seconds)

    def too_many_requests(self, chat_id: int, seconds: float) -> int | None:
        """Begin the cooldown of a 429 (`retry_after`); return its chat, or None for the whole bot: see
        `ChatPacing`.
        """
        whom = self._chats.too_many_requests(chat_id, seconds)
        self._hurry()
        return whom

    def accepted(self, chat_id: int) -> None:
        """Note that Telegram took a message for this chat: so a 429 of another chat did not mean the bot."""
        self._chats.accepted(chat_id)

    def begin_cooldown(self, chat_id: int | None, seconds: float) -> None:
        """Begin a cooldown of this chat, or of the whole bot (None)."""
        self._chats.begin_cooldown(chat_id, seconds)
        self._hurry()

    def adopt(self, cooldowns: Mapping[int | None, float]) -> None:
        """Begin cooldowns that were stored, by chat, with the seconds that are left of each."""
        self._chats.adopt(cooldowns)
        self._hurry()

    def _hurry(self) -> None:
        """End the wait of replies whose patience is shorter than their chat's cooldown."""
        for ticket in self._waiting:
            ticket.hurry()

    def wait(self, chat_id: int) -> float:
        """Return the seconds until this chat may get a message, the bot's cooldowns counted."""
        return self._chats.wait(chat_id)

    def chat_wait(self, chat_id: int) -> float:
        """Return the seconds until this chat may get a message, but for the bot's cooldowns."""
        return self._chats.chat_wait(chat_id)

    def cooldown_left(self, chat_id: int | None = None) -> float:
        """Return the seconds until the cooldowns of the whole bot and of this chat are over; 0 for none."""
        return self._chats.cooldown_left(chat_id)

    def cooldowns(self) -> dict[int | None, float]:
        """Drop the cooldowns that are over; return the seconds that are left of the others, by chat."""
        return self._chats.cooldowns()

    def longest_wait(self) -> float:
        """Return the longest time that a reply has waited for nothing but room in the rate; 0 where none
        does.
        """
        now = self._monotonic()
        since = (max(ticket.since, self._chats.free_at(ticket.chat_id, 0.0)) for ticket in self._waiting)
        return max((now - moment for moment in since if moment <= now), default=0.0)

    def rate(self) -> int:
        """Return how many messages left in the last second."""
        return self._rate.last_second()
