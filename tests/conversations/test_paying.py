"""Paying with Stars: from the lock to the page behind it, in one payment."""

from datetime import timedelta
from pathlib import Path

import pytest

from telegram_simulator import PaymentRefused
from tests.conversations.stars import MONTHLY, ONCE, link, offered, pays, rich, sell
from tests.world import MONDAY, TOKEN, World, labels, last, since, words


@pytest.fixture
def content(content: Path) -> Path:
    return sell(content)


async def test_a_price_says_what_it_buys_before_it_is_paid(world: World) -> None:
    offer = await offered(world, rich(world), MONTHLY)
    assert offer.text == (
        "Monthly\n"
        "30 days of everything: every section and the whole archive.\n"
        "If you pay now, you can read everything until Wednesday, January 21, 2026, at 09:00.\n"
        "It renews every 30 days for 250 ⭐ until you cancel in /account.\n"
        "The link is yours alone and good for a day."
    )
    assert labels(offer) == ["Pay 250 ⭐"]


async def test_what_is_paid_once_says_so(world: World) -> None:
    offer = await offered(world, rich(world), ONCE)
    assert "90 days & more" in offer.text
    assert "You pay once, and nothing renews by itself." in offer.text
    thanks = await pays(world, rich(world), ONCE)
    assert "Thank you! Your payment of 400 ⭐ has arrived." in thanks.text
    assert "Nothing renews by itself." in thanks.text


async def test_a_subscriber_reads_at_once_and_knows_when_it_renews(world: World) -> None:
    ana = rich(world)
    thanks = await pays(world, ana, MONTHLY)
    assert thanks.text == (
        "Thank you! Your payment of 250 ⭐ has arrived. You can read everything until "
        "Wednesday, January 21, 2026, at 09:00. It renews on January 21, 2026, for 250 ⭐, unless you "
        "cancel in /account."
    )
    assert "canaryeconomy" in (await world.ask(ana, "/economy")).text


async def test_in_spanish(world: World) -> None:
    ana = rich(world, "es")
    offer = await offered(world, ana, MONTHLY)
    assert "Se renueva cada 30 días por 250 ⭐" in offer.text
    thanks = await pays(world, ana, MONTHLY)
    assert "¡Gracias!" in thanks.text
    assert "21 de enero de 2026" in thanks.text


async def test_reading_goes_on_behind_the_lock_that_she_met(world: World) -> None:
    ana = rich(world)
    page = await world.ask(ana, "/politics")
    assert "canarypolitics" not in page.text
    await pays(world, ana, MONTHLY)
    assert "canarypolitics" in last(ana).text


async def test_a_renewal_by_night_is_one_sentence_without_a_sound(world: World) -> None:
    ana = rich(world)
    thanks = await pays(world, ana, MONTHLY)
    await world.ask(ana, "/politics")
    before = last(ana).message_id
    world.later(days=30)
    await world.wait_until_idle()
    (told,) = since(ana, before)
    assert told.text == (
        "Your subscription was renewed for 250 ⭐: you can read everything until "
        "Friday, February 20, 2026, at 09:00."
    )
    sent = world.telegram.ledger.of(method="sendMessage")[-1]
    assert sent.payload["disable_notification"] in {True, "true"}
    assert thanks.message_id < before


async def test_a_payment_that_comes_twice_is_told_once(world: World) -> None:
    ana = rich(world)
    offer = await offered(world, ana, ONCE)
    world.telegram.disruptions(TOKEN).duplicate("successful_payment")
    await ana.pays(link(offer))
    await world.wait_until_idle()
    assert len(since(ana, offer.message_id)) == 1
    until = (await world.reader(ana)).full_until
    assert until is not None
    assert until - MONDAY < timedelta(days=91)  # a busy machine's clock goes on meanwhile


async def test_nobody_gets_two_subscriptions(world: World) -> None:
    ana = rich(world)
    first = await offered(world, ana, MONTHLY)
    second = await offered(world, ana, MONTHLY)
    await ana.pays(link(first))
    await world.wait_until_idle()
    with pytest.raises(
        PaymentRefused, match="You have a subscription already: it renews on January 21, 2026"
    ):
        await ana.pays(link(second))
    told = await offered(world, ana, MONTHLY)
    assert "You need no second one" in told.text


