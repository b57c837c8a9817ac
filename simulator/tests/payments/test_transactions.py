"""A bot's transactions: order, pages, refunds, and whatever else stands there."""

import asyncio
from typing import Any

import pytest

from caller import ANA, TOKEN
from shop import SUBSCRIPTION, Shop
from telegram_simulator import Person, Simulator, Status
from telegram_simulator.clock import StoppedClock


async def listed(shop: Shop, **page: Any) -> list[dict[str, Any]]:
    transactions: list[dict[str, Any]] = (await shop.result("getStarTransactions", **page))["transactions"]
    return transactions


async def refund(shop: Shop, charge_id: str, **changes: Any) -> Any:
    values = {"user_id": ANA, "telegram_payment_charge_id": charge_id, **changes}
    return await shop.result("refundStarPayment", **values)


async def test_a_payment_says_who_and_for_what(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    charge = await shop.sells(ana, await shop.link())
    assert await listed(shop) == [
        {
            "id": charge.charge_id,
            "date": int(clock.now().timestamp()),
            "source": {
                "transaction_type": "invoice_payment",
                "type": "user",
                "user": ana.user,
                "invoice_payload": "month-1",
            },
            "amount": 250,
        }
    ]


async def test_first_payments_and_renewals_look_alike(ana: Person, shop: Shop, clock: StoppedClock) -> None:
    await shop.sells(ana, await shop.link(**SUBSCRIPTION))
    clock.move_to(ana.stars.subscriptions[0].until)
    first, renewal = await listed(shop)
    assert first["source"] == renewal["source"]
    assert first["source"]["subscription_period"] == 2_592_000
    assert first["id"] != renewal["id"]
    assert first["date"] + 2_592_000 == renewal["date"]


async def test_the_oldest_come_first_and_the_offset_counts(ana: Person, shop: Shop) -> None:
    ana.stars.balance = 10_000
    links = [await shop.link(payload=f"month-{number}") for number in range(5)]
    for link in links:
        await shop.sells(ana, link)
    payloads = [entry["source"]["invoice_payload"] for entry in await listed(shop)]
    assert payloads == [f"month-{number}" for number in range(5)]
    page = await listed(shop, offset=3, limit=1)
    assert [entry["source"]["invoice_payload"] for entry in page] == ["month-3"]
    assert await listed(shop, offset=5) == []
    assert await listed(shop, offset=-4, limit=1) == await listed(shop, limit=1)


@pytest.mark.parametrize(("limit", "shown"), [(0, 1), (-5, 1), (1, 1), (100, 100), (101, 100), (10**30, 100)])
async def test_a_limit_is_clamped(shop: Shop, simulator: Simulator, limit: int, shown: int) -> None:
    stars = simulator.stars(TOKEN)
    for _ in range(105):
        stars.adds("other", 1)
    assert len(await listed(shop, limit=limit)) == shown


async def test_a_refund_has_the_id_of_its_payment(ana: Person, shop: Shop) -> None:
    charge = await shop.sells(ana, await shop.link())
    await shop.updates()
    assert await refund(shop, charge.charge_id) is True
    payment, back = await listed(shop)
    assert back["id"] == payment["id"]
    assert (back["amount"], back["receiver"]) == (250, payment["source"])
    assert "source" not in back
    assert (ana.stars.balance, await shop.result("getMyStarBalance")) == (500, {"amount": 0})


async def test_a_refund_comes_to_the_bot_as_a_message_of_its_own(ana: Person, shop: Shop) -> None:
    charge = await shop.sells(ana, await shop.link())
    await shop.updates()
    await refund(shop, charge.charge_id)
    (update,) = await shop.updates()
    message = update["message"]
    assert (message["from"]["is_bot"], message["chat"]["id"]) == (True, ANA)
    assert message["refunded_payment"] == {
        "currency": "XTR",
        "total_amount": 250,
        "invoice_payload": "month-1",
        "telegram_payment_charge_id": charge.charge_id,
        "provider_payment_charge_id": charge.provider_charge_id,
    }


async def test_a_refund_is_whole_and_once(ana: Person, shop: Shop, simulator: Simulator) -> None:
    charge = await shop.sells(ana, await shop.link())
    await refund(shop, charge.charge_id)
    for values, words in (
        ({}, "CHARGE_ALREADY_REFUNDED"),
        ({"telegram_payment_charge_id": "none"}, "CHARGE_ID_INVALID"),
        ({"telegram_payment_charge_id": ""}, 'parameter "telegram_payment_charge_id" is required'),
        ({"user_id": 77}, "USER_ID_INVALID"),
        ({"user_id": 0}, "invalid user_id specified"),
    ):
        wrong = {"user_id": ANA, "telegram_payment_charge_id": charge.charge_id, **values}
        assert await shop.refusal("refundStarPayment", **wrong) == f"Bad Request: {words}"
    simulator.person(id=ANA + 1, first_name="Ben", token=TOKEN)
    other = {"user_id": ANA + 1, "telegram_payment_charge_id": charge.charge_id}
    assert await shop.refusal("refundStarPayment", **other) == "Bad Request: CHARGE_ID_INVALID"
    assert ana.stars.balance == 500


async def test_a_refund_may_work_although_telegram_says_no(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    charge = await shop.sells(ana, await shop.link())
    await shop.updates()
    words = "Bad Request: CHARGE_ALREADY_REFUNDED"
    simulator.faults.add(method="refundStarPayment", kind=Status(400, words, effect=True))
    simulator.disruptions(TOKEN).lose("refunded_payment")
    refund = {"user_id": ANA, "telegram_payment_charge_id": charge.charge_id}
    assert await shop.refusal("refundStarPayment", **refund) == words
    assert (await shop.updates(), ana.stars.balance) == ([], 500)


async def test_a_refund_may_come_without_its_product(ana: Person, shop: Shop, simulator: Simulator) -> None:
    simulator.payments.refunds_look_like_paid_media = True
    single = await shop.sells(ana, await shop.link())
    monthly = await shop.sells(ana, await shop.link(**SUBSCRIPTION))
    for charge in (single, monthly):
        await refund(shop, charge.charge_id)
    kinds = [entry["receiver"]["transaction_type"] for entry in (await listed(shop))[2:]]
    assert kinds == ["paid_media_payment", "invoice_payment"]


async def test_telegram_refunds_by_itself(ana: Person, shop: Shop, simulator: Simulator) -> None:
    charge = await shop.sells(ana, await shop.link())
    simulator.stars(TOKEN).refunds(charge.charge_id)
    assert len(await shop.all("refunded_payment")) == 1
    assert ana.stars.balance == 500
    with pytest.raises(LookupError, match="refunded already"):
        simulator.stars(TOKEN).refunds(charge.charge_id)


async def test_a_chargeback_is_only_in_the_transactions(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    charge = await shop.sells(ana, await shop.link())
    await shop.updates()
    simulator.stars(TOKEN).charges_back(charge.charge_id)
    assert (await shop.updates(), ana.stars.balance) == ([], 250)
    assert [(entry["id"], "receiver" in entry) for entry in await listed(shop)] == [
        (charge.charge_id, False),
        (charge.charge_id, True),
    ]


async def test_a_chargeback_of_what_was_taken_out_leaves_less_than_nothing(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    charge = await shop.sells(ana, await shop.link())
    stars = simulator.stars(TOKEN)
    stars.adds("fragment", -250, withdrawal_state={"type": "pending"})
    stars.charges_back(charge.charge_id)
    assert await shop.result("getMyStarBalance") == {"amount": -250}


async def test_other_transactions_stand_in_the_same_list(shop: Shop, simulator: Simulator) -> None:
    stars = simulator.stars(TOKEN)
    stars.adds("fragment", -1000, withdrawal_state={"type": "failed"})
    stars.adds("telegram_ads", -7)
    stars.adds("telegram_api", -3, request_count=40)
    stars.adds("affiliate_program", 2, nanostars=500_000_000)
    for kind in ("chat", "gift_purchase", "premium_purchase", "business_account_transfer", "other"):
        stars.adds(kind, -1)
    entries = await listed(shop)
    assert [(entry.get("source") or entry["receiver"])["type"] for entry in entries] == [
        *("fragment", "telegram_ads", "telegram_api", "affiliate_program"),
        *("chat", "user", "user", "user", "other"),
    ]
    assert entries[2]["receiver"]["request_count"] == 40
    assert (entries[3]["amount"], entries[3]["nanostar_amount"]) == (2, 500_000_000)
    assert not any("invoice_payload" in (entry.get("source") or entry["receiver"]) for entry in entries)
    assert await shop.result("getMyStarBalance") == {"amount": -1012, "nanostar_amount": -500_000_000}


async def test_an_unknown_kind_of_transaction_is_named(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="there are fragment"):
        simulator.stars(TOKEN).adds("lottery", 5)
    with pytest.raises(ValueError, match="above or below 0"):
        simulator.stars(TOKEN).adds("other", 0)


async def test_each_bot_has_its_own(ana: Person, shop: Shop, simulator: Simulator) -> None:
    other = Shop(simulator, shop.session, "99999:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789")
    link = await other.link()
    paying = asyncio.create_task(ana.pays(link))
    await other.allows(await other.query())
    await paying
    assert (len(await listed(other)), await listed(shop), ana.stars.balance) == (1, [], 250)
