"""Nobody has two subscriptions that renew, also where the one that runs was cancelled."""

from pathlib import Path

import pytest

from telegram_simulator import PaymentRefused, Person
from tests.conversations.stars import MONTHLY, ONCE, link, offered, pays, rich, sell
from tests.world import World, labels


@pytest.fixture
def content(content: Path) -> Path:
    return sell(content)


async def cancels(world: World, person: Person, way: str) -> None:
    """Let a person cancel her subscription, in Telegram or in the bot."""
    if way == "in Telegram":
        person.stars.cancels(person.stars.subscriptions[0])
        await world.wait_until_idle()
    else:
        asked = await world.tap(person, data="do:stars:cancel")
        await world.tap(person, labels(asked)[0])


@pytest.mark.parametrize("way", ["in Telegram", "in the bot"])
async def test_an_old_price_sells_no_second_one_while_a_cancelled_one_runs(world: World, way: str) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    await cancels(world, ana, way)
    told = await offered(world, ana, MONTHLY)
    assert told.text == (
        "You have a subscription already: it’s cancelled, but paid until January 21, 2026. You can renew it "
        "again; you need no second one."
    )
    assert labels(told) == ["Renew again"]
    assert "Settings → My Stars" in (await world.tap(ana, "Renew again")).text


async def test_an_old_price_says_so_in_spanish(world: World) -> None:
    ana = rich(world, "es")
    await pays(world, ana, MONTHLY)
    await cancels(world, ana, "in Telegram")
    told = await offered(world, ana, MONTHLY)
    assert told.text == (
        "Ya tienes una suscripción: está cancelada, pero pagada hasta el 21 de enero de 2026. Puedes volver "
        "a renovarla; no necesitas otra."
    )
    assert labels(told) == ["Volver a renovar"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "already, paid until January 21, 2026. You weren’t charged. Renew it again in /account."),
        ("es", "pagada hasta el 21 de enero de 2026. No se te cobró nada. Vuelve a renovarla en /account."),
    ],
)
async def test_an_older_link_is_refused_while_a_cancelled_one_runs(
    world: World, language: str, words: str
) -> None:
    ana = rich(world, language)
    older = link(await offered(world, ana, MONTHLY))
    await pays(world, ana, MONTHLY)
    await cancels(world, ana, "in Telegram")
    with pytest.raises(PaymentRefused) as refused:
        await ana.pays(older)
    assert words in str(refused.value)
    assert len(ana.stars.subscriptions) == 1


async def test_once_it_is_over_she_may_subscribe_anew(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    await cancels(world, ana, "in the bot")
    world.later(days=30)
    await world.wait_until_idle()
    assert "Thank you!" in (await pays(world, ana, MONTHLY)).text


async def test_what_is_paid_once_is_sold_beside_a_cancelled_one(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    await cancels(world, ana, "in the bot")
    assert "Thank you!" in (await pays(world, ana, ONCE)).text
