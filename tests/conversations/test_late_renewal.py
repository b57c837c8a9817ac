"""While a renewal is awaited nothing names a day that is past."""

from pathlib import Path

import pytest

from telegram_simulator import PaymentRefused, Person
from tests.conversations.stars import MONTHLY, offered, pays, rich, sell
from tests.world import TOKEN, World, last


@pytest.fixture
def content(content: Path) -> Path:
    return sell(content)


async def waits(world: World, person: Person) -> None:
    """Let a person's renewal be due since yesterday, and its payment not be told yet."""
    await pays(world, person, MONTHLY)
    world.telegram.disruptions(TOKEN).hold("successful_payment")
    world.later(days=31)
    await world.wait_until_idle()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "You have a subscription already: it’s being renewed, for 250 ⭐. You need no second one."),
        ("es", "Ya tienes una suscripción: se está renovando, por 250 ⭐. No necesitas otra."),
    ],
)
async def test_an_old_price_says_that_it_is_being_renewed(world: World, language: str, words: str) -> None:
    ana = rich(world, language)
    await waits(world, ana)
    assert (await offered(world, ana, MONTHLY)).text == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "already: it’s being renewed. You weren’t charged. /account shows it."),
        ("es", "se está renovando. No se te cobró nada. La ves en /account."),
    ],
)
async def test_a_link_that_is_refused_says_so(world: World, language: str, words: str) -> None:
    ana = rich(world, language)
    await pays(world, ana, MONTHLY)
    (older,) = ana.stars.subscriptions
    ana.stars.cancels(older)
    await world.wait_until_idle()
    world.later(days=31)
    await waits(world, ana)
    with pytest.raises(PaymentRefused, match=words):
        await ana.stars.subscribes_again(older).pays()


async def test_what_is_asked_before_a_cancel_and_said_by_no_names_no_day(world: World) -> None:
    ana = rich(world)
    await waits(world, ana)
    asked = await world.tap(ana, data="do:stars:cancel")
    assert asked.text == (
        "Cancel your subscription? It’s due to be renewed now. You keep what you’ve paid for."
    )
    assert (await world.tap(ana, "No, keep it")).text == "Your subscription is being renewed."


async def test_stopping_the_issues_names_no_day(world: World) -> None:
    ana = rich(world)
    await waits(world, ana)
    assert (
        "Your subscription is being renewed, for 250\u00a0⭐. /stop doesn’t end it"
        in (await world.ask(ana, "/stop")).text
    )


async def test_a_refund_is_asked_for_without_a_day_that_is_past(world: World) -> None:
    admin, ana = world.admin(), rich(world)
    await waits(world, ana)
    await world.ask(admin, f"/refund {ana.id}")
    labels = [button["text"] for row in last(admin).buttons for button in row]
    asked = await world.tap(admin, labels[0])
    assert "of a subscription that’s being renewed." in asked.text
