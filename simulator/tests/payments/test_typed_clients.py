"""Clients with types read all of it: python-telegram-bot and aiogram."""

from typing import Any

from aiogram import types as aiogram_types
from telegram import Bot, LabeledPrice, StarTransactions, Update

from caller import TOKEN
from shop import SUBSCRIPTION, Shop
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock


async def everything(ana: Person, shop: Shop, simulator: Simulator) -> list[dict[str, Any]]:
    """Return the updates of a life: bought, canceled, renewed, refunded, and one asked for by a button."""
    charge = await shop.sells(ana, await shop.link(**SUBSCRIPTION))
    (subscription,) = ana.stars.subscriptions
    ana.stars.cancels(subscription)
    ana.stars.renews(subscription)
    stars = simulator.stars(TOKEN)
    stars.refunds(charge.charge_id)
    for kind in ("fragment", "telegram_ads", "telegram_api", "affiliate_program", "chat", "other"):
        stars.adds(kind, -1)
    for kind in ("gift_purchase", "premium_purchase", "business_account_transfer"):
        stars.adds(kind, -1)
    return await shop.updates()


async def test_python_telegram_bot_reads_updates_and_transactions(
    ana: Person, shop: Shop, simulator: Simulator
) -> None:
    updates = await everything(ana, shop, simulator)
    bot = Bot(TOKEN, base_url=f"{simulator.address}/bot")
    read = [Update.de_json(update, bot) for update in updates]
    payment = read[0].message.successful_payment if read[0].message else None
    assert payment is not None
    assert (payment.is_first_recurring, payment.total_amount) == (True, 250)
    async with bot:
        transactions: StarTransactions = await bot.get_star_transactions()
        assert (await bot.get_my_star_balance()).amount == -9
        link = await bot.create_invoice_link(
            title="A", description="B", payload="c", currency="XTR", prices=[LabeledPrice("A", 5)]
        )
        assert ana.opens_invoice(link).amount == 5
    kinds = [type(entry.source or entry.receiver).__name__ for entry in transactions.transactions]
    assert kinds[:2] == ["TransactionPartnerUser", "TransactionPartnerUser"]
    assert "TransactionPartnerAffiliateProgram" in kinds


async def test_aiogram_reads_updates_and_transactions(
    ana: Person, shop: Shop, simulator: Simulator, clock: StoppedClock
) -> None:
    del clock
    updates = await everything(ana, shop, simulator)
    read = [aiogram_types.Update.model_validate(update) for update in updates]
    states = [update.subscription.state for update in read if update.subscription]
    assert states == ["canceled", "active"]
    refunds = [update.message.refunded_payment for update in read if update.message]
    assert refunds[-1] is not None
    answer = await shop.result("getStarTransactions")
    transactions = aiogram_types.StarTransactions.model_validate(answer).transactions
    assert [entry.source is None for entry in transactions[:2]] == [False, True]
