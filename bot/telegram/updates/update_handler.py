"""Handles updates for the user queues, and mutes who floods."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import structlog

from bot.db.updates.inbox import Closed, Received
from bot.services.updates.update_handling import UpdateGroup
from bot.telegram.api.update_context import SILENCE_SECONDS, UpdateContext, UpdateSummary, handled
from bot.telegram.updates.grouping import MessageGrouping
from bot.telegram.updates.origin import origin
from bot.telegram.updates.summary import summarise

log = structlog.get_logger(__name__)

MUTED_KEPT = 1_000
"""Users; above this those whose minute is over are dropped from memory."""


class Handle(Protocol):
    """Runs the handlers of python-telegram-bot (see `application.handle`)."""

    async def __call__(self, update: dict[str, Any], /, *, last: bool) -> str | None:
        """Handle one update; return what went wrong, None for nothing.

        Raises an error that may pass by itself (`errors.is_transient`) unless this is the `last` try, and
        TakenOverError where another process has the user by now.
        """


class TelegramUpdateHandler:
    """Implements `update_handling.UpdateHandler` for updates of the Bot API."""

    def __init__(
        self, handle: Handle, grouping: MessageGrouping, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.handle = handle
        self._grouping = grouping
        self._monotonic = monotonic
        self._muted_until: dict[int, float] = {}

    def receive(self, update: dict[str, Any]) -> Received:
        return Received(int(update["update_id"]), json.dumps(update), origin(update).user_id, parsed=update)

    def summary(self, received: Received) -> UpdateSummary:
        return summarise(received.update())

    async def gather(self, received: Received, stopping: Callable[[], bool]) -> UpdateGroup | None:
        return await self._grouping.whole(received, stopping)

    def begin(self, received: Received, seen: UpdateSummary, slots: asyncio.Semaphore) -> "UpdateHandling":
        return UpdateHandling(self, received, seen, slots)

    async def is_repeated(self, received: Received) -> bool:
        return await self._grouping.is_repeated(received)

    def is_muted(self, user: int) -> bool:
        """Tell whether this user wrote too fast within the last `SILENCE_SECONDS`."""
        return self._muted_until.get(user, -1.0) > self._monotonic()

    def mute(self, user: int) -> None:
        """Give this user no answers for `SILENCE_SECONDS`."""
        now = self._monotonic()
        self._muted_until[user] = now + SILENCE_SECONDS
        log.warning("reader muted: she writes faster than she can be answered", muted_seconds=SILENCE_SECONDS)
        if len(self._muted_until) > MUTED_KEPT:
            self._muted_until = {who: until for who, until in self._muted_until.items() if until > now}


class UpdateHandling:
    """Implements `update_handling.Handling`: one update, with the context of its last try."""

    def __init__(
        self,
        handler: TelegramUpdateHandler,
        received: Received,
        seen: UpdateSummary,
        slots: asyncio.Semaphore,
    ) -> None:
        self._handler = handler
        self._received = received
        self._seen = seen
        self._slots = slots
        self._context = UpdateContext()

    async def attempt(self, behind: Sequence[UpdateSummary], *, last: bool) -> str | None:
        received = self._received
        self._context = UpdateContext(
            received.user_id,
            self._seen,
            behind,
            again=received.again,
            once=received.once,
            muted=self._handler.is_muted(received.user_id),
            slots=self._slots,
            repeated=lambda: self._handler.is_repeated(received),
        )
        with handled(self._context):
            return await self._handler.handle(received.update(), last=last)

    def add_behind(self, later: UpdateSummary) -> None:
        self._context.add_behind(later)

    def finish(self, error: str | None) -> Closed:
        context, user_id = self._context, self._received.user_id
        if context.began_silence:
            self._handler.mute(user_id)
        asked = context.seen.command and context.replied and not context.again
        owed = context.owed if context.seen.command and not error else 0.0
        return Closed(self._received.update_id, error, user_id, asked, owed, context.left)
