"""The pace of replies: about one message a second to each reader, none while her chat is halted."""

import asyncio
import time
from collections.abc import Awaitable, Callable

SPACING_SECONDS = 1.0
CHATS_KEPT = 10_000


class Lanes:
    """Gives each chat its turns, evenly spaced. Waits run on the monotonic clock."""

    def __init__(
        self,
        spacing: float = SPACING_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._spacing = spacing
        self._monotonic = monotonic
        self._sleep = sleep
        self._next: dict[int, float] = {}

    async def turn(self, chat_id: int) -> None:
        """Wait until this chat may get one more message."""
        now = self._monotonic()
        at = max(now, self._next.get(chat_id, now))
        self._next[chat_id] = at + self._spacing
        self._trim(now)
        if at > now:
            await self._sleep(at - now)

    def halt(self, chat_id: int, seconds: float) -> None:
        """Give this chat no turn for so long: Telegram said 429."""
        until = self._monotonic() + seconds
        self._next[chat_id] = max(until, self._next.get(chat_id, until))

    def wait(self, chat_id: int) -> float:
        """Return how many seconds the next turn of this chat is away."""
        now = self._monotonic()
        return self._next.get(chat_id, now) - now

    def _trim(self, now: float) -> None:
        if len(self._next) > CHATS_KEPT:
            self._next = {chat: at for chat, at in self._next.items() if at > now}
