"""Stars over HTTP: what people and Telegram do, for bots in any language."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from caller import ANA
from shop import MONTH, SUBSCRIPTION, Shop
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock

Answer = tuple[int, Any]


class Control:
    def __init__(self, simulator: Simulator, shop: Shop) -> None:
        self._base = f"{simulator.address}/control"
        self._session = shop.session

    async def get(self, path: str) -> Any:
        async with self._session.get(f"{self._base}/{path}") as answer:
            assert answer.status == 200
            return await answer.json()

    async def post(self, path: str, given: dict[str, Any] | None = None, **body: Any) -> Answer:
        body |= given or {}
        async with self._session.post(f"{self._base}/{path}", json=body) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def control(simulator: Simulator, shop: Shop) -> Control:
    await shop.result("getMe")
    return Control(simulator, shop)


async def paid(control: Control, shop: Shop, **what: Any) -> dict[str, Any]:
    paying = asyncio.create_task(control.post(f"chats/{ANA}/pay", **what))
    await shop.allows(await shop.query())
    status, body = await paying
    assert (status, body["paid"]) == (200, True), body
    return dict(body)


def refused(code: str, words: str) -> Answer:
    return 200, {"paid": False, "code": code, "error": words}


async def test_a_sheet_is_opened_and_paid(ana: Person, shop: Shop, control: Control) -> None:
    status, sheet = await control.post(f"chats/{ANA}/invoice", link=await shop.link())
    assert status == 201
    assert (sheet["title"], sheet["amount"], sheet["balance"]) == ("A month", 250, 500)
    charge = await paid(control, shop, form_id=sheet["form_id"])
    (payment,) = await shop.all("successful_payment")
    assert charge == {**payment, "paid": True, "user_id": ANA}
    assert (await control.get(f"people/{ANA}/stars"))["balance"] == 250
    again = await control.post(f"chats/{ANA}/pay", form_id=sheet["form_id"])
    assert again == refused("FORM_SUBMIT_DUPLICATE", "This payment has already been sent.")


async def test_a_message_is_paid_at_once(ana: Person, shop: Shop, control: Control) -> None:
    sent = await shop.result("sendInvoice", chat_id=ana.id, **MONTH)
    await paid(control, shop, message_id=sent["message_id"])
    bubbles = (await control.get(f"chats/{ANA}"))["bubbles"]
    assert bubbles[-2]["invoice"]["total_amount"] == 250
    assert bubbles[-1]["payment"]["invoice_payload"] == "month-1"


async def test_what_the_payer_reads_is_in_the_answer(ana: Person, shop: Shop, control: Control) -> None:
    paying = asyncio.create_task(control.post(f"chats/{ana.id}/pay", link=await shop.link()))
    await shop.refuses(await shop.query(), "Not today")
    assert await paying == refused("BOT_PRECHECKOUT_FAILED", "Not today")


async def test_stars_are_given(ana: Person, control: Control) -> None:
    assert (await control.post(f"people/{ana.id}/stars", balance=7))[1]["balance"] == 7
    assert ana.stars.balance == 7


async def test_my_stars_cancels_renews_and_begins_again(
    ana: Person, shop: Shop, control: Control, clock: StoppedClock
) -> None:
    await paid(control, shop, link=await shop.link(**SUBSCRIPTION))
    await shop.updates()
    (listed,) = (await control.get(f"people/{ana.id}/stars"))["subscriptions"]
    assert (listed["title"], listed["state"], listed["buttons"]) == ("A month", "active", ["cancel"])
    path = f"people/{ana.id}/subscriptions/{listed['id']}"
    for button, state in (("cancel", "canceled"), ("renew", "active"), ("cancel", "canceled")):
        assert (await control.post(path, do=button))[1]["state"] == state
    assert [body["state"] for body in await shop.all("subscription")] == ["canceled", "active", "canceled"]
    status, refusal = await control.post(path, do="cancel")
    assert (status, refusal["error"]) == (
        409,
        "This subscription has no button 'cancel'; there are: renew.",
    )
    clock.move_to(clock.now() + timedelta(days=31))
    status, sheet = await control.post(path, do="again")
    assert status == 201
    await paid(control, shop, form_id=sheet["form_id"])


async def test_telegram_refunds_and_charges_back(ana: Person, shop: Shop, control: Control) -> None:
    for chargeback, balance, told in ((False, 500, 1), (True, 250, 0)):
        charge_id = (await paid(control, shop, link=await shop.link()))["telegram_payment_charge_id"]
        body = {"telegram_payment_charge_id": charge_id, "chargeback": chargeback}
        assert await control.post("refunds", **body) == (201, {"refunded": charge_id})
        assert ana.stars.balance == balance
        assert (await control.post("refunds", **body))[0] == 404
        assert len(await shop.all("refunded_payment")) == told
    assert len(await control.get("transactions")) == 4


async def test_other_transactions_are_added(shop: Shop, control: Control) -> None:
    status, added = await control.post("transactions", kind="telegram_api", amount=-3, request_count=40)
    assert (status, added["receiver"]) == (201, {"type": "telegram_api", "request_count": 40})
    assert (await shop.result("getStarTransactions"))["transactions"] == [added]


async def test_payments_are_set(simulator: Simulator, control: Control) -> None:
    status, settings = await control.post("payments", renewals_ask=True, checkout_seconds=0.5)
    assert (status, settings["renewals_ask"], settings["checkout_seconds"]) == (200, True, 0.5)
    assert simulator.payments.renewals_ask is True
    assert await control.get("payments") == settings


async def test_updates_are_lost_doubled_held_and_let(ana: Person, shop: Shop, control: Control) -> None:
    await shop.updates()
    assert (await control.post("updates/lose", kind="message", times=1))[0] == 201
    assert (await control.post("updates/duplicate", kind="message"))[0] == 201
    ana.writes("lost")
    ana.writes("doubled")
    assert [update["message"]["text"] for update in await shop.updates()] == ["doubled", "doubled"]
    await control.post("updates/hold", kind="message")
    ana.writes("held")
    assert await shop.updates() == []
    assert await control.post("updates/release") == (200, {"released": 1})
    assert [update["message"]["text"] for update in await shop.updates()] == ["held"]


async def test_the_page_hears_of_every_change_of_stars(
    ana: Person, shop: Shop, simulator: Simulator, control: Control
) -> None:
    url = f"{simulator.address}/control/events?chat={ana.id}&after=0"
    async with shop.session.get(url) as stream:
        await control.post(f"people/{ana.id}/stars", balance=7)
        async for line in stream.content:
            if line.startswith(b"event: stars"):
                assert await stream.content.readline() == b'data: {"balance": 7}\n'
                return


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"chats/{ANA}/invoice", {}, 400),
        (f"chats/{ANA}/invoice", {"link": 5}, 400),
        (f"chats/{ANA}/invoice", {"link": "https://t.me/$x"}, 404),
        (f"chats/{ANA}/invoice", {"message_id": "x"}, 400),
        (f"chats/{ANA}/invoice", {"message_id": 10**30}, 400),
        (f"chats/{ANA}/pay", {"form_id": {}}, 404),
        ("chats/77/pay", {"link": "x"}, 404),
        (f"people/{ANA}/stars", {}, 400),
        (f"people/{ANA}/stars", {"balance": -1}, 400),
        (f"people/{ANA}/stars", {"balance": 10**15}, 400),
        ("people/77/stars", {"balance": 1}, 404),
        (f"people/{ANA}/subscriptions/none", {"do": "cancel"}, 404),
        ("payments", {"renewals_ask": 5}, 400),
        ("payments", {"checkout_seconds": "x"}, 400),
        ("payments", {"declines": 1.5}, 400),
        ("payments", {"starting_balance": -1}, 400),
        ("payments", {"self": 1}, 400),
        ("payments", {"luck": 1}, 400),
        ("transactions", {"kind": "lottery", "amount": 1}, 400),
        ("transactions", {"kind": "other"}, 400),
        ("transactions", {"kind": "other", "amount": 10**15}, 400),
        ("transactions", {"kind": "other", "amount": 1, "self": 1, "nanostars": 10**10}, 400),
        ("transactions", {"kind": ["other"], "amount": 1}, 400),
        ("refunds", {}, 404),
        ("refunds", {"telegram_payment_charge_id": []}, 404),
        ("updates/lose", {}, 400),
        ("updates/lose", {"kind": "message", "times": 0}, 400),
        ("updates/duplicate", {"kind": 5}, 400),
        ("updates/hold", {"kind": ""}, 400),
        ("updates/release", {"kind": 5}, 400),
    ],
)
async def test_what_is_wrong_is_said(
    ana: Person, control: Control, path: str, body: dict[str, Any], status: int
) -> None:
    del ana
    answered, answer = await control.post(path, body)
    assert answered == status, answer
    assert answer["error"]


JUNK: list[Any] = [None, True, -1, 10**40, 1.5, "x", "", [], {}, [[]], "\u0000", "9" * 400]
FIELDS = {
    f"chats/{ANA}/invoice": ("link", "message_id"),
    f"chats/{ANA}/pay": ("form_id", "message_id"),
    f"people/{ANA}/stars": ("balance",),
    "payments": ("starting_balance", "checkout_seconds", "renewals_ask", "self", ""),
    "transactions": ("kind", "amount", "nanostars", "self", "type", "user"),
    "refunds": ("telegram_payment_charge_id", "chargeback", "told"),
    "updates/lose": ("kind", "times"),
    "updates/hold": ("kind",),
    "updates/release": ("kind", "backwards"),
}


@pytest.mark.parametrize("path", FIELDS)
async def test_no_junk_breaks_the_control_api(ana: Person, control: Control, path: str) -> None:
    good = {"kind": "other", "amount": 1} if path == "transactions" else {}
    for name in FIELDS[path]:
        for junk in JUNK:
            status, _ = await control.post(path, {**good, name: junk})
            assert status < 500, (name, junk)
    assert ana.stars.balance >= 0
