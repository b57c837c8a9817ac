"""Subscriptions: renewals by the clock, "My Stars", and what the bot is told."""

import asyncio
from datetime import timedelta

import pytest

from caller import ANA, TOKEN
from shop import SUBSCRIPTION, Shop
from telegram_simulator import Person, Simulator, Subscription
from telegram_simulator.clock import StoppedClock

MONTH = timedelta(days=30)


async def subscribed(ana: Person, shop: Shop) -> Subscription:
    """Let Ana subscribe; what the bot was told of it is done with."""
    await shop.sells(ana, await shop.link(**SUBSCRIPTION))
    await shop.updates()
    return ana.stars.subscriptions[-1]


async def test_a_period_that_ends_is_paid_again(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    subscription = await subscribed(ana, shop)
    first_end = subscription.until
    clock.move_to(first_end)
    (payment,) = await shop.all("successful_payment")
    assert payment["is_recurring"] is True
    assert "is_first_recurring" not in payment
    assert payment["telegram_payment_charge_id"] != subscription.first_charge_id
    assert payment["subscription_expiration_date"] == int((first_end + MONTH).timestamp())
    assert (ana.stars.balance, subscription.state) == (0, "active")


async def test_no_period_is_paid_before_its_end(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    subscription = await subscribed(ana, shop)
    clock.move_to(subscription.until - timedelta(seconds=1))
    assert await shop.updates() == []


async def test_a_long_jump_pays_each_period_in_its_turn(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    ana.stars.balance = 10_000
    begun = clock.now()
    await subscribed(ana, shop)
    clock.move_to(begun + timedelta(days=95))
    messages = [update["message"] for update in await shop.updates()]
    assert [message["date"] for message in messages] == [
        int((begun + number * MONTH).timestamp()) for number in (1, 2, 3)
    ]
    assert [message["successful_payment"]["subscription_expiration_date"] for message in messages] == [
        int((begun + number * MONTH).timestamp()) for number in (2, 3, 4)
    ]


async def test_renewals_of_two_people_come_in_the_order_of_their_ends(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    ben = simulator.person(id=ANA + 1, first_name="Ben", token=TOKEN)
    for person in (ana, ben):
        person.stars.balance = 10_000
        await subscribed(person, shop)
        clock.move_to(clock.now() + timedelta(days=10))
    clock.move_to(clock.now() + timedelta(days=60))
    payers = [update["message"]["from"]["first_name"] for update in await shop.updates()]
    assert payers == ["Ana", "Ben", "Ana", "Ben"]


async def test_renewals_of_long_ago_may_bring_no_updates(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    simulator.payments.late_renewals_are_lost = True
    ana.stars.balance = 10_000
    await subscribed(ana, shop)
    clock.move_to(clock.now() + timedelta(days=60, hours=5))
    assert len(await shop.all("successful_payment")) == 1
    assert len(simulator.stars(TOKEN).transactions) == 3


async def test_a_bot_that_polls_hears_of_a_renewal_by_itself(
    ana: Person, shop: Shop, clock: StoppedClock
) -> None:
    subscription = await subscribed(ana, shop)
    polling = asyncio.create_task(shop.updates(timeout=5))
    await asyncio.sleep(0.05)
    clock.move_to(subscription.until)
    (update,) = await polling
    assert "successful_payment" in update["message"]


async def test_too_few_stars_end_a_subscription(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    subscription = await subscribed(ana, shop)
    ana.stars.balance = 249
    clock.move_to(subscription.until)
    (update,) = await shop.updates()
    assert update["subscription"] == {"user": ana.user, "invoice_payload": "month-1", "state": "failed"}
    assert (subscription.state, subscription.failed, ana.stars.balance) == ("expired", True, 249)
    clock.move_to(clock.now() + MONTH)
    assert await shop.updates() == []


async def test_a_failure_may_be_told_before_or_after_the_end(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    early, late = await subscribed(ana, shop), await subscribed(ana, shop)
    ana.stars.fails(early)
    assert [body["state"] for body in await shop.all("subscription")] == ["failed"]
    simulator.payments.failure_delay_seconds = 3600
    clock.move_to(late.until)
    assert (await shop.updates(), early.state, late.state) == ([], "expired", "expired")
    clock.move_to(clock.now() + timedelta(hours=1))
    assert [body["state"] for body in await shop.all("subscription")] == ["failed"]


async def test_who_cancels_keeps_the_period_and_pays_no_more(
    ana: Person, shop: Shop, clock: StoppedClock
) -> None:
    subscription = await subscribed(ana, shop)
    ana.stars.cancels(subscription)
    (body,) = await shop.all("subscription")
    assert body == {"user": ana.user, "invoice_payload": "month-1", "state": "canceled"}
    assert (subscription.state, subscription.buttons) == ("canceled", ("renew",))
    clock.move_to(subscription.until)
    assert (await shop.updates(), ana.stars.balance) == ([], 250)
    assert (subscription.state, subscription.buttons) == ("expired", ("again",))


async def test_renew_costs_nothing_and_asks_nothing_while_the_period_runs(
    ana: Person, shop: Shop, clock: StoppedClock
) -> None:
    subscription = await subscribed(ana, shop)
    ana.stars.cancels(subscription)
    ana.stars.renews(subscription)
    updates = await shop.updates()
    assert [update["subscription"]["state"] for update in updates] == ["canceled", "active"]
    assert ana.stars.balance == 250
    clock.move_to(subscription.until)
    assert len(await shop.all("successful_payment")) == 1


async def test_subscribing_again_opens_the_old_link_at_the_old_price(
    ana: Person, shop: Shop, clock: StoppedClock
) -> None:
    subscription = await subscribed(ana, shop)
    ana.stars.cancels(subscription)
    clock.move_to(subscription.until + timedelta(days=100))
    await shop.updates()
    sheet = ana.stars.subscribes_again(subscription)
    paying = asyncio.create_task(sheet.pays())
    query = await shop.query()
    assert (query["total_amount"], query["invoice_payload"]) == (250, "month-1")
    await shop.allows(query)
    await paying
    (payment,) = await shop.all("successful_payment")
    assert payment["is_first_recurring"] is True
    (begun,) = ana.stars.subscriptions
    assert begun is not subscription
    assert begun.state == "active"


async def test_the_bot_cancels_and_nobody_is_told(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    subscription = await subscribed(ana, shop)
    await edit(shop, subscription, is_canceled=True)
    assert (await shop.updates(), subscription.state, subscription.buttons) == ([], "canceled", ())
    with pytest.raises(LookupError, match="there are: none"):
        ana.stars.renews(subscription)
    clock.move_to(subscription.until)
    assert (await shop.updates(), subscription.state, subscription.buttons) == ([], "expired", ())


async def test_the_bot_allows_it_again_and_she_must_still_tap(
    ana: Person, shop: Shop, clock: StoppedClock
) -> None:
    subscription = await subscribed(ana, shop)
    await edit(shop, subscription, is_canceled=True)
    await edit(shop, subscription, is_canceled=False)
    assert (await shop.updates(), subscription.state, subscription.buttons) == ([], "canceled", ("renew",))
    ana.stars.renews(subscription)
    assert [body["state"] for body in await shop.all("subscription")] == ["active"]
    clock.move_to(subscription.until)
    assert len(await shop.all("successful_payment")) == 1


async def test_only_the_first_payment_names_a_subscription(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    subscription = await subscribed(ana, shop)
    clock.move_to(subscription.until)
    await shop.updates()
    renewal = simulator.stars(TOKEN).charges[-1].charge_id
    ana.stars.balance = 500
    single = (await shop.sells(ana, await shop.link())).charge_id
    for charge_id in (renewal, single, "none", ""):
        refusal = await shop.refusal(
            "editUserStarSubscription", user_id=ANA, telegram_payment_charge_id=charge_id, is_canceled=True
        )
        assert refusal == "Bad Request: CHARGE_ID_INVALID"
    stranger = {"user_id": 77, "telegram_payment_charge_id": subscription.first_charge_id}
    assert await shop.refusal("editUserStarSubscription", **stranger) == "Bad Request: USER_ID_INVALID"
    nobody = await shop.refusal("editUserStarSubscription", user_id="x", is_canceled=True)
    assert nobody == "Bad Request: invalid user_id specified"


async def test_a_person_may_have_several_subscriptions(ana: Person, shop: Shop) -> None:
    link = await shop.link(**SUBSCRIPTION)
    for _ in range(2):
        await shop.sells(ana, link)
    assert [subscription.state for subscription in ana.stars.subscriptions] == ["active", "active"]


async def test_a_renewal_may_ask_first(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    simulator.payments.renewals_ask = True
    subscription = await subscribed(ana, shop)
    clock.move_to(subscription.until)
    query = await shop.query()
    assert (query["invoice_payload"], ana.stars.balance) == ("month-1", 250)
    await shop.allows(query)
    assert len(await shop.all("successful_payment")) == 1
    ana.stars.balance = 250
    clock.move_to(subscription.until)
    await shop.refuses(await shop.query(), "No")
    assert [body["state"] for body in await shop.all("subscription")] == ["failed"]
    assert ana.stars.balance == 250


async def test_who_has_blocked_the_bot_renews_unless_told_otherwise(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    ana.stars.balance = 10_000
    subscription = await subscribed(ana, shop)
    ana.blocks()
    clock.move_to(subscription.until)
    assert len(await shop.all("successful_payment")) == 1
    simulator.payments.renews_when_blocked = False
    clock.move_to(subscription.until)
    assert (await shop.updates(), subscription.state) == ([], "expired")


async def test_the_changes_of_a_subscription_are_told_to_those_who_ask(ana: Person, shop: Shop) -> None:
    subscription = await subscribed(ana, shop)
    await shop.result("getUpdates", allowed_updates=["message", "pre_checkout_query"])
    ana.stars.cancels(subscription)
    assert await shop.updates() == []
    await shop.result("getUpdates", allowed_updates=["subscription"])
    ana.stars.renews(subscription)
    assert [body["state"] for body in await shop.all("subscription")] == ["active"]


async def edit(shop: Shop, subscription: Subscription, *, is_canceled: bool) -> None:
    await shop.result(
        "editUserStarSubscription",
        user_id=subscription.user_id,
        telegram_payment_charge_id=subscription.first_charge_id,
        is_canceled=is_canceled,
    )
