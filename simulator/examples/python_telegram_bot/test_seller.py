"""Selling for Stars, from the link to the refund, without a Star being spent."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from telegram_simulator import PaymentRefused
from telegram_simulator.testing import PersonClient, TelegramSimulator

SELLER = Path(__file__).with_name("seller.py")


@pytest.fixture
def bot(telegram_simulator: TelegramSimulator) -> Iterator[None]:
    settings = {"BOT_TOKEN": telegram_simulator.token, "BOT_API": telegram_simulator.base_url}
    with subprocess.Popen([sys.executable, SELLER], env=os.environ | settings) as process:
        yield
        process.terminate()


@pytest.fixture
def ana(telegram_simulator: TelegramSimulator, bot: None) -> PersonClient:
    ana = telegram_simulator.person("Ana")
    ana.send("/subscribe")
    return ana


def link_of(ana: PersonClient) -> str:
    """Return where the button of the offer leads."""
    return str(ana.receive(timeout=30).buttons[0][0]["url"])  # the bot may still be starting


def test_a_subscription_is_paid_renews_and_is_canceled(
    telegram_simulator: TelegramSimulator, ana: PersonClient
) -> None:
    ana.pay(link_of(ana))
    assert ana.receive().text == "Welcome! You have paid 250 Stars."
    telegram_simulator.advance(days=30)
    assert ana.receive().text == "Renewed. You have paid 250 Stars."
    (subscription,) = ana.subscriptions
    ana.cancel(subscription)
    telegram_simulator.advance(days=30)
    assert (subscription.state, ana.stars) == ("expired", 0)


def test_who_has_too_few_stars_pays_nothing(ana: PersonClient) -> None:
    link = link_of(ana)
    ana.set_stars(100)
    with pytest.raises(PaymentRefused, match="BALANCE_TOO_LOW"):
        ana.pay(link)


def test_a_refund_is_told(telegram_simulator: TelegramSimulator, ana: PersonClient) -> None:
    charge = ana.pay(link_of(ana))
    assert ana.receive().text.startswith("Welcome!")
    telegram_simulator.control("refunds", {"telegram_payment_charge_id": charge.charge_id})
    assert ana.receive().text == "Your Stars are back with you."
    assert ana.stars == 500
