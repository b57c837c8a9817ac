"""Control API: updates that are lost, doubled or held back."""

from typing import Any

from aiohttp import web

from telegram_simulator.control.requests import RequestError, account_of, as_number, body_of
from telegram_simulator.state.account import Account
from telegram_simulator.state.state import State


class Disrupting:
    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/updates/lose", self.lose),
            web.post("/control/updates/duplicate", self.duplicate),
            web.post("/control/updates/hold", self.hold),
            web.post("/control/updates/release", self.release),
            web.delete("/control/updates", self.clear),
        ]

    async def lose(self, request: web.Request) -> web.Response:
        """Let the next `times` updates of a `kind` never come (null: all)."""
        account, body = account_of(self._state, request), await body_of(request)
        account.updates.disruptions.lose(_kind(body), _times(body))
        return web.json_response({"lost": _kind(body)}, status=201)

    async def duplicate(self, request: web.Request) -> web.Response:
        """Let the next `times` updates of a `kind` come twice (null: all)."""
        account, body = account_of(self._state, request), await body_of(request)
        account.updates.disruptions.duplicate(_kind(body), _times(body))
        return web.json_response({"duplicated": _kind(body)}, status=201)

    async def hold(self, request: web.Request) -> web.Response:
        """Keep the updates of a `kind` back from now on."""
        account, body = account_of(self._state, request), await body_of(request)
        account.updates.disruptions.hold(_kind(body))
        return web.json_response({"held": _kind(body)}, status=201)

    async def release(self, request: web.Request) -> web.Response:
        """Let what is held of a `kind` (null: all) come, newest first if `backwards`."""
        account, body = account_of(self._state, request), await body_of(request)
        kind = None if body.get("kind") is None else _kind(body)
        released = account.updates.release(kind, backwards=body.get("backwards") is True)
        return web.json_response({"released": released})

    async def clear(self, request: web.Request) -> web.Response:
        """Plan none of this any more."""
        account: Account = account_of(self._state, request)
        account.updates.disruptions.clear()
        return web.json_response({"cleared": True})


def _kind(body: dict[str, Any]) -> str:
    kind = body.get("kind")
    if not isinstance(kind, str) or not kind:
        raise RequestError(400, "Give kind, as in successful_payment, subscription or message.")
    return kind


def _times(body: dict[str, Any]) -> int | None:
    times = body.get("times", 1)
    if times is None:
        return None
    number = as_number(times, "times")
    if number < 1:
        raise RequestError(400, "Give times as a number above 0, or null for all.")
    return number
