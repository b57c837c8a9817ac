"""Control API: what Telegram does with a bot's Stars."""

from aiohttp import web

from telegram_simulator.control.requests import RequestError, account_of, as_number, body_of
from telegram_simulator.payments.telegram_side import TelegramSide
from telegram_simulator.state.state import State

MOST_STARS = 10**12
NANO = 1_000_000_000


class TelegramsStars:
    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/payments", self.settings),
            web.post("/control/payments", self.change_settings),
            web.get("/control/transactions", self.transactions),
            web.post("/control/transactions", self.add),
            web.post("/control/refunds", self.refund),
        ]

    async def settings(self, _request: web.Request) -> web.Response:
        return web.json_response(self._state.payments.settings.as_json())

    async def change_settings(self, request: web.Request) -> web.Response:
        """Change how payments go; what is not named stays."""
        try:
            self._state.payments.settings.change(**await body_of(request))
        except ValueError as error:
            raise RequestError(400, str(error)) from None
        return await self.settings(request)

    async def transactions(self, request: web.Request) -> web.Response:
        """All Star transactions of a bot, oldest first, without pages."""
        return web.json_response(self._side(request).transactions)

    async def add(self, request: web.Request) -> web.Response:
        """Add a transaction of another `kind`; what else is given are fields of its partner."""
        side, body = self._side(request), await body_of(request)
        kind = str(body.pop("kind", ""))
        amount = _within(as_number(body.pop("amount", 0), "amount"), "amount", MOST_STARS)
        nanostars = _within(as_number(body.pop("nanostars", 0), "nanostars"), "nanostars", NANO - 1)
        try:
            added = side.adds(kind, amount, nanostars=nanostars, **body)
        except ValueError as error:
            raise RequestError(400, str(error)) from None
        return web.json_response(added, status=201)

    async def refund(self, request: web.Request) -> web.Response:
        """Give a payment's Stars back, or (`chargeback`) only take them; `told` false: without a message."""
        side, body = self._side(request), await body_of(request)
        charge_id = str(body.get("telegram_payment_charge_id", ""))
        chargeback = body.get("chargeback") is True
        told = body.get("told", not chargeback) is True
        try:
            (side.charges_back if chargeback else side.refunds)(charge_id, told=told)
        except LookupError as error:
            raise RequestError(404, str(error)) from None
        return web.json_response({"refunded": charge_id}, status=201)

    def _side(self, request: web.Request) -> TelegramSide:
        payments = self._state.payments
        return TelegramSide(payments, payments.of(account_of(self._state, request)))


def _within(value: int, name: str, most: int) -> int:
    if abs(value) > most:
        raise RequestError(400, f"Give {name} as a number from -{most} to {most}.")
    return value
