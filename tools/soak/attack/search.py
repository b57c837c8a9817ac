"""Does /search give away words of paid text?"""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from string import ascii_lowercase, digits

from tests.leaks.canaries import ECHO, write_all
from tests.world import MONDAY
from tools.soak.attack.harness.environment import Environment
from tools.soak.attack.harness.findings import Finding, all_of, at_most

NOWHERE = "zzquorv"
"""Stands in no issue; the answers for all that only paid text holds have to be like the one for it."""

PUBLIC = "story"
"""Stands in headlines."""

FIRST_GROUP = -100_700
PAID_START = "hush"
"""How the paid words begin whose rest is to be found out letter by letter."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many words are asked for in private, how many in groups, and how many odd letters are tried."""

    words: int
    in_groups: int
    glues: int
    letters: int
    accounts: int = 24


SMALL = Plan(words=12, in_groups=12, glues=1, letters=1)
WHOLE = Plan(words=400, in_groups=60, glues=24, letters=4)


@dataclass(frozen=True, slots=True)
class Figures:
    """`confirmed`: by the way of asking, how many of how many; `spelt`: what was found letter by letter;
    `public`: whether what everyone may read is found at all.
    """

    confirmed: dict[str, tuple[int, int]]
    spelt: str
    public: bool

    def findings(self) -> list[Finding]:
        counted = [
            at_most(f"paid words confirmed, {way} ({asked} asked)", count, 0)
            for way, (count, asked) in self.confirmed.items()
        ]
        spelt = at_most("letters of a paid word spelt out", len(self.spelt), 0)
        return [*counted, spelt, all_of("public words found", int(self.public), 1)]


Answer = tuple[str, tuple[str, ...]]
"""Its words, without those that were typed, and its buttons' labels."""


class Asking:
    """Asks from accounts that have no access, each from one at a time."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._free: asyncio.Queue[int] = asyncio.Queue()
        self._groups = 0
        self._nothing, self._nothing_here = set[Answer](), set[Answer]()
        for person in env.others:
            self._free.put_nowait(person)

    async def begin(self) -> None:
        """Learn how the answers look when nothing is found, in either language, in private and in groups."""
        people = list(self._env.others)[:2]
        for words in (
            NOWHERE,
            f"{NOWHERE} {NOWHERE}",
        ):  # of two kinds, so that nothing is told by their number
            for person in people:
                self._nothing.add(await self._answer(person, words))
                self._nothing_here.add(await self._answer(person, words, await self._group()))

    async def confirms(self, words: str) -> bool:
        """Tell whether the answer differs from the one for what stands nowhere."""
        person = await self._free.get()
        try:
            return await self._answer(person, words) not in self._nothing
        finally:
            self._free.put_nowait(person)

    async def confirms_in_group(self, words: str) -> bool:
        """The same, in a group that nobody has asked in yet."""
        person = await self._free.get()
        try:
            return await self._answer(person, words, await self._group()) not in self._nothing_here
        finally:
            self._free.put_nowait(person)

    async def _group(self) -> int:
        self._groups += 1
        group = FIRST_GROUP - self._groups
        await self._env.tell("groups", id=group, title="Readers")
        return group

    async def spell(self, start: str, letters: int) -> str:
        """Try to go on with a word, letter by letter; return what was found of it."""
        spelt = ""
        for _ in range(letters):
            tried = [f"{start}{spelt}{letter}" for letter in digits + ascii_lowercase]
            answers = await asyncio.gather(*map(self.confirms, tried))
            hits = [word for word, is_there in zip(tried, answers, strict=True) if is_there]
            if not hits:
                break
            spelt += hits[0][-1]
        return spelt

    async def _answer(self, person: int, words: str, group: int | None = None) -> Answer:
        seen = await self._env.crowd.asks(person, f"/search {words}", group)
        return ECHO.sub("", seen.text), seen.labels


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    nest = write_all(folder / "content")
    ways = _ways(list(nest.homes), plan)
    async with Environment(database, folder, people=plan.accounts) as env:
        await env.program(start=MONDAY, ceiling=1_000)
        asking = Asking(env)
        await asking.begin()
        confirmed = {}
        for way, queries in ways.items():
            confirmed[way] = await _count(asking.confirms, queries)
        mixed = list(_mixed(ways.values()))[: plan.in_groups]
        confirmed["in groups"] = await _count(asking.confirms_in_group, mixed)
        spelt = await asking.spell(PAID_START, plan.letters)
        return Figures(confirmed, spelt, await asking.confirms(PUBLIC))


async def _count(ask: Callable[[str], Awaitable[bool]], queries: Iterable[str]) -> tuple[int, int]:
    answers = await asyncio.gather(*map(ask, queries))
    return sum(answers), len(answers)


def _ways(hushes: list[str], plan: Plan) -> dict[str, list[str]]:
    """Return what is asked, by the way of asking; each canary is followed by its hush in the text."""
    step = max(1, len(hushes) // plan.words)
    chosen = hushes[::step][: plan.words]
    pairs = [(hush.replace("hush", "canary"), hush) for hush in chosen]
    glues = odd_letters()[: plan.glues]
    return {
        "whole": chosen,
        "prefix": [hush[:-1] for hush in chosen],
        "phrase": [" ".join(pair) for pair in pairs],
        "glued by odd letters": [glue.join(pair) for pair in pairs[:: len(glues)] for glue in glues],
    }


def _mixed(ways: Iterable[list[str]]) -> Iterator[str]:
    return (query for query in chain.from_iterable(zip_longest(*ways)) if query)


def odd_letters() -> list[str]:
    """Return the letters that Python calls word characters and that part words in SQLite's index."""
    index = sqlite3.connect(":memory:")
    index.executescript(
        "CREATE VIRTUAL TABLE texts USING fts5 (words, tokenize = 'unicode61 remove_diacritics 2');"
        "CREATE VIRTUAL TABLE found USING fts5vocab (texts, instance);"
    )
    letters = [chr(number) for number in range(0x1900, 0x1D00) if re.match(r"[^\W_]", chr(number))]
    index.executemany("INSERT INTO texts VALUES (?)", ((f"a{letter}b",) for letter in letters))
    parted = index.execute("SELECT doc FROM found WHERE term = 'b'").fetchall()
    index.close()
    return [letters[row - 1] for (row,) in parted]
