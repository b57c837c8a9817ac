"""Careless editors, wrong clocks and deaths around an issue's hour."""

import asyncio
import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.databases import migrate
from tests.waiting import until
from tests.world import World, data, sample, since, words
from tools.soak.attack.harness.findings import Finding, all_of, at_most
from tools.soak.attack.scenes import SMALL, WHOLE, Deed, EditedIssue, Scene

__all__ = ["SMALL", "WHOLE", "play"]

FIRST = datetime(2025, 12, 29, 10, 0, tzinfo=UTC)
"""The hour of the first issue that is played."""

READERS = 6
MARGIN = 3
"""So many seconds before its moment nothing of an issue is to be seen; so many after it all is there."""

TRUE_SECONDS = 8.0
"""So long, of real time, what admins are told may take to become true: edits rest in between."""

DOORS = ("/latest", "/start", "/topstory", "/sections", "/archive", "/search findme", "/politics")
HOUR_TOLD = re.compile(r"by itself at (\d\d:\d\d:\d\d)\.")


@dataclass
class Figures:
    """Counted over all scenes; `late`: names of those that did not go at their moment."""

    scenes: int = 0
    on_time: int = 0
    copies: int = 0
    right: int = 0
    second: int = 0
    leaks: int = 0
    asked: int = 0
    untrue: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)

    def findings(self) -> list[Finding]:
        names = f" ({'; '.join(self.wrong)})" if self.wrong else ""
        return [
            all_of(f"issues that went at their moment{names}", self.on_time, self.scenes),
            all_of("copies in the right words", self.right, self.copies),
            at_most("readers with a second copy", self.second, 0),
            at_most(f"answers with words held back ({self.asked} asked)", self.leaks, 0),
            at_most("hours told to admins that were not true", self.untrue, 0),
            at_most("readers who lost what was out", self.lost, 0),
        ]


async def play(scenes: Iterable[Scene], database: str, folder: Path) -> Figures:
    content, memory = folder / "content", folder / "memory"
    sample(content)
    memory.mkdir()
    await migrate(f"sqlite+aiosqlite:///{memory / 'bot.db'}")
    del database  # a world's own lies beside its key
    figures = Figures()
    async with World(content, memory, FIRST - timedelta(days=1), public_url="https://post.example") as world:
        stage = Stage(world, figures)
        await stage.open()
        for number, scene in enumerate(scenes):
            await stage.play(scene, number)
    return figures


class Stage:
    def __init__(self, world: World, figures: Figures) -> None:
        self._world = world
        self._figures = figures
        self._readers = [
            world.person(5_000_000_100 + number, ("en", "es")[number % 2], f"R{number}")
            for number in range(READERS)
        ]
        self._askers = [
            world.person(5_000_000_200 + number, "en", f"A{number}") for number in range(len(DOORS))
        ]
        self._ada = world.admin()
        self._turn = 0
        self._hour = FIRST

    async def open(self) -> None:
        for person in (*self._readers, *self._askers, self._ada):
            person.writes("/start")
        await self._world.wait_until_idle()

    async def play(self, scene: Scene, number: int) -> None:
        world, figures = self._world, self._figures
        self._hour = FIRST + timedelta(weeks=number)
        issue = EditedIssue(world, number, self._hour.date())
        world.clock.move_to(self._hour - timedelta(hours=3))
        if not scene.fresh:
            issue.save("en", 1)
            issue.save("es", 1)
        await world.reload()
        for second, deed in scene.deeds:
            await self._do(second, deed, issue)
            await self._ask(issue, scene)
        await self._until(scene.goes - MARGIN)
        await self._ask(issue, scene)
        await self._hears_the_truth(issue, scene)
        early = self._copies(issue)
        await self._until(scene.goes + MARGIN)
        went = await self._goes(issue) and not early
        figures.scenes += 1
        figures.on_time += went
        if not went:
            figures.wrong.append(scene.name)
        for second, deed in scene.after:
            await self._do(second, deed, issue)
            await asyncio.sleep(0.3)
            await world.reload()
        await world.wait_until_idle()
        await self._count(issue, scene)

    async def _do(self, second: int, deed: Deed, issue: EditedIssue) -> None:
        await self._until(second)
        done = deed(issue)
        if inspect.isawaitable(done):
            await done
        await self._world.reload()

    async def _until(self, second: int) -> None:
        """Let it be so many seconds after the hour, and the program look."""
        moment = self._hour + timedelta(seconds=second)
        if moment > self._world.clock.now():
            self._world.clock.move_to(moment)
        await self._world.reload()

    async def _ask(self, issue: EditedIssue, scene: Scene) -> None:
        """Let somebody ask at each door, while the issue is held back; count what is shown of it."""
        if scene.out is not None and self._world.clock.now() >= self._hour + timedelta(seconds=scene.out):
            return
        before = {
            asker.id: max((bubble.message_id for bubble in asker.sees), default=0) for asker in self._askers
        }
        self._turn += 1
        for number, door in enumerate(DOORS):
            self._askers[(number + self._turn) % len(DOORS)].writes(door)
        await self._world.wait_until_idle()
        shown = [words(bubble) for asker in self._askers for bubble in since(asker, before[asker.id])]
        shown += [(await self._world.web(path)).text for path in ("/", f"/i/{issue.day}/en")]
        self._figures.asked += len(shown)
        self._figures.leaks += sum(issue.marker in text for text in shown)

    async def _hears_the_truth(self, issue: EditedIssue, scene: Scene) -> None:
        """Count an hour told in a question that stands and is not the one at which the issue goes."""
        local = self._hour + timedelta(seconds=scene.goes) - timedelta(hours=3)
        told = {f"{local + timedelta(seconds=seconds):%H:%M:%S}" for seconds in (-1, 0, 1, 2)}

        def is_true() -> bool:
            asked = [
                bubble.text
                for bubble in self._ada.sees
                if any(f"issue:send:{issue.day}" in payload for payload in data(bubble).values())
            ]
            told_hour = HOUR_TOLD.search(asked[-1]) if asked else None
            return told_hour is None or told_hour[1] in told

        try:
            await until(is_true, TRUE_SECONDS)
        except TimeoutError:
            self._figures.untrue += 1

    async def _goes(self, issue: EditedIssue) -> bool:
        people = (*self._readers, *self._askers)
        try:
            await until(lambda: len(self._copies(issue)) >= len(people), 10.0)
        except TimeoutError:
            return False
        return True

    def _copies(self, issue: EditedIssue) -> list[tuple[int, str]]:
        return [
            (person.id, bubble.text)
            for person in (*self._readers, *self._askers)
            for bubble in person.sees
            if bubble.from_bot and issue.marker in bubble.text
        ]

    async def _count(self, issue: EditedIssue, scene: Scene) -> None:
        figures, copies = self._figures, self._copies(issue)
        for number, person in enumerate((*self._readers, *self._askers)):
            mine = [text for reader, text in copies if reader == person.id]
            is_spanish = number < READERS and number % 2 == 1
            figures.copies += 1
            figures.right += mine[:1] != [] and f"{issue.marker}{scene.words[is_spanish]}" in mine[0]
            figures.second += len(mine) > 1
        asker = self._askers[self._turn % len(DOORS)]
        figures.lost += issue.marker not in (await self._world.ask(asker, "/latest")).text
