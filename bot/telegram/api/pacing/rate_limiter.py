"""The rate limiter: replies first, campaigns evenly, chats spaced."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.telegram.api.pacing.campaign_slots import REPLY_PAUSE, CampaignSlots
from bot.telegram.api.pacing.chat_pacing import SPACING_SECONDS, ChatPacing
from bot.telegram.api.pacing.fair_queue import CROWDED, HURRY_SECONDS, FairQueue, NoTurnError, Ticket
from bot.telegram.api.pacing.rate_window import RateWindow

CEILING = 30
"""Messages a second that Telegram takes from a bot that does not pay for more."""

MOST_WAITING = 800
"""Answers that wait to begin, at the most: fewer than the senders that are in hand, so that others find room
there.
"""

QUEUE_SECONDS = 30.0
"""No more answers wait for one chat than it may have in this time."""

LATER_SECONDS = 5.0
"""An answer that has left its ticket so, or for want of a connection, may come after this time, unless there
is a newer one.
"""

LOOK_SECONDS = 1.0
"""So often at the least it is looked who has waited too long."""

Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class RateLimiter:
    """One rate limiter for the whole bot, with two lanes. Waits run on the monotonic clock.

    Replies: `turn` waits until one may leave. Campaigns: `reserve_slots` waits for room and reserves it,
    then `take_slot` takes it without waiting. All of Telegram's limits hold for both together: messages
    a second of the bot (`RateWindow`), the spacing of a chat and the cooldowns after a 429 (`ChatPacing`).
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
        """`spacing` is in seconds between two messages to one reader; `send_rate` is what a campaign may
        use of `ceiling`, both messages a second. `paid`: campaigns pay for theirs, and use nothing of it.
        """
        self._paid = paid
        self._monotonic = monotonic
        self._sleep = sleep
        total = max(ceiling, send_rate)
        self._rate = RateWindow(
            total=total, ceiling=ceiling if paid else total, paid=paid, monotonic=monotonic
        )
        self._chats = ChatPacing(spacing, monotonic)
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
        self._wants_room = False  # a reply waits for nothing but room
        self._look: asyncio.Task[None] | None = None  # for those who wait
        self._looks_at = 0.0

    @property
    def yielded_seconds(self) -> float:
        """How long campaigns have waited for the replies' sake."""
        return self._campaign.yielded_seconds

    @property
    def reserved(self) -> int:
        """Slots that are reserved for a campaign and not taken yet: the replies have no room there."""
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
        """Wait until a reply may leave for this chat; return 0 then.

        Where a cooldown lasts longer than `patience` seconds, return its seconds at once. Where more updates
        of the asker wait behind this reply and it has waited for three seconds, return the seconds after
        which it may be tried again. Raises NoTurnError when too many replies wait, or when it was told to
        leave its ticket.

        `asker` is whom it answers, in a group; `begun`: some of the same answer has left already. `seen` is
        told its ticket while it waits, and None at the end.
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
        """Where too many wait already, who had the most answers lately gives way, if need be the newcomer."""
        crowd = [other for other in self._waiting if other.chat_id == ticket.chat_id] if self._waiting else []
        if (len(crowd) + 1) * self._chats.spacing_of(ticket.chat_id) <= QUEUE_SECONDS:
            if len(self._waiting) < MOST_WAITING:
                return
            crowd = list(self._waiting)
        if (other := self._waiting.who_gives_way(ticket.asker, crowd)) is None:
            raise NoTurnError(CROWDED)
        other.leave(CROWDED)
        self._waiting.end(other)

    def _serve(self) -> None:
        """Give a turn to all who may have theirs now; look again when the next one may."""
        # Whoever has more updates waiting behind an answer leaves the queue in time: those may have effects.
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
        """Let the next reply go: 0. Or return how long to wait until one may."""
        now = self._monotonic()
        free = {ticket: self._chats.free_at(ticket.chat_id, now) for ticket in self._waiting}
        ticket = self._waiting.next(ticket for ticket, at in free.items() if at <= now)
        self._wants_room = ticket is not None
        if ticket is None:
            return max(REPLY_PAUSE, min(free.values(), default=now) - now)
        if (wait := max(self._rate.wait_for_reply(self._campaign.reserved), self.cooldown_left())) > 0:
            return wait
        if self._campaign.goes_first(now):  # else a campaign would starve while many write
            return REPLY_PAUSE
        self._leaves(ticket.chat_id, now, paid=False)
        self._waiting.answered(ticket.asker, now)
        self._waiting.end(ticket)
        ticket.go()
        return 0.0

    async def reserve_slots(self, most: int, least: int = 1) -> int:
        """Wait until `least` of the campaign's next slots have come; return how many are reserved, up to
        `most`, or 0 where there are none for half a second, or everyone cools down. They stay reserved until
        they are taken, or this is called again.
        """
        return await self._campaign.reserve(most, least)

    def limit_reserved(self, most: int) -> None:
        """Give up all but `most` of the reserved slots: there is nothing to send in the others."""
        self._campaign.limit_reserved(most)

    def take_slot(self, chat_id: int) -> float:
        """Take a reserved slot for a message that leaves now: 0. Or return the seconds until this chat's
        turn, where it cools down or has just had a message; or until the next slot, where none is reserved.
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
        """Note that a message leaves now: what comes next of either lane waits for its spacing."""
        self._rate.note(now, paid=paid)
        self._chats.sent(chat_id, now)

    def delay(self, chat_id: int, seconds: float) -> None:
        """Give this chat no turn for so long."""
        self._chats.delay(chat_id, seconds)

    def too_many_requests(self, chat_id: int, seconds: float) -> int | None:
        """Begin the cooldown of a 429; return of which chat, or None for the whole bot: see `ChatPacing`."""
        whom = self._chats.too_many_requests(chat_id, seconds)
        self._hurry()
        return whom

    def accepted(self, chat_id: int) -> None:
        """Note that Telegram took a message for this chat: another chat's 429 did not mean the whole bot."""
        self._chats.accepted(chat_id)

    def begin_cooldown(self, chat_id: int | None, seconds: float) -> None:
        """Send nothing to this chat (None: to anyone) for so long."""
        self._chats.begin_cooldown(chat_id, seconds)
        self._hurry()

    def adopt(self, standing: Mapping[int | None, float]) -> None:
        """Begin the cooldowns that the database holds."""
        self._chats.adopt(standing)
        self._hurry()

    def _hurry(self) -> None:
        """Let replies go without an answer whose patience is shorter than their chat's cooldown."""
        for ticket in self._waiting:
            ticket.hurry()

    def wait(self, chat_id: int) -> float:
        """Return how many seconds the next turn of this chat is away; 0 is now."""
        return self._chats.wait(chat_id)

    def chat_wait(self, chat_id: int) -> float:
        """Return how many seconds this chat's own turn is away, whatever holds for everyone; 0 is now."""
        return self._chats.chat_wait(chat_id)

    def cooldown_left(self, chat_id: int | None = None) -> float:
        """Return how many seconds nobody may be sent anything, or this chat."""
        return self._chats.cooldown_left(chat_id)

    def cooldowns(self) -> dict[int | None, float]:
        """Forget the cooldowns that are over; return the seconds that are left of the others."""
        return self._chats.cooldowns()

    def waits(self) -> float:
        """Return how many seconds the reply that waits longest has waited for room alone."""
        now = self._monotonic()
        since = (max(ticket.since, self._chats.free_at(ticket.chat_id, 0.0)) for ticket in self._waiting)
        return max((now - moment for moment in since if moment <= now), default=0.0)

    def rate(self) -> int:
        """Return how many messages left in the last second."""
        return self._rate.last_second()
