"""What the program asked of the local Telegram, and when."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from aiohttp import ClientSession

LOOK_SECONDS = 0.2
MOST = 5_000
SEND = "send"


@dataclass(frozen=True, slots=True)
class Called:
    """A call that took effect; `at` is in seconds of the local Telegram's clock. `message`: the number of the
    message that came of it, 0 for none. `locks`: whether a button shows a lock.
    """

    at: float
    method: str
    chat: int
    words: str
    message: int = 0
    locks: bool = False


class Watch:
    """`async with Watch(…) as watch`: follows the ledger of calls until the end of the block."""

    def __init__(self, session: ClientSession, telegram: str) -> None:
        self.calls: list[Called] = []
        self._session = session
        self._telegram = telegram
        self._last = 0
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._following = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._following.cancel()
        with suppress(asyncio.CancelledError):
            await self._following

    async def read(self) -> None:
        """Read what has been called since the last look."""
        async with self._turn:
            asked = {"after": str(self._last), "limit": str(MOST)}
            async with self._session.get(f"{self._telegram}/control/calls", params=asked) as answer:
                rows: list[dict[str, Any]] = await answer.json()
            self._last = max((row["seq"] for row in rows), default=self._last)
            self.calls += [_called(row) for row in rows if row["answer"]["ok"]]

    def copies(self, marker: str) -> list[float]:
        """Return when each message with these words went out."""
        return [call.at for call in self.calls if call.method.startswith(SEND) and marker in call.words]

    def readers(self, marker: str) -> Counter[int]:
        """Return how many messages with these words went to each chat."""
        return Counter(
            call.chat for call in self.calls if call.method.startswith(SEND) and marker in call.words
        )

    async def _follow(self) -> None:
        while True:
            await self.read()
            await asyncio.sleep(LOOK_SECONDS)


def slowest(moments: Sequence[float], began: float, ended: float, width: float) -> float:
    """Return the fewest a second in any span of `width` seconds between beginning and end."""
    starts = [began, *(moment for moment in moments if began <= moment <= ended - width)]
    counts = [sum(start < moment <= start + width for moment in moments) for start in starts]
    return min(counts) / width


def longest_gap(moments: Sequence[float], began: float, ended: float) -> float:
    """Return the most seconds without any of them between beginning and end."""
    inside = [began, *(moment for moment in sorted(moments) if began < moment < ended), ended]
    return max(after - before for before, after in itertools.pairwise(inside))


def _called(row: dict[str, Any]) -> Called:
    payload = row["payload"]
    rich = payload.get("rich_message") or {}
    words = payload.get("text") or payload.get("caption") or rich.get("html") or ""
    return Called(
        datetime.fromisoformat(row["at"]).timestamp(),
        row["method"],
        int(row["chat_id"] or 0),
        str(words),
        _message(row["answer"]),
        "🔒" in str(payload.get("reply_markup") or ""),
    )


def _message(answer: dict[str, Any]) -> int:
    result = answer.get("result")
    return int(result.get("message_id", 0)) if isinstance(result, dict) else 0
