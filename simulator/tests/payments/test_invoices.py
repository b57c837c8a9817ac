"""Which invoices Telegram takes, and in which words it refuses others."""

from typing import Any

import pytest

from caller import ANA, TOKEN
from shop import MONTH, SUBSCRIPTION, Shop
from telegram_simulator import Person, Simulator
from telegram_simulator.api.parameter_names import FIELDS

PAY = {"text": "Pay ⭐️250", "pay": True}
OTHER = {"text": "More", "callback_data": "more"}


def price(amount: Any, label: Any = "A month") -> dict[str, Any]:
    return {"prices": [{"label": label, "amount": amount}]}


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "á" * 32, "description": "á" * 255, "payload": "á" * 64},
        price(1),
        price("250"),
        price(100_000),
        {**price(10_000), "subscription_period": "2592000"},
        {"provider_token": ""},
        {"subscription_period": 0},
        {"prices": '[{"label": "A month", "amount": 250}]'},
    ],
)
async def test_an_invoice_within_the_limits_is_taken(shop: Shop, changes: dict[str, Any]) -> None:
    assert (await shop.link(**changes)).startswith("https://t.me/$")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, 'parameter "title" is required'),
        ({"title": " "}, "TITLE_INVALID"),
        ({"title": "x" * 33}, "TITLE_INVALID"),
        ({"description": ""}, 'parameter "description" is required'),
        ({"description": "x" * 256}, "DESCRIPTION_INVALID"),
        ({"payload": ""}, 'parameter "payload" is required'),
        ({"payload": "á" * 64 + "x"}, "INVOICE_PAYLOAD_INVALID"),
        ({"currency": ""}, 'parameter "currency" is required'),
        ({"currency": "USD"}, "PAYMENT_PROVIDER_INVALID"),
        ({"provider_token": "1:x"}, "PAYMENT_PROVIDER_INVALID"),
        ({"prices": ""}, 'parameter "prices" is required'),
        ({"prices": "["}, "can't parse prices JSON object"),
        ({"prices": {}}, "expected an Array of labeled prices"),
        ({"prices": []}, "there must be at least one price"),
        ({"prices": [5]}, "can't parse labeled price: LabeledPrice must be an Object"),
        ({"prices": [{"amount": 5}]}, "can't parse labeled price: can't find field \"label\""),
        (price(5, ""), "can't parse labeled price: LabeledPrice label must be non-empty"),
        (price(None), "can't parse labeled price: can't find field \"amount\""),
        (price(2.5), 'can\'t parse labeled price: field "amount" must be a Number'),
        (price(True), 'can\'t parse labeled price: field "amount" must be a Number'),
        (price("many"), 'can\'t parse labeled price: field "amount" must be a Number'),
        (price(10**18), "too big amount of the currency specified"),
        (price(0), "total price must be positive"),
        (price(-1), "total price must be positive"),
        ({"prices": price(5)["prices"] * 2}, "STARS_INVOICE_INVALID"),
        (price(100_001), "STARS_AMOUNT_INVALID"),
        ({**price(10_001), "subscription_period": 2_592_000}, "STARS_AMOUNT_INVALID"),
        ({"subscription_period": 86_400}, "SUBSCRIPTION_PERIOD_INVALID"),
        ({"max_tip_amount": 5}, "STARS_INVOICE_INVALID"),
        ({"need_name": True}, "STARS_INVOICE_INVALID"),
    ],
)
async def test_other_invoices_are_refused_in_telegrams_words(
    ana: Person, shop: Shop, changes: dict[str, Any], words: str
) -> None:
    invoice = {**MONTH, **changes}
    assert await shop.refusal("createInvoiceLink", **invoice) == f"Bad Request: {words}"
    assert await shop.refusal("sendInvoice", chat_id=ana.id, **invoice) == f"Bad Request: {words}"


async def test_subscriptions_are_sold_by_links_only(ana: Person, shop: Shop) -> None:
    refusal = await shop.refusal("sendInvoice", chat_id=ana.id, **SUBSCRIPTION)
    assert refusal == "Bad Request: SUBSCRIPTION_EXPORT_MISSING"


async def test_subscriptions_of_the_test_environment_are_short(shop: Shop, simulator: Simulator) -> None:
    simulator.payments.test_environment = True
    for seconds in (60, 300):
        await shop.link(subscription_period=seconds)
    refusal = await shop.refusal("createInvoiceLink", **SUBSCRIPTION)
    assert refusal == "Bad Request: SUBSCRIPTION_PERIOD_INVALID"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[OTHER]], "REPLY_MARKUP_BUY_EMPTY"),
        ([[OTHER, PAY]], "BUTTON_POS_INVALID"),
        ([[OTHER], [PAY]], "BUTTON_POS_INVALID"),
        ([[PAY, PAY]], "BUTTON_POS_INVALID"),
    ],
)
async def test_the_first_button_of_an_invoice_pays(
    ana: Person, shop: Shop, rows: list[list[dict[str, Any]]], words: str
) -> None:
    invoice = {**MONTH, "reply_markup": {"inline_keyboard": rows}}
    assert await shop.refusal("sendInvoice", chat_id=ana.id, **invoice) == f"Bad Request: {words}"


