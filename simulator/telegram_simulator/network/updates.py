"""The updates that wait for a bot, and its one long poll."""

import asyncio
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Any

from telegram_simulator.api.errors import ApiError, conflict
from telegram_simulator.clock import Clock
from telegram_simulator.condition import Condition
from telegram_simulator.network.disruptions import Disruptions

LIMIT = 100
MAX_OFFSET_AHEAD = 10
"""An offset that is further beyond the newest update is ignored."""
MAX_POLL = 50.0  # seconds
NEVER = datetime.max.replace(tzinfo=UTC)
UPDATE_TTL = timedelta(hours=24)
"""How long an update waits for its bot."""
QUERY_TTL = timedelta(seconds=150)
SHORT_LIVED = frozenset({"callback_query", "shipping_query", "pre_checkout_query"})
KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
        "subscription",
        "stopped_message_generation",
    }
)
"""The kinds of updates that Bot API 10.5 names."""
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
SHORT_POLL = 3.0
"""A poll with the offset of one that began less than so many seconds ago waits for at least as long."""
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(slots=True, eq=False)
class PendingUpdate:
    """An update that is not yet confirmed. `serial` counts the updates of this bot; from `until` on the
    update is dropped. An update whose id is not above all earlier ones (`in_order` is False) is confirmed
    only after it was handed over: ids may start again at random, so an offset says nothing about it.
    """

    serial: int
    update_id: int
    body: dict[str, Any]
    in_order: bool
    until: datetime
    handed: bool = False


