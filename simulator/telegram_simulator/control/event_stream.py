"""Control API: the event stream (server-sent events)."""

import contextlib
import json

from aiohttp import web

from telegram_simulator.control.requests import account_of, as_number, number
from telegram_simulator.state.events import Event
from telegram_simulator.state.state import State

HEARTBEAT = 15.0  # seconds


class EventStream:
    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/control/events", self.events)]

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Send what concerns a bot and a chat, after a number (else from now), until either side leaves."""
        bot = account_of(self._state, request).id if "bot" in request.query else None
        chat = number(request, "chat") if "chat" in request.query else None
        after = _after(request, self._state.events.last)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        await response.write(b": hello\n\n")
        with contextlib.suppress(ConnectionResetError):
            await self._tell(response, after, bot, chat)
        return response

    async def _tell(
        self, response: web.StreamResponse, after: int, bot: int | None, chat: int | None
    ) -> None:
        events = self._state.events
        while not events.closed:
            fresh = [event for event in events.after(after) if _concerns(event, bot, chat)]
            after = events.last
            if fresh:
                await response.write("".join(map(_line, fresh)).encode())
                continue
            try:
                await events.changed.wait(HEARTBEAT)
            except TimeoutError:
                await response.write(b": still here\n\n")


def _after(request: web.Request, last: int) -> int:
    """Return where to go on: a browser that comes back says what it heard last."""
    heard = request.headers.get("Last-Event-ID", "")
    return as_number(heard, "Last-Event-ID") if heard else number(request, "after", last)


def _concerns(event: Event, bot: int | None, chat: int | None) -> bool:
    return (event.bot is None or bot is None or event.bot == bot) and (
        event.chat is None or chat is None or event.chat == chat
    )


def _line(event: Event) -> str:
    data = json.dumps(event.data, default=str)
    return f"id: {event.seq}\nevent: {event.kind}\ndata: {data}\n\n"
