"""Sends answers to where the question was asked."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.domain.delivery.outcome import Outcome, Rejected
from bot.telegram.api.errors import TOPIC_SHUT, says
from bot.telegram.api.files import File
from bot.telegram.api.transport import Transport
from bot.telegram.updates.origin import Spot

log = structlog.get_logger(__name__)

Why = Callable[[], Awaitable[Mapping[str, Any]]]
"""Returns the payload of a message that says why the answer is not in the topic of the question."""


class Replies:
    """Calls the transport for one chat and topic."""

    def __init__(self, transport: Transport, spot: Spot, why: Why | None = None) -> None:
        self._transport = transport
        self._spot = spot
        self._why = why
        self._is_outside = False  # the topic takes no more messages

    @property
    def chat_id(self) -> int:
        return self._spot.chat_id

    async def send(self, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Send a message: classic text, or rich when the payload holds `rich_message`."""
        return await self.reply(
            "sendRichMessage" if "rich_message" in payload else "sendMessage", payload, *files
        )

    async def reply(self, method: str, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Call a method that sends to where the question was asked.

        Where the topic has been closed or deleted meanwhile, the answer goes to the chat itself, after a
        message that says so.
        """
        if not self._is_outside:
            placed = {**payload, **self._spot.parameters()}
            outcome = await self._transport.reply(method, self.chat_id, placed, *files)
            if self._spot.thread is None or not says(outcome, *TOPIC_SHUT):
                return outcome
            log.info("the topic takes no answer: it goes to the chat", chat_id=self.chat_id, reason=outcome)
            self._is_outside = True
            if self._why:
                told = await self._transport.reply("sendMessage", self.chat_id, await self._why())
                if isinstance(told, Rejected):
                    return told
        return await self._transport.reply(method, self.chat_id, payload, *files)

    async def edit(self, message_id: int, payload: Mapping[str, Any], *files: File) -> Outcome:
        """Edit a message of this chat."""
        return await self._transport.edit(self.chat_id, message_id, payload, *files)

    async def delete(self, message_id: int) -> Outcome:
        """Delete a message of this chat."""
        return await self._transport.delete(self.chat_id, message_id)