class UpdateQueue:
    """The queue of one bot. An update that nobody takes is dropped after `UPDATE_TTL`, a query after
    `QUERY_TTL`, by the time of day.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.allowed: tuple[str, ...] = ()
        self.disruptions = Disruptions()
        self.changed = Condition()
        self._waiting: dict[int, PendingUpdate] = {}  # by serial, in order
        self._serial = 0
        self._greatest = 100_000_000 + secrets.randbelow(800_000_000)
        self._poll: asyncio.Future[None] | None = None
        self._last_poll = (0, -math.inf)  # its offset, and when it began
        self._closed = False
        self._next_expiry = NEVER

    def __len__(self) -> int:
        self._expire()
        return len(self._waiting)

    def add(self, kind: str, body: dict[str, Any], *, since: datetime | None = None) -> None:
        """Queue an update, unless the bot has not asked for its kind; it lives from `since`, else now."""
        if kind not in self.allowed and (self.allowed or kind in NOT_BY_DEFAULT):
            return
        begun = since or self._clock.now()
        for _ in range(self.disruptions.copies(kind, body, begun)):
            self.push({kind: body}, since=begun)

    def release(self, kind: str | None = None, *, backwards: bool = False) -> int:
        """Let the updates that were held back come, newest first if `backwards`; returns how many.

        What was held for longer than an update lives is dropped.
        """
        held = self.disruptions.take_held(kind)
        for update in reversed(held) if backwards else held:
            self.push({update.kind: update.body}, since=update.since)
        return len(held)

    def push(self, update: dict[str, Any], *, since: datetime | None = None) -> int:
        """Queue any update, whatever the bot asked for; returns its id, given or new."""
        update_id = update.get("update_id", self._greatest + 1)
        body = {"update_id": update_id, **update}
        self._serial += 1
        until = (since or self._clock.now()) + (UPDATE_TTL if SHORT_LIVED.isdisjoint(update) else QUERY_TTL)
        waiting = PendingUpdate(self._serial, update_id, body, update_id > self._greatest, until)
        self._waiting[waiting.serial] = waiting
        self._next_expiry = min(self._next_expiry, until)
        self._greatest = max(self._greatest, update_id)
        self._wake_poll()
        self.changed.notify_all()
        return int(update_id)

    def after(self, serial: int) -> list[PendingUpdate]:
        """Return what waits and came after the update of this serial, in order."""
        self._expire()
        newest = takewhile(lambda waiting: waiting.serial > serial, reversed(self._waiting.values()))
        return list(newest)[::-1]

    def holds(self, waiting: PendingUpdate) -> bool:
        """Tell whether it still waits: nobody confirmed or dropped it, and it is not too old."""
        self._expire()
        return waiting.serial in self._waiting

    def done(self, waiting: PendingUpdate) -> None:
        self._waiting.pop(waiting.serial, None)
        self.changed.notify_all()

    def clear(self) -> None:
        self._waiting.clear()
        self.changed.notify_all()

    def end_poll(self, reason: ApiError) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(reason)

    def close(self) -> None:
        """End the poll that runs, and every later one, at once."""
        self._closed = True
        self._wake_poll()
        self.changed.notify_all()

    async def fetch(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:  # noqa: ASYNC109  # Telegram's word
        """Confirm what lies before `offset` and return what follows, waiting for it up to `timeout` seconds.

        A poll that has to wait ends the one that waits already, which raises ApiError 409. One that does not
        wait leaves it alone; but one that repeats an offset has to wait (`SHORT_POLL`). This is the rule of
        Telegram's own server (tdlib/telegram-bot-api, Client.cpp).
        """
        timeout = self._patience(offset, timeout)
        self._expire()
        self._confirm(offset)
        if timeout > 0 and not self._waiting and not self._closed:
            self.end_poll(conflict(OTHER_POLL))
            await self._wait(min(timeout, MAX_POLL))
        return self._hand_over(limit)

    def _patience(self, offset: int, timeout: float) -> float:
        """Return how many seconds a poll waits that asks for `timeout`."""
        now = asyncio.get_running_loop().time()
        (previous, began), self._last_poll = self._last_poll, (offset, now)
        return max(timeout, SHORT_POLL) if offset == previous and now < began + SHORT_POLL else timeout

    async def _wait(self, timeout: float) -> None:  # noqa: ASYNC109  # Telegram's word
        """Return at the next update, when the queue closes, or after `timeout` seconds."""
        # A future and a timer, no task: thousands of polls may begin at once, and others wait for them all.
        loop = asyncio.get_running_loop()
        poll = self._poll = loop.create_future()
        timer = loop.call_later(timeout, _wake, poll)
        try:
            await poll
        finally:
            timer.cancel()

    def _wake_poll(self) -> None:
        if self._poll is not None:
            _wake(self._poll)

    def _expire(self) -> None:
        now = self._clock.now()
        if now < self._next_expiry:
            return
        self._waiting = {serial: waiting for serial, waiting in self._waiting.items() if now < waiting.until}
        self._next_expiry = min((waiting.until for waiting in self._waiting.values()), default=NEVER)
        self.changed.notify_all()

    def _confirm(self, offset: int) -> None:
        if offset > self._greatest + MAX_OFFSET_AHEAD:
            return  # it confirms nothing, as on Telegram (tdlib/td, TQueue.cpp)
        waiting = list(self._waiting.values())
        left = (
            waiting[offset:]
            if offset < 0
            else [update for update in waiting if not _confirmed(update, offset)]
        )
        if len(left) != len(waiting):
            self._waiting = {update.serial: update for update in left}
            self.changed.notify_all()

    def _hand_over(self, limit: int) -> list[dict[str, Any]]:
        count = min(max(limit, 1), LIMIT)
        handed = list(islice(self._waiting.values(), count))
        for update in handed:
            update.handed = True
        return [update.body for update in handed]


def _wake(poll: asyncio.Future[None]) -> None:
    if not poll.done():
        poll.set_result(None)


def _confirmed(update: PendingUpdate, offset: int) -> bool:
    return update.update_id < offset and (update.in_order or update.handed)


def allowed_kinds(given: Any, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds asked for from now on, unknown ones left out.

    No list keeps the earlier one; a list without a known kind is the default, `()`.
    """
    if given is None or not isinstance(given, Sequence):
        return before
    return tuple(kind for kind in given if isinstance(kind, str) and kind in KINDS)
