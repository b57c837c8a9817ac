"""Updates that are lost, doubled, held back, or travel side by side."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from caller import TOKEN
from shop import SUBSCRIPTION, Shop
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock


async def test_a_lost_payment_is_only_in_the_transactions(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    simulator.disruptions(TOKEN).lose("successful_payment")
    link = await shop.link()
    charge = await shop.sells(ana, link)
    assert await shop.all("successful_payment") == []
    (entry,) = simulator.stars(TOKEN).transactions
    assert (entry["id"], ana.stars.balance) == (charge.charge_id, 250)
    await shop.sells(ana, link)
    assert len(await shop.all("successful_payment")) == 1


async def test_a_doubled_update_has_two_ids(ana: Person, shop: Shop, simulator: Simulator) -> None:
    simulator.disruptions(TOKEN).duplicate("successful_payment")
    await shop.sells(ana, await shop.link())
    first, second = await shop.updates()
    assert first["message"] == second["message"]
    assert first["update_id"] != second["update_id"]


@pytest.mark.parametrize(
    ("backwards", "states"), [(False, ["canceled", "active"]), (True, ["active", "canceled"])]
)
async def test_held_updates_come_when_they_are_let(
    ana: Person, shop: Shop, simulator: Simulator, backwards: bool, states: list[str]
) -> None:
    await shop.sells(ana, await shop.link(**SUBSCRIPTION))
    await shop.updates()
    simulator.disruptions(TOKEN).hold("subscription")
    (subscription,) = ana.stars.subscriptions
    ana.stars.cancels(subscription)
    ana.stars.renews(subscription)
    assert await shop.updates() == []
    assert simulator.release(TOKEN, "subscription", backwards=backwards) == 2
    assert [body["state"] for body in await shop.all("subscription")] == states
    ana.stars.cancels(subscription)
    assert [body["state"] for body in await shop.all("subscription")] == ["canceled"]


async def test_what_was_held_for_a_day_never_comes(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    simulator.disruptions(TOKEN).hold("successful_payment")
    await shop.sells(ana, await shop.link())
    clock.move_to(clock.now() + timedelta(hours=24))
    simulator.release(TOKEN)
    assert await shop.updates() == []


async def test_a_payment_that_nobody_took_for_a_day_is_gone(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    await shop.sells(ana, await shop.link())
    clock.move_to(clock.now() + timedelta(hours=24))
    assert await shop.updates() == []
    assert len(simulator.stars(TOKEN).transactions) == 1


async def test_all_of_a_kind_may_be_lost_until_it_is_cleared(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    ana.stars.balance = 10_000
    simulator.disruptions(TOKEN).lose("message", None)
    link = await shop.link()
    for _ in range(3):
        await shop.sells(ana, link)
    ana.writes("hello")
    assert await shop.updates() == []
    simulator.disruptions(TOKEN).clear()
    ana.writes("hello")
    assert len(await shop.updates()) == 1


class Hook:
    """A webhook that keeps messages waiting until it is told to take them."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.open = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        update: dict[str, Any] = await request.json()
        (kind,) = set(update) - {"update_id"}
        self.came.append(kind)
        if kind == "message":
            await self.open.wait()
        if kind == "pre_checkout_query":
            query_id = update[kind]["id"]
            answer = {"method": "answerPreCheckoutQuery", "pre_checkout_query_id": query_id, "ok": True}
            return web.json_response(answer)
        return web.Response()


async def test_by_webhook_a_query_overtakes_a_message_of_the_same_person(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    hook = Hook()
    application = web.Application()
    application.router.add_post("/", hook.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    link = await shop.link(**SUBSCRIPTION)
    await shop.result("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/")
    ana.writes("slow")
    await asyncio.wait_for(ana.pays(link), 5)
    ana.stars.cancels(ana.stars.subscriptions[0])
    await simulator.until(lambda: True)
    for _ in range(100):
        if "subscription" in hook.came:
            break
        await asyncio.sleep(0.02)
    assert hook.came[-2:] == ["pre_checkout_query", "subscription"]
    hook.open.set()
    await simulator.wait_until_idle(TOKEN)
    assert hook.came.count("message") == 3  # /start, "slow" and the payment
    await runner.cleanup()
