"""kill -9 of the leader in a push: how long a gap?"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.soak import issues, processes
from tools.soak.attack.harness.calls import Watch, longest_gap
from tools.soak.attack.harness.environment import Environment
from tools.soak.attack.harness.findings import Finding, at_least, at_most
from tools.soak.attack.harness.waiting import reached

GOES_ON_SECONDS = 5.0
POLL_SECONDS = 30
"""How long a question for updates stays open, as in life: the one who dies leaves it so."""


@dataclass(frozen=True, slots=True)
class Plan:
    """In seconds: `lease`, and for how long after the death it is `watched`."""

    lease: int
    watched: float
    rate: int = 25
    before: int = 20

    @property
    def readers(self) -> int:
        """More than get their copies before the death and while it is watched."""
        return self.before + int(self.rate * (self.watched + 2))


SMALL = Plan(lease=20, watched=6.5)
WHOLE = Plan(lease=30, watched=40.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """`sent`: copies before the death; `gap`: the longest time without one since; `waited`: for an answer."""

    sent: int
    gap: float
    waited: float

    def findings(self) -> list[Finding]:
        return [
            at_least("copies before the death", self.sent, 1),
            at_most("the push stood still after the death for", self.gap, GOES_ON_SECONDS, " s"),
            at_most("who asked then waited", self.waited, GOES_ON_SECONDS, " s"),
        ]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    async with Environment(database, folder, readers=plan.readers, latency=0.05) as env:
        given: dict[str, Any] = {"rate": plan.rate, "lease": plan.lease, "poll": POLL_SECONDS}
        leader = await env.program(**given)
        other = await env.program(**given)
        async with Watch(env.session, env.telegram) as watch:
            for running in (leader, other):
                await running.move(issues.out_at(0))
            sent = await reached(lambda: _sent(watch), plan.before, plan.watched)
            await processes.kill(leader.process)
            died = time.time()
            waited = await env.crowd.wait(env.others[0], "/help", plan.watched)
            await asyncio.sleep(max(0.0, died + plan.watched - time.time()))
            await watch.read()
        gap = longest_gap(watch.copies(issues.marker(0)), died, died + plan.watched)
        return Figures(sent, gap, waited)


async def _sent(watch: Watch) -> int:
    return len(watch.copies(issues.marker(0)))
