"""People of the local Telegram who act over its control API."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.05


class People:
    """`telegram` is the local Telegram's address, `token` that of the one bot there."""

    def __init__(self, session: ClientSession, telegram: str, token: str) -> None:
        self.session = session
        self.telegram = telegram
        self._token = token

    async def write(self, reader: int, *texts: str) -> None:
        for text in texts:
            await self._post(reader, "write", {"text": text})

    async def tap(self, reader: int, label: str) -> None:
        """Tap the last button with this label, as soon as there is one. TimeoutError."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (matching := [button for button in await self.buttons(reader) if button[1] == label]):  # noqa: ASYNC110  # another process tells nobody
                await asyncio.sleep(LOOK_SECONDS)
        message_id, _, data = matching[-1]
        await self.press(reader, message_id, data)

    async def press(self, reader: int, message_id: int, data: str) -> None:
        await self._post(reader, "tap", {"message_id": message_id, "data": data})

    async def buttons(self, reader: int) -> Sequence[tuple[int, str, str]]:
        """Return the buttons in a reader's chat that send something: message, label and data."""
        bubbles = await self.bubbles(reader)
        return [
            (bubble["message_id"], button["text"], button["callback_data"])
            for bubble in bubbles
            for row in bubble["buttons"]
            for button in row
            if "callback_data" in button
        ]

    async def heard(self, reader: int) -> int:
        """Return how many messages of the bot stand in a reader's chat."""
        return sum(bubble["from_bot"] for bubble in await self.bubbles(reader))

    async def untaken(self) -> int:
        """Return how many updates the bot has not taken yet."""
        async with self.session.post(f"{self.telegram}/bot{self._token}/getWebhookInfo") as answer:
            return int((await answer.json())["result"]["pending_update_count"])

    async def bubbles(self, reader: int, last: int | None = None) -> list[dict[str, Any]]:
        """Return all that stands in a chat, or the last so many, as the control API tells it."""
        asked = {} if last is None else {"last": str(last)}
        async with self.session.get(f"{self.telegram}/control/chats/{reader}", params=asked) as answer:
            return list((await answer.json())["bubbles"])

    async def _post(self, reader: int, what: str, body: dict[str, Any]) -> None:
        async with self.session.post(f"{self.telegram}/control/chats/{reader}/{what}", json=body) as answer:
            answer.raise_for_status()
