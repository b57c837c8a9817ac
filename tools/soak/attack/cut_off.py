"""A process loses PostgreSQL with its readers' /stop in hand.

When it is healed it may not do again what they have taken back, nor tell them so.
"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from tools.soak.attack.harness.environment import Environment
from tools.soak.attack.harness.findings import Finding, all_of, at_most
from tools.soak.attack.harness.proxy import Proxy
from tools.soak.attack.harness.waiting import reached, sights
from tools.soak.attack.harness.webhook_client import WebhookClient

STOPPED = "SELECT count(*) FROM readers WHERE stopped_at IS NOT NULL"
DELAY_SECONDS = 0.03
"""How long each piece takes between the process and the database: its handlers are in the middle of it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """In seconds: `lease`, `cut`, `patience` for the other process to take over, and `after`, for how long
    the healed one is watched.
    """

    readers: int
    lease: int
    cut: float
    patience: float
    after: float


SMALL = Plan(readers=8, lease=5, cut=7.0, patience=20.0, after=4.0)
WHOLE = Plan(readers=40, lease=30, cut=45.0, patience=60.0, after=30.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """`answered`: whose /stop the other process took up; `undone`: who had taken it back there before the
    healing, `subscribed`: after it; `told`: whom the healed process still told something.
    """

    readers: int
    answered: int
    undone: int
    subscribed: int
    told: int

    def findings(self) -> list[Finding]:
        return [
            all_of("readers whose /stop another process took up", self.answered, self.readers),
            all_of("readers who took it back there", self.undone, self.readers),
            all_of("readers who are subscribed after the healing", self.subscribed, self.readers),
            at_most("readers whom the healed process told something", self.told, 0),
        ]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    async with (
        Proxy(database, DELAY_SECONDS) as proxy,
        Environment(database, folder, readers=plan.readers) as env,
    ):
        client = WebhookClient(env)
        cut_off = await client.program(plan.lease, proxy.url)
        other = await client.program(plan.lease)
        stops = [client.says(reader, "/stop") for reader in env.readers]
        began = time.monotonic()
        await client.strike(cut_off, stops, proxy.cut, other)
        answered = await reached(lambda: _answered(env), plan.readers, plan.patience)
        for reader in env.readers:
            if await env.crowd.buttons(reader):
                await client.bring(other, await client.tap(reader, -1))
        undone = await reached(lambda: _subscribed(env), plan.readers, plan.patience)
        await asyncio.sleep(max(0.0, began + plan.cut - time.monotonic()))
        before = await sights(env)
        proxy.mend()
        await asyncio.sleep(plan.after)
        told = await sights(env) - before
        return Figures(plan.readers, answered, undone, await _subscribed(env), len(told))


async def _answered(env: Environment) -> int:
    return sum([bool(await env.crowd.buttons(reader)) for reader in env.readers])


async def _subscribed(env: Environment) -> int:
    return len(env.readers) - await env.ask(STOPPED)
