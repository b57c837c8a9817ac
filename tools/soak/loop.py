"""Campaigns in a program that dies again and again."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout
from sqlalchemy import text

from bot.db.engine.session import Database
from bot.db.publishing import releases
from bot.db.publishing.releases import Release
from bot.domain.publishing.release import How
from tools.forking import ForkedProcess
from tools.soak import issues, processes
from tools.soak.audit import audit, copies_of, sends_since, states_of
from tools.soak.crash_points import CRASH_POINTS, FREEZE
from tools.soak.kill_figures import AT_RANDOM, Figures, Left, Plan
from tools.soak.local_telegram import FIRST_ID
from tools.soak.opened import Opened

TOKEN = "7200000:soak-token-of-no-bot-anywhere-at-all"  # a local Telegram takes any
PASSES = 12  # a crash point is hit up to so often before the death
CAMPAIGN_SECONDS = 600.0
TICK = 0.02
ANSWERED_SECONDS = 0.3
CLAIMED = "SELECT reader_id FROM deliveries WHERE state = 'sending'"
SENT = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
UNANSWERED = "SELECT count(*) FROM inbox WHERE handled_at IS NULL"
ENDED = "SELECT count(*) FROM campaigns WHERE key = :key AND state = 'ended'"


def deaths(times: int, chance: random.Random, plan: Plan) -> list[str]:
    """Return so many deaths: each named stage at least once, half of all at random moments."""
    if plan.politely or plan.sending:
        return [AT_RANDOM] * times
    rest = [
        chance.choice([*CRASH_POINTS, *[AT_RANDOM] * len(CRASH_POINTS)])
        for _ in range(times - len(CRASH_POINTS))
    ]
    return [*CRASH_POINTS, *rest][:times]


class Loop(Opened):
    """`async with Loop(…) as loop`: the local Telegram runs and everyone has started the bot."""

    def __init__(self, plan: Plan, folder: Path, deaths: Iterable[str], chance: random.Random) -> None:
        self.figures = Figures(plan)
        self._plan = plan
        self._content = folder / "content"
        self._log = folder / "program.log"
        self._database = Database(plan.database)
        self._deaths = deque(deaths)
        self._chance = chance
        self._readers = range(FIRST_ID, FIRST_ID + plan.readers)
        self._week = 0
        self._died: datetime | None = None
        self._latency = timedelta(seconds=plan.latency)

    async def _open(self) -> None:
        issues.write(self._content, 0)
        self._stack.push_async_callback(self._database.close)
        self._session = ClientSession(timeout=ClientTimeout(total=None))
        await self._stack.enter_async_context(self._session)
        crowd = ("--token", TOKEN, "--readers", str(self._plan.readers), "--latency", str(self._plan.latency))
        telegram = await processes.spawn_forked("tools.soak.local_telegram", *crowd, log=self._log)
        self._stack.push_async_callback(processes.stop, telegram)
        self._address = await processes.said(telegram)
        await self._everyone_starts()

    async def campaign(self) -> None:
        """Push the next issue to everyone, with one death after another, and audit it.

        A death that the campaign has outlived comes in a later one. TimeoutError when it does not end.
        """
        self._week += 1
        issues.write(self._content, self._week)
        await self._release()
        began = time.monotonic()
        async with asyncio.timeout(CAMPAIGN_SECONDS):
            while not await self._has_ended():
                stage = self._deaths[0] if self._deaths else ""
                await self._life(stage, time.monotonic() - began)
        await self._judge()

    async def _release(self) -> None:
        """Let this week's issue have been let go already: no life here is as long as its minute of quiet."""
        hour = issues.out_at(self._week)
        known = Release(issues.monday(self._week), hour, hour, released_at=hour, how=How.RULE)
        async with self._database.write() as session:
            await releases.add(session, known)

    async def _life(self, stage: str, elapsed: float) -> None:
        """Run the program until it dies as planned, or the campaign has ended."""
        inside = stage in CRASH_POINTS
        passes = 1 if stage == FREEZE else self._chance.randint(1, PASSES)
        process, self._died = await self._program(elapsed, f"{stage}:{passes}" if inside else ""), None
        death = asyncio.create_task(self._death(process, stage))
        try:
            while not death.done() and not await self._has_ended():  # noqa: ASYNC110  # another process tells nobody
                await asyncio.sleep(TICK)
            await self._record_end(process, stage)
        finally:
            death.cancel()
            await asyncio.gather(death, return_exceptions=True)
            await processes.kill(process)

    async def _death(self, process: ForkedProcess, stage: str) -> None:
        """Wait for the death from within, or bring the one from outside."""
        if stage == AT_RANDOM:
            if self._plan.sending:
                await self._it_sends()
            await asyncio.sleep(self._chance.uniform(0, self._plan.longest_life))
        else:
            await process.wait()
        if process.returncode is not None:
            return
        if self._plan.politely:
            await processes.said(process)
            self.figures.slowest_stop = max(self.figures.slowest_stop, await processes.stop(process))
        else:
            self._died = datetime.now(UTC)
            await processes.kill(process)

    async def _it_sends(self) -> None:
        """Wait until this program has sent something."""
        before = await self._ask(SENT)
        while await self._ask(SENT) <= before:  # noqa: ASYNC110  # another process tells nobody
            await asyncio.sleep(TICK)

    async def _record_end(self, process: ForkedProcess, stage: str) -> None:
        """Note how it ended; one that outlived its campaign is stopped in good order."""
        if process.returncode is None:
            await processes.stop(process)
        elif process.returncode not in (-9, 0) or not stage:
            raise processes.EndedError(processes.tail(self._log))
        else:
            self.figures.deaths[stage] += 1
            self._deaths.popleft()
            await self._note(stage)
            if self._plan.hasty and self._database.is_shared:  # a file's lock ends with its holder
                await self._end_lease()

    async def _note(self, stage: str) -> None:
        """Note what a death has left, once the local Telegram has answered all that was under way."""
        died = self._died or datetime.now(UTC)
        await asyncio.sleep(self._plan.latency + ANSWERED_SECONDS)
        async with self._database.read() as session:
            claimed = list((await session.execute(text(CLAIMED))).scalars())
        copies = await copies_of(self._session, self._address, issues.marker(self._week))
        under_way = await sends_since(self._session, self._address, died - self._latency)
        if claimed or under_way:
            arrived = sum(copies[reader] > 0 for reader in claimed)
            self.figures.left.append(Left(stage, len(claimed), arrived, under_way))

    async def _program(self, elapsed: float, kill_at: str) -> ForkedProcess:
        start = issues.out_at(self._week) + timedelta(seconds=1 + elapsed)
        if self._week == 0:
            start -= timedelta(hours=1)
        given = {
            "start": start.isoformat(),
            "database": self._plan.database,
            "content": str(self._content),
            "telegram": self._address,
            "token": TOKEN,
            "rate": str(self._plan.rate),
            "window": str(self._plan.window),
            "lease": str(self._plan.lease),
        }
        arguments = [part for name, value in given.items() for part in (f"--{name}", value)]
        return await processes.spawn_forked("tools.soak.program", *arguments, log=self._log, kill_at=kill_at)

    async def _everyone_starts(self) -> None:
        """Let everyone's /start be handled, before the first issue is out: what is answered later would count
        as a copy of a later issue.
        """
        process = await self._program(0.0, "")
        try:
            async with asyncio.timeout(CAMPAIGN_SECONDS):
                while await self._some_wait():
                    if process.returncode is not None:
                        raise processes.EndedError(processes.tail(self._log))
                    await asyncio.sleep(0.5)
            await processes.stop(process)
        finally:
            await processes.kill(process)

    async def _some_wait(self) -> bool:
        greeted = await copies_of(self._session, self._address, "")
        return len(greeted) < self._plan.readers or bool(await self._ask(UNANSWERED))

    async def _judge(self) -> None:
        key, marker = str(issues.monday(self._week)), issues.marker(self._week)
        copies = await copies_of(self._session, self._address, marker)
        audited = audit(copies, await states_of(self._database, key), self._readers)
        figures = self.figures
        figures.campaigns += 1
        figures.copies += copies.total()
        figures.lost += len(audited.lost)
        figures.twice += len(audited.twice)
        figures.unknown += audited.unknown
        figures.arrived += audited.arrived

    async def _end_lease(self) -> None:
        async with self._database.write() as session:
            await session.execute(text("UPDATE leases SET until = 0"))

    async def _has_ended(self) -> bool:
        return bool(await self._ask(ENDED, key=str(issues.monday(self._week))))

    async def _ask(self, query: str, **values: object) -> int:
        async with self._database.read() as session:
            return int((await session.execute(text(query), values)).scalar_one())
