"""A person pays: link or button, the bot's word, the payment, the balance."""

import asyncio
from datetime import timedelta

import pytest

from caller import ANA, TOKEN
from shop import MONTH, SUBSCRIPTION, Shop
from telegram_simulator import PaymentRefused, Person, Simulator
from telegram_simulator.clock import StoppedClock

BEN = ANA + 1
GROUP = -100_500


@pytest.fixture
def ben(simulator: Simulator) -> Person:
    return simulator.person(id=BEN, first_name="Ben", token=TOKEN)


async def refused(person: Person, what: str | int) -> PaymentRefused:
    with pytest.raises(PaymentRefused) as refusal:
        await person.pays(what)
    return refusal.value


async def test_a_sheet_shows_what_is_asked(ana: Person, shop: Shop) -> None:
    sheet = ana.opens_invoice(await shop.link(**SUBSCRIPTION))
    assert (sheet.title, sheet.description) == ("A month", "Thirty days of everything")
    assert (sheet.amount, sheet.balance, sheet.subscription_period) == (250, 500, 2_592_000)


async def test_a_link_is_paid(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    link = await shop.link()
    paying = asyncio.create_task(ana.pays(link))
    query = await shop.query()
    assert query | {"id": ""} == {
        "id": "",
        "from": ana.user,
        "currency": "XTR",
        "total_amount": 250,
        "invoice_payload": "month-1",
    }
    await shop.allows(query)
    charge = await paying
    (update,) = await shop.updates()
    assert update["message"]["chat"]["id"] == ANA
    assert update["message"]["from"] == ana.user
    assert update["message"]["date"] == int(clock.now().timestamp())
    assert update["message"]["successful_payment"] == {
        "currency": "XTR",
        "total_amount": 250,
        "invoice_payload": "month-1",
        "telegram_payment_charge_id": charge.charge_id,
        "provider_payment_charge_id": charge.provider_charge_id,
    }
    assert ana.stars.balance == 250
    assert await shop.result("getMyStarBalance") == {"amount": 250}


async def test_the_first_payment_of_a_subscription_says_so(
    ana: Person, shop: Shop, clock: StoppedClock
) -> None:
    await shop.sells(ana, await shop.link(**SUBSCRIPTION))
    (payment,) = await shop.all("successful_payment")
    assert (payment["is_recurring"], payment["is_first_recurring"]) == (True, True)
    end = clock.now() + timedelta(days=30)
    assert payment["subscription_expiration_date"] == int(end.timestamp())


async def test_a_link_is_paid_again_and_by_others(ana: Person, ben: Person, shop: Shop) -> None:
    link = await shop.link()
    charges = [await shop.sells(person, link) for person in (ana, ana, ben)]
    payments = await shop.all("successful_payment")
    assert len({charge.charge_id for charge in charges}) == 3
    assert {payment["invoice_payload"] for payment in payments} == {"month-1"}
    assert (ana.stars.balance, ben.stars.balance) == (0, 250)


@pytest.mark.parametrize("form", ["https://t.me/${}", "t.me/invoice/{}", "tg://invoice?slug={}"])
async def test_an_invoice_link_has_three_forms(ana: Person, shop: Shop, form: str) -> None:
    slug = (await shop.link()).removeprefix("https://t.me/$")
    assert ana.opens_invoice(form.format(slug)).title == "A month"


async def test_a_stranger_pays_and_the_bot_may_write_to_her(stranger: Person, shop: Shop) -> None:
    await shop.sells(stranger, await shop.link())
    await shop.says("Thank you")
    assert stranger.sees[-1].text == "Thank you"


async def test_a_payment_may_leave_the_chat_closed(
    stranger: Person, shop: Shop, simulator: Simulator
) -> None:
    simulator.payments.payment_opens_chat = False
    await shop.sells(stranger, await shop.link())
    refusal = await shop.refusal("sendMessage", chat_id=ANA, text="Thank you")
    assert refusal == "Forbidden: bot can't initiate conversation with a user"


async def test_what_the_bot_says_after_a_payment_is_heard(ana: Person, shop: Shop) -> None:
    await shop.sells(ana, await shop.link())
    hearing = asyncio.create_task(ana.hears())
    await shop.says("Thank you")
    assert (await hearing).text == "Thank you"


async def test_the_no_of_the_bot_is_read_as_it_stands(ana: Person, shop: Shop) -> None:
    paying = asyncio.create_task(refused(ana, await shop.link()))
    await shop.refuses(await shop.query(), "Ya tienes una suscripción: se renueva el 20.")
    refusal = await paying
    assert refusal.code == "BOT_PRECHECKOUT_FAILED"
    assert refusal.text == "Ya tienes una suscripción: se renueva el 20."
    assert (ana.stars.balance, await shop.updates()) == (500, [])


async def test_a_refused_form_is_sent_again(ana: Person, shop: Shop) -> None:
    sheet = ana.opens_invoice(await shop.link())
    paying = asyncio.create_task(sheet.pays())
    await shop.refuses(await shop.query(), "Not now")
    with pytest.raises(PaymentRefused):
        await paying
    paying = asyncio.create_task(sheet.pays())
    await shop.allows(await shop.query())
    assert (await paying).invoice.payload == "month-1"


async def test_a_bot_that_does_not_answer_loses_the_payment(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    simulator.payments.checkout_seconds = 0.05
    paying = asyncio.create_task(refused(ana, await shop.link()))
    query = await shop.query()
    assert (await paying).code == "BOT_PRECHECKOUT_TIMEOUT"
    late = await shop.refusal("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
    assert late.startswith("Bad Request: query is too old")
    assert ana.stars.balance == 500


async def test_a_bot_that_did_not_ask_for_the_query_never_hears_of_it(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    simulator.payments.checkout_seconds = 0.05
    await shop.result("getUpdates", allowed_updates=["message"])
    await shop.updates()
    assert (await refused(ana, await shop.link())).code == "BOT_PRECHECKOUT_TIMEOUT"
    assert await shop.updates() == []


async def test_the_bot_has_ten_seconds(simulator: Simulator) -> None:
    assert simulator.payments.checkout_seconds == 10


async def test_a_form_dies_after_ten_minutes(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    sheet = ana.opens_invoice(await shop.link())
    clock.move_to(clock.now() + timedelta(minutes=10))
    with pytest.raises(PaymentRefused, match="FORM_EXPIRED"):
        await sheet.pays()
    assert await shop.all("pre_checkout_query") == []


async def test_a_form_is_sent_once(ana: Person, shop: Shop) -> None:
    sheet = ana.opens_invoice(await shop.link())
    paying = asyncio.create_task(sheet.pays())
    query = await shop.query()
    with pytest.raises(PaymentRefused, match="FORM_SUBMIT_DUPLICATE"):
        await sheet.pays()
    await shop.allows(query)
    await paying
    with pytest.raises(PaymentRefused, match="FORM_SUBMIT_DUPLICATE"):
        await sheet.pays()
    assert len(await shop.all("successful_payment")) == 1


async def test_too_few_stars_are_between_telegram_and_the_payer(ana: Person, shop: Shop) -> None:
    ana.stars.balance = 249
    refusal = await refused(ana, await shop.link())
    assert (refusal.code, refusal.text) == ("BALANCE_TOO_LOW", "You need 1 more Stars.")
    assert await shop.all("pre_checkout_query") == []


async def test_stars_that_were_spent_meanwhile_pay_nothing(ana: Person, shop: Shop) -> None:
    paying = asyncio.create_task(refused(ana, await shop.link()))
    query = await shop.query()
    ana.stars.balance = 100
    await shop.allows(query)
    assert (await paying).code == "BALANCE_TOO_LOW"
    assert await shop.all("successful_payment") == []


async def test_a_yes_is_no_payment(ana: Person, shop: Shop, simulator: Simulator) -> None:
    simulator.payments.declines = 1
    paying = asyncio.create_task(refused(ana, await shop.link()))
    await shop.allows(await shop.query())
    assert (await paying).code == "PAYMENT_FAILED"
    assert await shop.all("successful_payment") == []
    assert ana.stars.balance == 500
    await shop.sells(ana, await shop.link())


async def test_telegram_may_take_its_time(ana: Person, shop: Shop, simulator: Simulator) -> None:
    simulator.payments.payment_seconds = 0.05
    paying = asyncio.create_task(ana.pays(await shop.link()))
    await shop.allows(await shop.query())
    assert await shop.updates() == []
    await paying
    assert len(await shop.all("successful_payment")) == 1


async def test_a_link_of_nobody_leads_nowhere(ana: Person) -> None:
    for link in ("https://t.me/$none", "https://example.org", ""):
        assert (await refused(ana, link)).code == "SLUG_INVALID"


async def test_the_button_of_an_invoice_pays(ana: Person, shop: Shop) -> None:
    sent = await shop.result("sendInvoice", chat_id=ANA, **MONTH)
    assert sent["invoice"] == {
        "title": "A month",
        "description": "Thirty days of everything",
        "start_parameter": "",
        "currency": "XTR",
        "total_amount": 250,
    }
    assert sent["reply_markup"] == {"inline_keyboard": [[{"text": "Pay ⭐️250", "pay": True}]]}
    await shop.sells(ana, sent["message_id"])
    assert ana.stars.balance == 250


async def test_a_message_that_is_no_invoice_has_nothing_to_pay(ana: Person, shop: Shop) -> None:
    assert (await refused(ana, await shop.says("x"))).code == "SLUG_INVALID"
    assert (await refused(ana, 999)).code == "SLUG_INVALID"


async def test_an_invoice_in_a_group_is_paid_there(
    ana: Person, ben: Person, shop: Shop, simulator: Simulator
) -> None:
    group = simulator.group(id=GROUP, title="Readers", token=TOKEN)
    sent = await shop.result("sendInvoice", chat_id=GROUP, **MONTH)
    paying = asyncio.create_task(ben.pays(sent["message_id"], group=group))
    await shop.allows(await shop.query())
    await paying
    (update,) = await shop.updates()
    assert (update["message"]["chat"]["id"], update["message"]["from"]["id"]) == (GROUP, BEN)
    assert ana.stars.balance == 500


async def test_a_reset_forgets_all_stars(ana: Person, shop: Shop, simulator: Simulator) -> None:
    link = await shop.link()
    await shop.sells(ana, link)
    simulator.payments.renewals_ask = True
    simulator.reset()
    again = simulator.person(id=ANA, first_name="Ana", token=TOKEN)
    assert (again.stars.balance, again.stars.subscriptions) == (500, [])
    assert simulator.payments.renewals_ask is False
    assert (await refused(again, link)).code == "SLUG_INVALID"
    assert await shop.result("getStarTransactions") == {"transactions": []}


async def test_a_reset_ends_the_wait_of_who_is_paying(ana: Person, shop: Shop, simulator: Simulator) -> None:
    paying = asyncio.create_task(refused(ana, await shop.link()))
    await shop.query()
    simulator.reset()
    assert (await paying).code == "BOT_PRECHECKOUT_TIMEOUT"
