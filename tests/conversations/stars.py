"""Prices and payers for tests of Stars."""

from pathlib import Path

from telegram_simulator import Bubble, Person
from tests.world import PUBLICATION, World, last

PRICES = """
[[prices]]
stars = 250
days = 30
renews = true
label.en = "Monthly"
label.es = "Mensual"

[[prices]]
stars = 400
days = 90
label.en = "90 days & more"
label.es = "90 días y más"
"""
MONTHLY, ONCE = "do:pay:30r-250", "do:pay:90-400"


def sell(content: Path) -> Path:
    """Put prices into the publication; return its folder."""
    (content / "publication.toml").write_text(PUBLICATION + PRICES, encoding="utf-8")
    return content


def rich(world: World, language: str = "en", number: int = 5_000_000_001) -> Person:
    """Return a person with Stars for a year."""
    person = world.person(number, language)
    person.stars.balance = 10_000
    return person


async def offered(world: World, person: Person, data: str) -> Bubble:
    """Let a person tap a price; return what the bot offers."""
    await world.ask(person, "/help")
    return await world.tap(person, data=data)


def link(bubble: Bubble) -> str:
    """Return the invoice link on the first button."""
    return str(bubble.buttons[0][0]["url"])


async def pays(world: World, person: Person, data: str) -> Bubble:
    """Let a person tap a price and pay; return the bot's last message."""
    await person.pays(link(await offered(world, person, data)))
    await world.wait_until_idle()
    return last(person)
