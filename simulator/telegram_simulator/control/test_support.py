"""Control API: raw updates and reset, for tests."""

from typing import Any

from aiohttp import web

from telegram_simulator.control.requests import RequestError, account_of, as_number, raw_body_of
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State


class TestSupport:
    __test__ = False  # for pytest: none of its classes

    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/updates", self.push),
            web.post("/control/synchronization-error", self.lose_synchronization),
            web.post("/control/reset", self.reset),
        ]

    async def push(self, request: web.Request) -> web.Response:
        """Queue a raw update, whatever kinds the bot asked for; its update_id is given or new."""
        account, update = account_of(self._state, request), await raw_body_of(request)
        if not any(isinstance(body, dict) for body in update.values()):
            raise RequestError(400, 'An update holds an object, as in {"message": {…}}.')
        _check_id(update)
        account.remember_mentioned(update, self._state.now())
        return web.json_response({"update_id": account.updates.push(update)}, status=201)

    async def lose_synchronization(self, request: web.Request) -> web.Response:
        """Let getWebhookInfo say that the Bot API server was cut off from Telegram until now."""
        account = account_of(self._state, request)
        account.synchronization_failed_at = int(self._state.clock.now().timestamp())
        return web.json_response({"last_synchronization_error_date": account.synchronization_failed_at})

    async def reset(self, _request: web.Request) -> web.Response:
        """Forget all bots, chats, people, files, calls, faults and rates."""
        self._state.reset()
        self._registry.reset()
        return web.json_response({"reset": True})


def _check_id(update: dict[str, Any]) -> None:
    if "update_id" in update:
        update["update_id"] = as_number(update["update_id"], "update_id")