async def test_someone_elses_link_is_refused_in_the_payers_language(world: World) -> None:
    offer = await offered(world, rich(world), MONTHLY)
    ben = rich(world, "es", 5_000_000_002)
    with pytest.raises(PaymentRefused, match="no se te cobró nada"):
        await ben.pays(link(offer))


async def test_a_link_is_good_for_a_day(world: World) -> None:
    ana = rich(world)
    offer = await offered(world, ana, ONCE)
    world.later(hours=24, seconds=1)
    with pytest.raises(PaymentRefused, match="more than a day old"):
        await ana.pays(link(offer))


async def test_who_has_paid_by_a_link_may_do_so_for_ever(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    (subscription,) = ana.stars.subscriptions
    ana.stars.cancels(subscription)
    world.later(days=200)
    await world.wait_until_idle()
    await ana.stars.subscribes_again(subscription).pays()
    await world.wait_until_idle()
    assert "Thank you!" in last(ana).text
    assert (await world.reader(ana)).access(world.clock.now()).value == "full"


async def test_a_renewal_that_asks_is_allowed(world: World) -> None:
    world.telegram.payments.renewals_ask = True
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    world.later(days=30)
    await world.wait_until_idle()
    assert "was renewed" in last(ana).text


async def test_a_price_that_is_no_longer_offered_shows_what_is(world: World) -> None:
    ana = rich(world)
    answer = await offered(world, ana, "do:pay:30r-99")
    assert "⭐ · Monthly" in words(answer)


async def test_who_cancels_keeps_what_is_paid_and_may_renew(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    asked = await world.tap(ana, data="do:stars:cancel")
    assert asked.text == (
        "Cancel your subscription? It won’t renew on January 21, 2026, and you won’t be charged again. You "
        "keep the access you have."
    )
    done = await world.tap(ana, "Yes, cancel it")
    assert done.text == (
        "Cancelled: your subscription won’t renew. You can read everything until "
        "Wednesday, January 21, 2026, at 09:00."
    )
    (subscription,) = ana.stars.subscriptions
    assert subscription.bot_canceled
    renewed = await world.tap(ana, "Renew again")
    assert "Settings → My Stars" in renewed.text
    assert not subscription.renews  # only she can do that
    ana.stars.renews(subscription)
    await world.wait_until_idle()
    assert last(ana).text == "Your subscription is on again: it renews on January 21, 2026, for 250 ⭐."


async def test_who_thinks_better_of_it_keeps_the_subscription(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    await world.tap(ana, data="do:stars:cancel")
    answer = await world.tap(ana, "No, keep it")
    assert answer.text == "Your subscription renews on January 21, 2026."


async def test_a_cancel_in_telegram_is_told_once_with_the_way_back(world: World) -> None:
    ana = rich(world)
    thanks = await pays(world, ana, MONTHLY)
    world.telegram.disruptions(TOKEN).duplicate("subscription")
    ana.stars.cancels(ana.stars.subscriptions[0])
    await world.wait_until_idle()
    (told,) = since(ana, thanks.message_id)
    assert told.text == (
        "Your subscription won’t renew: you won’t be charged again. You can read everything until "
        "Wednesday, January 21, 2026, at 09:00. Changed your mind? Tap Renew in Telegram: Settings → "
        "My Stars → your subscription."
    )


async def test_a_renewal_that_fails_ends_the_access_and_says_so(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    ana.stars.balance = 1
    world.telegram.disruptions(TOKEN).duplicate("subscription")
    world.later(days=30, seconds=1)
    before = last(ana).message_id
    await world.wait_until_idle()
    (told,) = since(ana, before)
    assert "couldn’t renew your subscription" in told.text
    assert labels(told) == ["Subscribe again"]
    assert "canaryeconomy" not in (await world.ask(ana, "/economy")).text


async def test_while_nobody_knows_of_a_renewal_she_reads_on_for_two_days(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    world.telegram.disruptions(TOKEN).hold("successful_payment")
    world.later(days=31)
    assert "canaryeconomy" in (await world.ask(ana, "/economy")).text
    world.later(days=1, seconds=1)
    assert "canaryeconomy" not in (await world.ask(ana, "/economy")).text


async def test_telegrams_refusal_to_cancel_is_told_to_her_and_to_the_admins(world: World) -> None:
    admin = world.admin()
    await world.ask(admin, "/start")
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("UPDATE star_subscriptions SET first_charge_id = 'another'")
    await world.tap(ana, data="do:stars:cancel")
    refused = await world.tap(ana, "Yes, cancel it")
    assert "The newsroom has been told." in refused.text
    assert "CHARGE_ID_INVALID" in last(admin).text
    assert str(ana.id) in last(admin).text


async def test_who_has_nothing_to_cancel_is_told_so(world: World) -> None:
    ana = rich(world)
    await world.ask(ana, "/help")
    for data in ("do:stars:cancel", "do:stars:cancel:yes", "do:stars:renew"):
        told = await world.tap(ana, data=data)
        assert "You have no subscription that renews" in told.text


async def test_a_payer_nobody_knows_becomes_a_reader(world: World) -> None:
    ana = rich(world)
    offer = await offered(world, ana, ONCE)
    async with world.program.core.database.write() as session:
        for table in ("open_pages", "readers"):
            await session.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # our own names
    await ana.pays(link(offer))
    await world.wait_until_idle()
    assert "Thank you!" in last(ana).text
    assert "canaryeconomy" in (await world.ask(ana, "/economy")).text


async def test_a_payment_for_a_foreign_invoice_is_told_to_the_admins(world: World) -> None:
    admin, ana = world.admin(), world.person()
    await world.ask(admin, "/start")
    payment = {
        "currency": "XTR",
        "total_amount": 7,
        "invoice_payload": "invoice-17",
        "telegram_payment_charge_id": "foreign",
        "provider_payment_charge_id": "",
    }
    chat = {"id": ana.id, "type": "private", "first_name": "Ana"}
    message = {
        "message_id": 900,
        "date": int(world.clock.now().timestamp()),
        "chat": chat,
        "from": ana.user,
        "successful_payment": payment,
    }
    await world.push(message=message)
    assert "I can’t tell what it was for" in last(ana).text
    assert "foreign" in last(admin).text
    assert (await world.reader(ana)).full_until is None


async def test_a_renewal_is_no_sign_of_a_reader_and_a_payment_is(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    offer = await offered(world, ana, ONCE)
    await world.program.parts.handlers.fallback.readers.leave(ana.id)
    world.later(hours=1)
    ana.stars.cancels(ana.stars.subscriptions[0])
    ana.stars.renews(ana.stars.subscriptions[0])
    world.telegram.disruptions(TOKEN).hold("successful_payment")
    await ana.pays(link(offer))
    await world.wait_until_idle()
    assert (await world.reader(ana)).gone_at is not None
    world.telegram.release(TOKEN, "successful_payment")
    await world.wait_until_idle()
    assert (await world.reader(ana)).gone_at is None
    await world.program.parts.handlers.fallback.readers.leave(ana.id)
    world.later(days=30)
    await world.wait_until_idle()
    assert "was renewed" in last(ana).text
    assert (await world.reader(ana)).gone_at is not None


async def test_a_payment_in_another_currency_is_none_of_ours(world: World) -> None:
    ana = rich(world)
    await offered(world, ana, ONCE)
    made = world.telegram.ledger.of(method="createInvoiceLink")[-1].payload["payload"]
    paid = {
        "currency": "EUR",
        "total_amount": 400,
        "invoice_payload": made,
        "telegram_payment_charge_id": "charge",
        "provider_payment_charge_id": "",
    }
    who = {"id": ana.id, "is_bot": False, "first_name": "Ana"}
    chat = {"id": ana.id, "type": "private", "first_name": "Ana"}
    message = {"message_id": 900, "date": int(MONDAY.timestamp()), "chat": chat, "from": who}
    await world.push(message={**message, "successful_payment": paid})
    assert "canary" not in (await world.ask(ana, "/economy")).text
