"""One reader floods the bot: do the others wait?

Run as `./run soak flood [--times SECONDS] [--rate N] [--database URL]`. The flooder's updates are brought to
the program's webhook, so many a second; five others write to it meanwhile, one every quarter of a second.
Exit code 1 when one of them waited two seconds, when an update was not taken, when fewer came than were to
come, or when memory grew.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from tests.web.hooks import HEADER, free_port, says
from tools.soak import issues, processes
from tools.soak.acting import People
from tools.soak.audit import copies_of
from tools.soak.local_telegram import FIRST_ID
from tools.soak.loop import TOKEN
from tools.soak.opened import Opened
from tools.soak.program import SECRET

FLOODER = FIRST_ID - 1
OTHERS = 5
STEP = 0.01
"""Seconds between two handfuls of updates."""

EVERY = 0.25
"""Seconds between two questions of the others."""

PATIENCE = 30.0
LONGEST_WAIT = 2.0
GROWTH = 20.0
"""MB that a flood may add once it runs: what is under way, and pages of the heap that come and go."""

ENOUGH = 0.95
"""What share of the rate has to have come."""


@dataclass(frozen=True, slots=True)
class Plan:
    database: str
    rate: int = 1_000
    seconds: float = 20.0


@dataclass(slots=True)
class Figures:
    """What came of a flood; `waits` are the others' seconds, `memory` the program's MB, second by second."""

    plan: Plan
    answers: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.answers.total() / self.seconds

    @property
    def growth(self) -> float:
        """By how much the most of the second half is above the most of the first."""
        half = len(self.memory) // 2
        return max(self.memory[half:]) - max(self.memory[:half])

    @property
    def is_sound(self) -> bool:
        came = set(self.answers) == {200} and self.rate >= ENOUGH * self.plan.rate
        return came and max(self.waits) < LONGEST_WAIT and self.growth < GROWTH

    def report(self) -> str:
        middle = median(self.waits)
        return (
            f"{self.answers.total()} updates of one reader in {self.seconds:.1f} s, "
            f"{self.rate:.0f} a second; answered {dict(self.answers)}.\n"
            f"{len(self.waits)} questions of others: {middle * 1000:.0f} ms at the median, "
            f"{max(self.waits) * 1000:.0f} ms at most.\n"
            f"Memory: {self.memory[0]:.1f} MB at first, {max(self.memory):.1f} at most, "
            f"{self.growth:+.1f} from the first half to the second.\n"
        )


class Flood(Opened):
    """`async with Flood(…) as flood`: a program with a webhook runs, and everyone has started it."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.figures = Figures(plan)
        self._plan = plan
        self._folder = folder
        self._log = folder / "program.log"
        self._port = free_port()
        self._numbers = count(1_000_000)
        self._people: People
        self._program: Process

    async def run(self) -> Figures:
        """Flood the program for so long. TimeoutError when one of the others is not answered at all."""
        await self._ask_something(FIRST_ID)
        over = asyncio.Event()
        others = asyncio.create_task(self._others(over))
        weighing = asyncio.create_task(self._weigh(over))
        await self._flood()
        over.set()
        await asyncio.gather(others, weighing)
        return self.figures

    async def _open(self) -> None:
        issues.write(self._folder / "content", 0)
        session = ClientSession(timeout=ClientTimeout(total=PATIENCE), connector=TCPConnector(limit=200))
        self._session = await self._stack.enter_async_context(session)
        crowd = ("--token", TOKEN, "--readers", str(OTHERS), "--latency", "0.05")
        telegram = await processes.spawn("tools.soak.local_telegram", *crowd, log=self._log)
        self._stack.push_async_callback(processes.kill, telegram)
        address = await processes.said(telegram)
        self._people = People(session, address, TOKEN)
        await self._start(address)
        async with asyncio.timeout(PATIENCE):
            while len(await copies_of(session, address, "")) < OTHERS:  # noqa: ASYNC110  # another process tells nobody
                await asyncio.sleep(STEP)

    async def _start(self, telegram: str) -> None:
        given = {
            "start": (issues.out_at(0) + timedelta(hours=1)).isoformat(),
            "database": self._plan.database,
            "content": str(self._folder / "content"),
            "telegram": telegram,
            "token": TOKEN,
            "spacing": "1.0",
            "webhook": str(self._port),
        }
        arguments = [part for name, value in given.items() for part in (f"--{name}", value)]
        program = await processes.spawn("tools.soak.weighed", *arguments, log=self._log, stdin=PIPE)
        self._program = program
        self._stack.push_async_callback(processes.kill, program)
        if not await processes.said(program):
            raise processes.EndedError(processes.tail(self._log))

    async def _flood(self) -> None:
        """Bring updates at an even pace; one that is not answered yet keeps no other waiting."""
        began, brought = time.monotonic(), 0
        under_way: set[asyncio.Task[None]] = set()
        while (elapsed := time.monotonic() - began) < self._plan.seconds:
            due = int(elapsed * self._plan.rate) - brought
            for _ in range(due):
                task = asyncio.create_task(self._bring(next(self._numbers)))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            brought += due
            await asyncio.sleep(STEP)
        await asyncio.gather(*under_way)
        self.figures.seconds = time.monotonic() - began

    async def _bring(self, number: int) -> None:
        url = f"http://127.0.0.1:{self._port}/telegram"
        update = says(number, "/help", FLOODER)
        async with self._session.post(url, json=update, headers={HEADER: SECRET}) as answer:
            self.figures.answers[answer.status] += 1

    async def _others(self, over: asyncio.Event) -> None:
        """Ask in turn; who has asked waits for her answer."""
        asking: set[asyncio.Task[None]] = set()
        for number in count():
            if over.is_set():
                break
            asking.add(asyncio.create_task(self._time_one(FIRST_ID + number % OTHERS)))
            await asyncio.sleep(EVERY)
        await asyncio.gather(*asking)

    async def _time_one(self, reader: int) -> None:
        self.figures.waits.append(await self._ask_something(reader))

    async def _ask_something(self, reader: int) -> float:
        """Let a reader write; return the seconds until she sees an answer."""
        began, before = time.monotonic(), await self._people.heard(reader)
        await self._people.write(reader, "/help")
        async with asyncio.timeout(PATIENCE):
            while await self._people.heard(reader) == before:  # noqa: ASYNC110  # another process tells nobody
                await asyncio.sleep(STEP)
        return time.monotonic() - began

    async def _weigh(self, over: asyncio.Event) -> None:
        while not over.is_set():
            self.figures.memory.append(float(await processes.ask(self._program, "now")))
            await asyncio.sleep(self._plan.seconds / 20)


async def run(given: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory(prefix="briefing-soak-") as name:
        database = given.database or f"sqlite+aiosqlite:///{Path(name) / 'bot.db'}"
        async with Flood(Plan(database, given.rate, given.times), Path(name)) as flood:
            figures = await flood.run()
        sys.stdout.write(figures.report())
        return figures.is_sound


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run soak flood")
    parser.add_argument("--times", type=float, default=20.0, metavar="SECONDS")
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--database", default="")
    if not asyncio.run(run(parser.parse_args())):
        sys.exit(1)


if __name__ == "__main__":
    main()
