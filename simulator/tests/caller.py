"""A bot of the tests: calls the simulator's Bot API over HTTP, with nothing in between."""

from typing import Any

from aiohttp import ClientSession

from telegram_simulator import Simulator

TOKEN = "12345:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
ANA = 5_000_000_001


class Caller:
    def __init__(self, simulator: Simulator, session: ClientSession, token: str = TOKEN) -> None:
        self.session = session
        self.address = f"{simulator.address}/bot{token}"

    async def answers(self, method: str, **values: Any) -> dict[str, Any]:
        """Call a method with JSON; returns the whole body."""
        async with self.session.post(f"{self.address}/{method}", json=values) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def result(self, method: str, **values: Any) -> Any:
        body = await self.answers(method, **values)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **values: Any) -> str:
        body = await self.answers(method, **values)
        assert not body["ok"], body
        return str(body["description"])

    async def says(self, text: str, **values: Any) -> int:
        """Send Ana a message; returns its id."""
        sent = await self.result("sendMessage", chat_id=ANA, text=text, **values)
        return int(sent["message_id"])


def keyboard(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Build an inline keyboard of (label, data) buttons."""
    return {
        "inline_keyboard": [[{"text": label, "callback_data": data} for label, data in row] for row in rows]
    }