async def test_an_invoice_has_other_buttons_behind_the_first(ana: Person, shop: Shop) -> None:
    markup = {"inline_keyboard": [[{"text": "Pay now", "pay": True}], [OTHER]]}
    sent = await shop.result("sendInvoice", chat_id=ana.id, **MONTH, reply_markup=markup)
    assert sent["reply_markup"] == markup
    await shop.sells(ana, sent["message_id"])


async def test_nothing_else_has_a_button_that_pays(ana: Person, shop: Shop) -> None:
    markup = {"inline_keyboard": [[PAY]]}
    refusal = await shop.refusal("sendMessage", chat_id=ana.id, text="x", reply_markup=markup)
    assert refusal == "Bad Request: BUTTON_TYPE_INVALID"


async def test_an_invoice_is_neither_edited_nor_copied(ana: Person, shop: Shop) -> None:
    message_id = (await shop.result("sendInvoice", chat_id=ana.id, **MONTH))["message_id"]
    place = {"chat_id": ana.id, "message_id": message_id}
    photo = {"type": "photo", "media": "x"}
    copy = {"from_chat_id": ana.id, **place}
    for method, values, words in (
        ("editMessageText", {**place, "text": "x"}, "there is no text in the message to edit"),
        ("editMessageCaption", {**place, "caption": "x"}, "there is no caption in the message to edit"),
        ("editMessageMedia", {**place, "media": photo}, "there is no media in the message to edit"),
        ("copyMessage", copy, "the message can't be copied"),
    ):
        assert await shop.refusal(method, **values) == f"Bad Request: {words}"


async def test_the_message_of_a_payment_is_not_forwarded(ana: Person, shop: Shop) -> None:
    await shop.sells(ana, await shop.link())
    place = {"chat_id": ana.id, "from_chat_id": ana.id, "message_id": ana.sees[-1].message_id}
    assert await shop.refusal("forwardMessage", **place) == "Bad Request: the message can't be forwarded"


async def test_a_forwarded_invoice_is_paid_unless_it_leads_to_the_bot(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    ben = simulator.person(id=ANA + 1, first_name="Ben", token=TOKEN)
    ben.writes("/start")
    await shop.updates()
    for changes in ({}, {"start_parameter": "buy"}):
        sent = await shop.result("sendInvoice", chat_id=ana.id, **MONTH, **changes)
        place = {"chat_id": ben.id, "from_chat_id": ana.id, "message_id": sent["message_id"]}
        await shop.result("forwardMessage", **place)
    payable, leading = ben.sees[-2:]
    assert payable.buttons == [[PAY]]
    assert leading.buttons == [[{"text": "Pay ⭐️250", "url": "https://t.me/sim12345_bot?start=buy"}]]
    await shop.sells(ben, payable.message_id)


@pytest.mark.parametrize(
    "method",
    [
        *("createInvoiceLink", "sendInvoice", "answerPreCheckoutQuery", "getStarTransactions"),
        *("refundStarPayment", "editUserStarSubscription", "getMyStarBalance"),
    ],
)
@pytest.mark.parametrize("junk", [5, -1, 10**40, True, [], {}, [[]], "x" * 5000, "\u0000", 1.5, "[", None])
async def test_no_junk_breaks_the_server(ana: Person, shop: Shop, method: str, junk: Any) -> None:
    good = {**MONTH, "chat_id": ana.id, "user_id": ana.id}
    documented = {name: value for name, value in good.items() if name in FIELDS[method]}
    for name in FIELDS[method]:
        url = f"{shop.address}/{method}"
        async with shop.session.post(url, json={**documented, name: junk}) as answer:
            assert answer.status < 500
            assert "ok" in await answer.json()


async def test_a_query_is_refused_in_words_and_once(ana: Person, shop: Shop) -> None:
    nothing = await shop.refusal("answerPreCheckoutQuery", pre_checkout_query_id="1", ok=False)
    assert nothing == 'Bad Request: parameter "error_message" is required'
    unknown = await shop.refusal("answerPreCheckoutQuery", pre_checkout_query_id="1", ok=True)
    assert unknown.startswith("Bad Request: query is too old")
