"""Brings updates to the webhook of a chosen process."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from aiohttp import ClientError

from tests.web.hooks import HEADER, free_port, says
from tools.soak.attack.harness.environment import START, Environment, Running
from tools.soak.program import SECRET

Update = dict[str, Any]
FIRST_UPDATE = 5_000_000
TAKEN = 0.9
"""When so many of the updates have been taken, the process that took them is struck."""


class WebhookClient:
    def __init__(self, env: Environment) -> None:
        self._env = env
        self._numbers = count(FIRST_UPDATE)
        self._webhook = free_port()  # nobody listens there: this client brings all there is

    async def program(self, lease: int, database: str = "", start: datetime = START) -> Running:
        """Start a program that takes what is brought."""
        return await self._env.program(database, start=start, webhook=self._webhook, lease=lease)

    def says(self, person: int, text: str) -> Update:
        return says(next(self._numbers), text, person)

    async def tap(self, person: int, which: int, kind: str = "") -> Update:
        """Return a tap on one of the buttons whose data begins so. IndexError."""
        matching = [button for button in await self._env.crowd.buttons(person) if button[2].startswith(kind)]
        message, _, data = matching[which]
        return _taps(next(self._numbers), person, message, data)

    async def bring(self, running: Running, update: Update) -> None:
        """Bring an update to this process; it is taken when this returns. ClientError, TimeoutError."""
        url = f"http://127.0.0.1:{running.port}/telegram"
        async with self._env.session.post(url, json=update, headers={HEADER: SECRET}) as answer:
            answer.raise_for_status()

    async def strike(
        self, running: Running, updates: Sequence[Update], blow: Callable[[], None], other: Running
    ) -> None:
        """Bring all to a process and strike it with them in hand; what it did not take goes to the other."""
        bringing = {asyncio.create_task(self.bring(running, update)): update for update in updates}
        left = set(bringing)
        while len(left) > (1 - TAKEN) * len(bringing):
            _, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
        blow()
        for task in left:
            task.cancel()
        results = await asyncio.gather(*bringing, return_exceptions=True)
        for update, result in zip(updates, results, strict=True):
            if isinstance(result, ClientError | TimeoutError | asyncio.CancelledError):
                await self.bring(other, update)
            elif result is not None:
                raise result


def _taps(number: int, person: int, message_id: int, data: str) -> Update:
    who = {"id": person, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": "Ana"}
    message = {"message_id": message_id, "date": 1, "chat": chat, "text": "a page"}
    query = {"id": f"{number}", "from": who, "message": message, "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": query}
