"""People who act from outside, and what they see."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from tools.soak.acting import People

LOOK_SECONDS = 0.05
NEWEST = 20
"""So many messages at the end of a chat are looked at."""

ASK_SECONDS = 0.5
PATIENCE_SECONDS = 6.0
"""How long an answer is waited for: twice what is promised."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of the bot as it stands: its words, and the labels of its buttons."""

    message_id: int
    text: str
    labels: tuple[str, ...]


class Crowd(People):
    async def say(self, person: int, text: str, group: int | None = None) -> None:
        """Write in private, or in a group."""
        where = f"{person}/write" if group is None else f"{group}/write?as={person}"
        async with self.session.post(f"{self.telegram}/control/chats/{where}", json={"text": text}) as answer:
            answer.raise_for_status()

    async def sees(self, chat: int, last: int | None = NEWEST) -> list[Seen]:
        """Return the bot's messages among the last that stand in a chat (None: all), in order."""
        bubbles = await self.bubbles(chat, last)
        return [_seen(bubble) for bubble in bubbles if bubble["from_bot"]]

    async def asks(
        self,
        person: int,
        text: str,
        group: int | None = None,
        *,
        holding: str = "",
        patience: float = 30.0,
    ) -> Seen:
        """Write, and return the bot's next new message in that chat that holds these words. TimeoutError."""
        chat = person if group is None else group
        before = max((bubble.message_id for bubble in await self.sees(chat)), default=0)
        await self.say(person, text, group)
        async with asyncio.timeout(patience):
            while True:
                for bubble in await self.sees(chat):
                    if bubble.message_id > before and holding in bubble.text:
                        return bubble
                await asyncio.sleep(LOOK_SECONDS)

    async def wait(self, person: int, text: str, patience: float, holding: str = "") -> float:
        """Write, and return the seconds until the bot answers; `patience` when it has not by then."""
        began = time.monotonic()
        try:
            await self.asks(person, text, holding=holding, patience=patience)
        except TimeoutError:
            return patience
        return time.monotonic() - began


async def longest_wait(crowd: Crowd, people: Sequence[int], seconds: float) -> float:
    """Let people ask for help for so long, one after the other; return the longest wait of one of them."""
    began, longest = time.monotonic(), 0.0
    for person in cycle(people):
        if time.monotonic() - began >= seconds:
            break
        longest = max(longest, await crowd.wait(person, "/help", PATIENCE_SECONDS))
        await asyncio.sleep(ASK_SECONDS)
    return longest


@asynccontextmanager
async def together(acts: Iterable[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Let people act until the end of the block."""
    tasks = [asyncio.create_task(act) for act in acts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


def _seen(bubble: dict[str, Any]) -> Seen:
    rows = bubble["buttons"] or []
    labels = tuple(str(button["text"]) for row in rows for button in row)
    return Seen(int(bubble["message_id"]), str(bubble["text"] or bubble["caption"] or ""), labels)
