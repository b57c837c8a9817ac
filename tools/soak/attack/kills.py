"""kill -9 in a push: who is left unknown?"""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from tools.soak import issues, processes
from tools.soak.attack.harness.calls import Watch
from tools.soak.attack.harness.environment import START, Environment, Running
from tools.soak.attack.harness.findings import Finding, at_least, at_most
from tools.soak.audit import Audit, audit, copies_of, states_of

CLAIMED = "SELECT reader_id FROM deliveries WHERE state = 'sending'"
ENDED = "SELECT count(*) FROM campaigns WHERE state = 'ended'"
END_LEASE = "UPDATE leases SET until = 0"
ARRIVED = 0.9
"""What share of the unknown had arrived."""

PATIENCE = 60.0
LOOK_SECONDS = 0.1
ARRIVAL_SECONDS = 0.3
"""In this time what was on its way arrives."""

SEED = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """A life lasts so many seconds at most from when the push goes on; `latency` is in seconds."""

    kills: int
    readers: int
    rate: int = 25
    window: int = 8
    latency: float = 0.12
    longest_life: float = 2.5


SMALL = Plan(kills=2, readers=70, longest_life=1.2)
WHOLE = Plan(kills=5, readers=400)


@dataclass(frozen=True, slots=True)
class Died:
    """Who was claimed when a program died, and how many of them had got their copy."""

    claimed: int
    arrived: int


@dataclass(frozen=True, slots=True)
class Figures:
    plan: Plan
    deaths: list[Died]
    audit: Audit

    def findings(self) -> list[Finding]:
        plan, claimed = self.plan, sum(death.claimed for death in self.deaths)
        missing = claimed - sum(death.arrived for death in self.deaths)
        at_once = int(min(plan.window, plan.rate * plan.latency) + 1)
        most = max((death.claimed for death in self.deaths), default=0)
        return [
            at_least("kills in the middle of a push", len(self.deaths), plan.kills),
            at_most("most left unknown by one kill", most, at_once),
            at_most(f"of {claimed} unknown had not arrived", missing, max(1.0, (1 - ARRIVED) * claimed)),
            at_most("readers who got nothing, and no word about it", len(self.audit.lost), 0),
            at_most("readers who got it twice", len(self.audit.twice), 0),
        ]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    chance = random.Random(SEED)  # noqa: S311  # chance, not secrecy
    deaths: list[Died] = []
    async with (
        Environment(database, folder, readers=plan.readers, latency=plan.latency) as env,
        Watch(env.session, env.telegram) as watch,
    ):
        running = await _start(env, plan, START)
        await running.move(issues.out_at(0))
        while len(deaths) < plan.kills and await _goes_on(env, watch):
            await asyncio.sleep(chance.uniform(0.1, plan.longest_life))
            deaths.append(await _kill(env, running, watch))
            running = await _start(env, plan, issues.out_at(0))
        await _until_ended(env)
        copies = await copies_of(env.session, env.telegram, issues.marker(0))
        states = await states_of(env.database, str(issues.monday(0)))
        return Figures(plan, deaths, audit(copies, states, env.readers))


async def _start(env: Environment, plan: Plan, start: datetime) -> Running:
    return await env.program(start=start, rate=plan.rate, window=plan.window, unpaid=True)


async def _goes_on(env: Environment, watch: Watch) -> bool:
    """Wait until copies go out; False when the push has ended instead. TimeoutError."""
    before = watch.readers(issues.marker(0)).total()
    async with asyncio.timeout(PATIENCE):
        while watch.readers(issues.marker(0)).total() == before:
            if await env.ask(ENDED):
                return False
            await asyncio.sleep(LOOK_SECONDS)
    return True


async def _kill(env: Environment, running: Running, watch: Watch) -> Died:
    await processes.kill(running.process)
    await asyncio.sleep(ARRIVAL_SECONDS)
    await watch.read()
    async with env.database.read() as session:
        claimed = (await session.execute(text(CLAIMED))).scalars().all()
    if env.database.is_shared:  # how long a lease lasts is not asked here
        async with env.database.write() as session:
            await session.execute(text(END_LEASE))
    copies = watch.readers(issues.marker(0))
    return Died(len(claimed), sum(copies[reader] > 0 for reader in claimed))


async def _until_ended(env: Environment) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await env.ask(ENDED):  # noqa: ASYNC110  # another process tells nobody
            await asyncio.sleep(LOOK_SECONDS)
