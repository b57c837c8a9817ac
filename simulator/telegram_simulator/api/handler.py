"""Handles one Bot API request: parameters, faults, rate limits, method, ledger."""

import inspect
from typing import Any

from aiohttp import web

from telegram_simulator.api import parameters
from telegram_simulator.api import responses as wire
from telegram_simulator.api.errors import ApiError, too_many
from telegram_simulator.api.ledger import LedgerRow
from telegram_simulator.api.parameter_names import METHODS as NAMES
from telegram_simulator.methods import METHODS
from telegram_simulator.methods.call import Call
from telegram_simulator.network.faults import Fault, Flood, Latency, OkFalse, ResetBefore, Status, TooMany
from telegram_simulator.network.rates import counted
from telegram_simulator.state.account import Account
from telegram_simulator.state.state import World

NOT_FOUND = ApiError(404, "Not Found")
NO_METHOD = ApiError(404, "Not Found: method not found")
POLL = "getUpdates"
TOO_MANY = 429


class Calls:
    def __init__(self, world: World) -> None:
        self._world = world
        world.perform = self.perform

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request to `/bot<token>/METHOD`."""
        account = self._world.account(request.match_info["token"])
        method = NAMES.get(request.match_info["method"].lower())
        if account is None:
            return wire.response(NOT_FOUND.body(), NOT_FOUND.code)
        if method is None:
            return wire.response(NO_METHOD.body(), NO_METHOD.code)
        self._begin(method)
        try:
            return await self._answer(request, account, method)
        finally:
            self._end(method)

    async def _answer(self, request: web.Request, account: Account, method: str) -> web.StreamResponse:
        try:
            given = await parameters.read(request)
            call = self._read(account, method, given)
        except ApiError as error:
            self._write_down(Call(self._world, account, method, {}, {}), error=error)
            return wire.response(error.body(), error.code)
        faults = self._world.faults.take(method, call.values.get("chat_id"))
        delays = [fault for fault in faults if isinstance(fault, Latency)]
        fault = next((fault for fault in faults if not isinstance(fault, Latency)), None)
        body, code = await self._run(call, fault)
        for delay in delays:
            await self._world.pause(delay.seconds)
        answer = await wire.send(request, body, code, fault, self._world.pause)
        if code == TOO_MANY:
            self._world.rates.halts.answered(account.id, call.values.get("chat_id"), self._world.moment())
        return answer

    async def perform(self, account: Account, call: dict[str, Any]) -> None:
        """Run the call in a webhook's response. The result goes to the ledger only, as on Telegram."""
        method = NAMES.get(str(call["method"]).lower())
        if method is None:
            return
        values = {name: value for name, value in call.items() if name != "method"}
        try:
            read = self._read(account, method, parameters.Given(values, {}))
        except ApiError as error:
            self._write_down(Call(self._world, account, method, {}, {}), error=error)
            return
        await self._run(read, None)

    def _read(self, account: Account, method: str, given: parameters.Given) -> Call:
        values = parameters.typed(method, given, strict=self._world.strict)
        return Call(self._world, account, method, values, given.uploads)

    async def _run(self, call: Call, fault: Fault | None) -> tuple[Any, int]:
        """Return the answer's body and status, before a fault damages them on the wire."""
        try:
            self._limit(call, fault)
            _refuse(fault)
            result = METHODS[call.method](call)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            self._write_down(call, error=error, fault=fault)
            return error.body(), error.code
        self._write_down(call, result=result, fault=fault)
        if isinstance(fault, Status):
            return _status(fault).body(), fault.code
        return {"ok": True, "result": result}, 200

    def _limit(self, call: Call, fault: Fault | None) -> None:
        """Apply cooldowns and rate limits to a send, before any other fault; ApiError 429."""
        if not counted(call.method):
            return
        rates, bot, chat_id = self._world.rates, call.account.id, call.values.get("chat_id")
        rates.halts.check(bot, chat_id, self._world.moment())
        try:
            _flood(fault)
            rates.check(bot, call.method, chat_id, self._world.now())
        except ApiError as error:
            halted = None if isinstance(fault, Flood) else chat_id
            rates.halts.begin(bot, halted, error.parameters["retry_after"], self._world.moment())
            raise

    def _write_down(
        self, call: Call, *, result: Any = None, error: ApiError | None = None, fault: Fault | None = None
    ) -> None:
        if not self._world.knows(call.account):
            return  # a poll, say, that a reset has ended
        row = LedgerRow(
            seq=self._world.ledger.next_seq(),
            at=self._world.clock.now(),
            monotonic=self._world.now(),
            token=call.account.token,
            method=call.method,
            chat_id=call.values.get("chat_id"),
            payload=call.values,
            result=result,
            error=None if error is None else error.body(),
            fault=None if fault is None else type(fault).__name__,
        )
        self._world.ledger.add(row)
        if call.method != POLL or result:
            self._world.events.publish("call", call.account.id, None, row)

    def _begin(self, method: str) -> None:
        self._world.busy += method != POLL

    def _end(self, method: str) -> None:
        self._world.busy -= method != POLL
        self._world.signal.fire()


def _refuse(fault: Fault | None) -> None:
    """ApiError for a fault that keeps the call from taking effect."""
    match fault:
        case TooMany(wait) | Flood(wait):
            raise too_many(wait)
        case Status(effect=False):
            raise _status(fault)
        case OkFalse() | ResetBefore():
            raise ApiError(200, f"Fault: {type(fault).__name__}")


def _flood(fault: Fault | None) -> None:
    if isinstance(fault, TooMany | Flood):
        _refuse(fault)


def _status(fault: Status) -> ApiError:
    return ApiError(fault.code, fault.description, **(fault.parameters or {}))
