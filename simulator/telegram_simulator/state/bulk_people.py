"""Many people at once, for load tests."""

from collections.abc import Sequence

from telegram_simulator.state.account import Account
from telegram_simulator.state.people import START, Person
from telegram_simulator.state.registry import Registry

FIRST_ID = 6_000_000_001
LANGUAGES = ("en", "es")


def make_people(
    registry: Registry, account: Account, count: int, first_id: int, languages: Sequence[str], *, starts: bool
) -> list[Person]:
    """Make people with ids in a row, their languages in turn.

    With `starts` they write /start now; without, they have started the bot before and it hears nothing.
    """
    people = []
    for number in range(count):
        registry.introduce(first_id + number, f"Reader {number + 1}", languages[number % len(languages)])
        person = registry.person(account, first_id + number)
        person.chat.started = True
        people.append(person)
    if starts:
        for person in people:
            person.writes(START)
    return people
