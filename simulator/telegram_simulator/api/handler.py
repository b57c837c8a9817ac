"""Handles one Bot API request: parameters, faults, rate limits, method, ledger."""

import inspect
from typing import Any

from aiohttp import web

from telegram_simulator.api import parameters, responses
from telegram_simulator.api.errors import ApiError, too_many
from telegram_simulator.api.ledger import LedgerRow
from telegram_simulator.api.parameter_names import METHODS as NAMES
from telegram_simulator.methods import METHODS
from telegram_simulator.methods.call import Call
from telegram_simulator.network.faults import Fault, Flood, Latency, OkFalse, ResetBefore, Status, TooMany
from telegram_simulator.network.rates import counted
from telegram_simulator.state.account import Account
from telegram_simulator.state.state import State

NOT_FOUND = ApiError(404, "Not Found")
NO_METHOD = ApiError(404, "Not Found: method not found")
POLL = "getUpdates"
TOO_MANY = 429


class ApiHandler:
    def __init__(self, state: State) -> None:
        self._state = state
        state.run_call = self.run_call

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request to `/bot<token>/METHOD`."""
        account = self._state.account(request.match_info["token"])
        method = NAMES.get(request.match_info["method"].lower())
        if account is None:
            return responses.response(NOT_FOUND.body(), NOT_FOUND.code)
        if method is None:
            return responses.response(NO_METHOD.body(), NO_METHOD.code)
        self._begin(method)
        self._state.payments.catch_up()
        try:
            return await self._answer(request, account, method)
        finally:
            self._end(method)

    async def _answer(self, request: web.Request, account: Account, method: str) -> web.StreamResponse:
        try:
            given = await parameters.read(request)
            call = self._read(account, method, given)
        except ApiError as error:
            self._log_call(Call(self._state, account, method, {}, {}), error=error)
            return responses.response(error.body(), error.code)
        faults = self._state.faults.take(method, call.values.get("chat_id"))
        delays = [fault for fault in faults if isinstance(fault, Latency)]
        fault = next((fault for fault in faults if not isinstance(fault, Latency)), None)
        body, code = await self._run(call, fault)
        for delay in delays:
            await self._state.pause(delay.seconds)
        answer = await responses.send(request, body, code, fault, self._state.pause)
        if code == TOO_MANY:
            self._state.rates.cooldowns.answered(account.id, call.values.get("chat_id"), self._state.moment())
        return answer

    async def run_call(self, account: Account, call: dict[str, Any]) -> None:
        """Run the call in a webhook's response. The result goes to the ledger only, as on Telegram."""
        method = NAMES.get(str(call["method"]).lower())
        if method is None:
            return
        values = {name: value for name, value in call.items() if name != "method"}
        try:
            read = self._read(account, method, parameters.Given(values, {}))
        except ApiError as error:
            self._log_call(Call(self._state, account, method, {}, {}), error=error)
            return
        await self._run(read, None)

    def _read(self, account: Account, method: str, given: parameters.Given) -> Call:
        values = parameters.typed(method, given, strict=self._state.strict)
        return Call(self._state, account, method, values, given.uploads)

    async def _run(self, call: Call, fault: Fault | None) -> tuple[Any, int]:
        """Return the answer's body and status, before a fault damages them on the responses."""
        try:
            self._limit(call, fault)
            _refuse(fault)
            result = METHODS[call.method](call)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            self._log_call(call, error=error, fault=fault)
            return error.body(), error.code
        self._log_call(call, result=result, fault=fault)
        if isinstance(fault, Status):
            return _status(fault).body(), fault.code
        return {"ok": True, "result": result}, 200

    def _limit(self, call: Call, fault: Fault | None) -> None:
        """Apply cooldowns and rate limits to a send, before any other fault; ApiError 429."""
        if not counted(call.method):
            return
        rates, bot, chat_id = self._state.rates, call.account.id, call.values.get("chat_id")
        rates.cooldowns.check(bot, chat_id, self._state.moment())
        try:
            _flood(fault)
            rates.check(bot, call.method, chat_id, self._state.now())
        except ApiError as error:
            limited_chat = None if isinstance(fault, Flood) else chat_id
            rates.cooldowns.begin(bot, limited_chat, error.parameters["retry_after"], self._state.moment())
            raise

    def _log_call(
        self, call: Call, *, result: Any = None, error: ApiError | None = None, fault: Fault | None = None
    ) -> None:
        if not self._state.knows(call.account):
            return  # a poll, say, that a reset has ended
        row = LedgerRow(
            seq=self._state.ledger.next_seq(),
            at=self._state.clock.now(),
            monotonic=self._state.now(),
            token=call.account.token,
            method=call.method,
            chat_id=call.values.get("chat_id"),
            payload=call.values,
            result=result,
            error=None if error is None else error.body(),
            fault=None if fault is None else type(fault).__name__,
        )
        self._state.ledger.add(row)
        if call.method != POLL or result:
            self._state.events.publish("call", call.account.id, None, row)

    def _begin(self, method: str) -> None:
        self._state.busy += method != POLL

    def _end(self, method: str) -> None:
        self._state.busy -= method != POLL
        self._state.changed.notify_all()


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
