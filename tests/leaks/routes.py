"""Every way to a page: commands, links, search, buttons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from telegram_simulator import Group, Person
from tests.leaks.canaries import SECTIONS, days
from tests.world import World

AT_ONCE = 10
"""Of each person: whoever writes more gets no answers for a minute, and would prove nothing."""

PATIENCE = 60.0
KEEPS_OUT = ("do:trial", "do:offer:", "do:code:", "do:deleteme", "do:set:language", "do:set:rendering")
"""Buttons that would make another reader of the one who taps."""

NUMBERS = (1, 2, 3, 9999)
LETTERS = (1, 500, 9_999_999)
"""Where a button says that its page begins in the section's text."""


def commands(world: World) -> list[str]:
    fixed = [command.name for command in world.commands if command.name != "trial"]
    named = [f"section {section}" for section in (*SECTIONS, "Half of it", "Paid story", "None of it")]
    links = [f"start i_{day}" for day in days()] + ["start c_LANTERN", "start c_WRONG", "redeem LANTERN"]
    links += [f"start i_{day}_{section}" for day in days() for section in SECTIONS]
    return [f"/{words}" for words in (*fixed, *SECTIONS, *named, *links)]


def forged() -> list[str]:
    places = [f"p:{day}::{number}" for day in days() for number in NUMBERS]
    places += [f"p:{day}:{section}:{number}" for day in days() for section in SECTIONS for number in NUMBERS]
    places += [f"p:{day}:{section}:2.{at}" for day in days() for section in SECTIONS for at in LETTERS]
    opened = [f"o{place}" for place in places if place.endswith((":1", ":2"))]
    actions = [f"do:{what}:{day}" for what in ("all", "month") for day in days()]
    months = [f"do:month:{day.replace(day=1)}" for day in days()]
    return [*places, *opened, *actions, *months, "do:onward"]


@dataclass(frozen=True, slots=True)
class Step:
    """What one person does: writes `words`, or sends `data` from a button of a message (0: the last one)."""

    person: Person
    words: str = ""
    data: str = ""
    message_id: int = 0

    def take(self, group: Group | None, newest: int) -> None:
        if self.words:
            self.person.writes(self.words, group=group)
            return
        self.person.taps(self.message_id or newest, data=self.data, group=group)


async def walk(
    world: World, people: Iterable[Person], words: Iterable[str], group: Group | None = None
) -> None:
    """Take every way there is, each person for herself, here or in a group; `words` are looked for."""
    people = list(people)
    searches = [f"/search {part}" for word in words for part in (word, word[:-1])]
    said = [Step(person, words=text) for text in (*commands(world), *searches) for person in people]
    tapped = [Step(person, data=data) for data in forged() for person in people]
    await _take(world, [*said, *tapped], group)
    await crawl(world, people, group)


async def crawl(world: World, people: Iterable[Person], group: Group | None = None) -> None:
    """Tap every button of every message that is or was there, until no new one comes."""
    people, done = list(people), set[tuple[int, str]]()
    while True:
        met = {(step.person.id, step.data): step for person in people for step in _buttons(person, group)}
        fresh = [step for key, step in met.items() if key not in done]
        if not fresh:
            return
        done |= set(met)
        await _take(world, fresh, group)


def _buttons(person: Person, group: Group | None) -> Iterator[Step]:
    for kind, seen in (group or person).history:
        if kind not in ("new", "edit") or not seen.from_bot:
            continue
        for button in chain.from_iterable(seen.buttons):
            data = button.get("callback_data", "")
            if data and not data.startswith(KEEPS_OUT):
                yield Step(person, data=data, message_id=seen.message_id)


def batched(steps: Iterable[Step], size: int) -> Iterator[list[Step]]:
    rest = iter(steps)
    while some := list(islice(rest, size)):
        yield some


async def _take(world: World, steps: list[Step], group: Group | None) -> None:
    chats = {step.person.id: group or step.person for step in steps}
    for some in batched(steps, AT_ONCE * len(chats)):
        newest = {number: chat.sees[-1].message_id for number, chat in chats.items() if chat.sees}
        for step in some:
            step.take(group, newest.get(step.person.id, 0))
        await world.wait_until_idle(PATIENCE)
