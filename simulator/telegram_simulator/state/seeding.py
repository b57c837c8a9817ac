"""People and groups that are there at the start, from a file."""

import json
from dataclasses import dataclass
from typing import Any


class SeedError(ValueError):
    """A file of people and groups that cannot be read; the text says where and why."""


@dataclass(frozen=True, slots=True)
class SeedPerson:
    """`starts`: writes /start to each bot as soon as it calls for the first time. `stars`: so many Telegram
    Stars, None for what everybody has.
    """

    id: int
    first_name: str
    language_code: str | None = None
    note: str = ""
    starts: bool = False
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """A group (id below 0) or a channel with every bot in it; `members` are ids of people, the first
    of whom made it.
    """

    id: int
    title: str
    forum: bool = False
    channel: bool = False
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    people: tuple[SeedPerson, ...] = ()
    groups: tuple[SeedGroup, ...] = ()


def read(text: str) -> Seed:
    """Read `{"people": [{"id": 1, "first_name": "Ana"}], "groups": [{"id": -5, "title": "Club"}]}`.

    The other fields are those of SeedPerson and SeedGroup. SeedError for anything else.
    """
    try:
        given = json.loads(text)
    except ValueError as error:
        raise SeedError(f"The file of people is no JSON: {error}.") from None
    if not isinstance(given, dict) or set(given) - {"people", "groups"}:
        raise SeedError('The file of people holds an object with the lists "people" and "groups".')
    people = tuple(_person(entry) for entry in _entries(given, "people"))
    groups = tuple(_group(entry) for entry in _entries(given, "groups"))
    unknown = {number for group in groups for number in group.members} - {person.id for person in people}
    if unknown:
        raise SeedError(f"Group members must be among the people; {min(unknown)} is not.")
    return Seed(people, groups)


def _entries(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = given.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SeedError(f'"{name}" must be a list of objects.')
    return entries


def _person(entry: dict[str, Any]) -> SeedPerson:
    _check(entry, SeedPerson)
    person = SeedPerson(**entry)
    if not isinstance(person.id, int) or person.id <= 0 or not str(person.first_name).strip():
        raise SeedError(f"A person needs an id above 0 and a first_name: {entry}.")
    if person.stars is not None and (type(person.stars) is not int or person.stars < 0):
        raise SeedError(f"A person has 0 Stars or more: {entry}.")
    return person


def _group(entry: dict[str, Any]) -> SeedGroup:
    _check(entry, SeedGroup)
    group = SeedGroup(**{**entry, "members": tuple(entry.get("members", ()))})
    if not isinstance(group.id, int) or group.id >= 0 or not str(group.title).strip():
        raise SeedError(f"A group needs an id below 0 and a title: {entry}.")
    return group


def _check(entry: dict[str, Any], kind: type[SeedPerson | SeedGroup]) -> None:
    fields = list(kind.__dataclass_fields__)
    unknown = sorted(set(entry) - set(fields))
    missing = [name for name in fields[:2] if name not in entry]
    if unknown or missing:
        raise SeedError(f"Each entry has {', '.join(fields)}, of which the first two must be given: {entry}.")
