"""Control API: what people do with Stars."""

from collections import OrderedDict
from typing import Any

from aiohttp import web

from telegram_simulator.control.requests import (
    RequestError,
    account_of,
    actor_of,
    as_number,
    body_of,
    person_of,
)
from telegram_simulator.payments.pay_sheets import PaySheet
from telegram_simulator.payments.refusals import PaymentRefused
from telegram_simulator.payments.subscriptions import Subscription
from telegram_simulator.payments.wallet import Wallet
from telegram_simulator.state.people import Person
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State

MOST_SHEETS = 1000
"""Of those opened over HTTP, so many can still be paid."""

MOST_STARS = 10**12


class PeoplesStars:
    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry
        self._sheets: OrderedDict[str, PaySheet] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        chat, person = r"/control/chats/{chat:-?\d+}", r"/control/people/{person:\d+}"
        return [
            web.post(f"{chat}/invoice", self.open),
            web.post(f"{chat}/pay", self.pay),
            web.get(f"{person}/stars", self.stars),
            web.post(f"{person}/stars", self.set_stars),
            web.post(f"{person}/subscriptions/{{subscription}}", self.change),
        ]

    async def open(self, request: web.Request) -> web.Response:
        """Open the pay sheet of a link, or of the message with this number."""
        body = await body_of(request)
        try:
            return self._show(self._opened(request, body))
        except PaymentRefused as refusal:
            return web.json_response(_told(refusal), status=404)

    async def pay(self, request: web.Request) -> web.Response:
        """Pay the sheet of this `form_id`, or what a link or a message asks for; answers when it is over.

        `paid` tells whether it came about; if not, `error` is what the payer reads.
        """
        body = await body_of(request)
        try:
            sheet = self._sheet(body["form_id"]) if "form_id" in body else self._opened(request, body)
            charge = await sheet.pays()
        except PaymentRefused as refusal:
            return web.json_response({"paid": False, **_told(refusal)})
        return web.json_response({"paid": True, "user_id": charge.user["id"], **charge.as_json()})

    async def stars(self, request: web.Request) -> web.Response:
        """The person's Stars as "Telegram's settings → My Stars" shows them."""
        return web.json_response(self._person(request).stars.as_json())

    async def set_stars(self, request: web.Request) -> web.Response:
        """Give a person so many Stars (`balance`)."""
        person, body = self._person(request), await body_of(request)
        balance = as_number(body.get("balance"), "balance")
        if not 0 <= balance <= MOST_STARS:
            raise RequestError(400, f"Give balance as a number from 0 to {MOST_STARS}.")
        person.stars.balance = balance
        return web.json_response(person.stars.as_json())

    async def change(self, request: web.Request) -> web.Response:
        """Do to a subscription what its button says: cancel, renew, or again, which opens a pay sheet."""
        wallet, body = self._person(request).stars, await body_of(request)
        try:
            subscription = wallet.subscription(request.match_info["subscription"])
        except LookupError as error:
            raise RequestError(404, str(error)) from None
        try:
            return self._do(str(body.get("do")), wallet, subscription)
        except LookupError as error:
            raise RequestError(409, str(error)) from None

    def _do(self, button: str, wallet: Wallet, subscription: Subscription) -> web.Response:
        if button == "again":
            return self._show(self._remember(wallet.subscribes_again(subscription)))
        acts = {"cancel": wallet.cancels, "renew": wallet.renews, "fail": wallet.fails}
        if button not in acts:
            raise RequestError(400, "Give do as cancel, renew, again or fail.")
        acts[button](subscription)
        return web.json_response(subscription.as_json())

    def _opened(self, request: web.Request, body: dict[str, Any]) -> PaySheet:
        person, group = actor_of(self._state, self._registry, request)
        if isinstance(body.get("link"), str):
            return self._remember(person.opens_invoice(body["link"]))
        if "message_id" in body:
            number = as_number(body["message_id"], "message_id")
            return self._remember(person.opens_invoice(number, group=group))
        raise RequestError(400, "Give the link of an invoice, or the message_id of one.")

    def _remember(self, sheet: PaySheet) -> PaySheet:
        self._sheets[sheet.form_id] = sheet
        while len(self._sheets) > MOST_SHEETS:
            self._sheets.popitem(last=False)
        return sheet

    def _sheet(self, form_id: object) -> PaySheet:
        sheet = self._sheets.get(str(form_id))
        if sheet is None:
            raise RequestError(404, "There is no such form. POST …/invoice opens one.")
        return sheet

    def _show(self, sheet: PaySheet) -> web.Response:
        return web.json_response(sheet.as_json(), status=201)

    def _person(self, request: web.Request) -> Person:
        account = account_of(self._state, request)
        return person_of(self._registry, account, as_number(request.match_info["person"], "person"))


def _told(refusal: PaymentRefused) -> dict[str, str]:
    """Return what the payer reads, and Telegram's name for it."""
    return {"error": refusal.text, "code": refusal.code}
