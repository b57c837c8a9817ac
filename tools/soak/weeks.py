"""Weeks of a bot's life, pressed into seconds each."""

import asyncio
import random
import shutil
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from sqlalchemy import text

from bot.db.engine.session import Database
from bot.db.operations import stats
from tools.soak import issues, processes
from tools.soak.acting import People
from tools.soak.audit import copies_of
from tools.soak.local_telegram import FIRST_ID
from tools.soak.loop import TOKEN
from tools.soak.opened import Opened

WEEK_SECONDS = 120.0
TICK = 0.05
ENDED = "SELECT count(*) FROM campaigns WHERE state = 'ended'"
WORDS = ("/latest", "/search short", "/archive", "/sections", "/topstory", "/settings", "/nobody")
TURN = "p:"
"""What the data of a button begins with that turns to a page."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`active` of the `readers` do something each week; the folder keeps the last `issues`."""

    database: str
    readers: int = 400
    active: int = 40
    issues: int = 8
    rate: int = 500
    window: int = 50
    trace: bool = False
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Weight:
    """What the program had in memory at the end of a week: MB; `seconds` is since the first week began."""

    week: int
    seconds: float
    memory: float


class Weeks(Opened):
    """`async with Weeks(…) as weeks`: everyone has started the bot, and no issue is out."""

    def __init__(self, plan: Plan, folder: Path, chance: random.Random) -> None:
        self.people: People
        self._plan = plan
        self._content = folder / "content"
        self._log = folder / "program.log"
        self._database = Database(plan.database)
        self._chance = chance
        self._readers = range(FIRST_ID, FIRST_ID + plan.readers)
        self._week = -1
        self._program: Process

    async def week(self) -> Weight:
        """Live through the next week, from its push to the Sunday after it. TimeoutError after 2 minutes."""
        self._week += 1
        async with asyncio.timeout(WEEK_SECONDS):
            await self._publish()
            await self._announce()
            await self._read()
            for day in range(1, 7):
                await self._move(timedelta(days=day))
                await self.ask("purge")
            memory = float(await self.ask("weigh"))
        return Weight(self._week, time.monotonic() - self._began, memory)

    async def holds(self) -> Counter[str]:
        return Counter(await self.ask("hold"))

    async def traced(self) -> Counter[str]:
        return Counter(await self.ask("trace"))

    async def ask(self, what: str, **more: str) -> Any:
        """Ask the program. EndedError when it is no more, TimeoutError."""
        try:
            return await processes.ask(self._program, what, **more)
        except processes.EndedError:
            raise processes.EndedError(processes.tail(self._log)) from None

    async def wait_until_handled(self) -> None:
        """Wait until everything that was written and tapped so far has been handled."""
        await self._until(self._all_handled)

    async def _open(self) -> None:
        issues.write(self._content, 0)
        self._stack.push_async_callback(self._database.close)
        session = ClientSession(timeout=ClientTimeout(total=None))
        await self._stack.enter_async_context(session)
        crowd = ("--token", TOKEN, "--readers", str(self._plan.readers), "--latency", "0.01")
        telegram = await processes.spawn("tools.soak.local_telegram", *crowd, log=self._log)
        self._stack.push_async_callback(processes.kill, telegram)
        address = await processes.said(telegram)
        self.people = People(session, address, TOKEN)
        await self._start(address)
        async with asyncio.timeout(WEEK_SECONDS):
            await self._until(self._has_everyone(session, address))
        self._began = time.monotonic()

    async def _start(self, telegram: str) -> None:
        plan = self._plan
        given = {
            "start": (issues.out_at(0) - timedelta(hours=1)).isoformat(),
            "database": plan.database,
            "content": str(self._content),
            "telegram": telegram,
            "token": TOKEN,
            "admins": str(FIRST_ID),
            "rate": str(plan.rate),
            "window": str(plan.window),
            "spacing": str(plan.spacing),
        }
        arguments = [part for name, value in given.items() for part in (f"--{name}", value)]
        trace = ["--trace"] if plan.trace else []
        program = await processes.spawn(
            "tools.soak.weighed", *arguments, *trace, log=self._log, stdin=PIPE, limit=2**24
        )
        self._program = program
        self._stack.push_async_callback(processes.kill, program)
        if not await processes.said(program):
            raise processes.EndedError(processes.tail(self._log))

    async def _publish(self) -> None:
        """Everyone gets the issue; the next one comes into the folder, and an old one leaves it."""
        await self._move(timedelta(seconds=1))
        await self._until(self._have_ended(2 * self._week + 1))
        issues.write(self._content, self._week + 1)
        if self._week >= self._plan.issues:
            shutil.rmtree(self._content / str(issues.monday(self._week - self._plan.issues)))

    async def _announce(self) -> None:
        admin = FIRST_ID
        await self.people.write(admin, f"/broadcast Announcement {self._week}")
        for label in ("One text for everybody", "Everyone", "Confirm"):
            await self.people.tap(admin, label)
        await self.wait_until_handled()
        await self._move(timedelta(minutes=5))
        await self._until(self._have_ended(2 * self._week + 2))

    async def _read(self) -> None:
        """Some readers write commands, look for words, and turn pages."""
        active = self._chance.sample(self._readers, self._plan.active)
        await asyncio.gather(*(self.people.write(reader, *WORDS) for reader in active))
        await self.wait_until_handled()
        await asyncio.gather(*(self._turn(reader) for reader in active))
        await self.wait_until_handled()

    async def _turn(self, reader: int) -> None:
        turns = [button for button in (await self.people.buttons(reader))[-40:] if button[2].startswith(TURN)]
        for message_id, _, data in self._chance.sample(turns, min(2, len(turns))):
            await self.people.press(reader, message_id, data)

    async def _move(self, after: timedelta) -> None:
        """Move the program's clock to so long after this week's issue is out."""
        await self.ask("move", to=(issues.out_at(self._week) + after).isoformat())

    async def _until(self, has_come: Callable[[], Awaitable[bool]]) -> None:
        while not await has_come():
            if self._program.returncode is not None:
                raise processes.EndedError(processes.tail(self._log))
            await asyncio.sleep(TICK)

    async def _all_handled(self) -> bool:
        if await self.people.untaken():
            return False
        async with self._database.read() as session:
            return await stats.waiting(session) == 0

    def _has_everyone(self, session: ClientSession, telegram: str) -> Callable[[], Awaitable[bool]]:
        async def has_everyone() -> bool:
            return len(await copies_of(session, telegram, "")) >= self._plan.readers

        return has_everyone

    def _have_ended(self, count: int) -> Callable[[], Awaitable[bool]]:
        async def have_ended() -> bool:
            async with self._database.read() as session:
                return int((await session.execute(text(ENDED))).scalar_one()) >= count

        return have_ended
