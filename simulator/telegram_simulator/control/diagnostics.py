"""Control API: clock, faults, rates, ledger and list of calls."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from telegram_simulator.control.fault_fields import fault_of
from telegram_simulator.control.requests import RequestError, account_of, as_number, body_of, number
from telegram_simulator.network.faults import KINDS
from telegram_simulator.state.messages import Bubble
from telegram_simulator.state.state import State

LAST_YEAR = 9000


class Diagnostics:
    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/clock", self.clock),
            web.post("/control/clock", self.move_clock),
            web.get("/control/faults", self.faults),
            web.post("/control/faults", self.add_fault),
            web.delete("/control/faults", self.clear_faults),
            web.get("/control/rates", self.rates),
            web.post("/control/rates", self.set_rates),
            web.get("/control/calls", self.calls),
            web.get("/control/ledger", self.ledger),
        ]

    async def clock(self, _request: web.Request) -> web.Response:
        zone = {"zone": self._state.zone} if self._state.zone else {}
        return web.json_response({"now": self._state.clock.now().isoformat(), **zone})

    async def move_clock(self, request: web.Request) -> web.Response:
        """Set the clock forward, for the bot and the simulator alike if they share it."""
        moment = _moment((await body_of(request)).get("to"))
        move = getattr(self._state.clock, "move_to", None)
        if move is None:
            raise RequestError(409, "This simulator runs on the system's clock, which cannot be moved.")
        try:
            move(moment)
        except ValueError as error:
            raise RequestError(409, str(error)) from None
        self._state.payments.catch_up()
        now = self._state.clock.now().isoformat()
        self._state.events.publish("clock", None, None, {"now": now})
        return web.json_response({"now": now})

    async def faults(self, _request: web.Request) -> web.Response:
        return web.json_response([order.as_json() for order in self._state.faults.pending()])

    async def add_fault(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        kind = KINDS.get(str(body.pop("kind", "")))
        if kind is None:
            raise RequestError(400, f"Give kind as one of {', '.join(KINDS)}.")
        method, times = str(body.pop("method", "*")), body.pop("times", 1)
        chat_id = body.pop("chat_id", None)
        count = None if times is None else as_number(times, "times")
        chat = None if chat_id is None else as_number(chat_id, "chat_id")
        self._state.faults.add(method=method, chat_id=chat, times=count, kind=fault_of(kind, body))
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._state.faults.clear()
        return await self.faults(request)

    async def rates(self, _request: web.Request) -> web.Response:
        return web.json_response(self._state.rates.as_json())

    async def set_rates(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        limits = {
            name: None if body.get(name) is None else as_number(body[name], name)
            for name in ("overall", "per_chat", "per_group")
        }
        self._state.rates.set(**limits)
        return await self.rates(request)

    async def calls(self, request: web.Request) -> web.Response:
        """The newest calls after a number, in order; of one bot when the query names it."""
        after, limit = number(request, "after", 0), max(1, number(request, "limit", 200))
        account = account_of(self._state, request) if "bot" in request.query else None
        rows = [
            row for row in self._state.ledger.since(after) if account is None or row.token == account.token
        ]
        return web.json_response([row.as_json() for row in rows[-limit:]])

    async def ledger(self, request: web.Request) -> web.Response:
        """Everything that was ever seen in a chat, in order."""
        account, chat_id = account_of(self._state, request), number(request, "chat")
        if chat_id not in account.chats:
            raise RequestError(404, "This bot has no such chat.")
        return web.json_response([_entry(*seen) for seen in account.chats[chat_id].history()])


def _entry(kind: str, data: Any) -> dict[str, Any]:
    return {"kind": kind, "data": data.as_json() if isinstance(data, Bubble) else data}


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise RequestError(400, "Give to as an ISO date and time, as in 2025-12-22T10:00:00Z.") from None
    if moment.year > LAST_YEAR:
        raise RequestError(400, f"Give to as a time until the year {LAST_YEAR}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
