"""Many accounts write all the time while a push runs.

In the end each of them writes /stop, and goes on writing.
"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from tools.soak import issues
from tools.soak.attack.harness.calls import Watch, slowest
from tools.soak.attack.harness.environment import Environment, Running
from tools.soak.attack.harness.findings import Finding, all_of, at_least, at_most
from tools.soak.attack.harness.people import longest_wait, together
from tools.soak.attack.harness.waiting import reached

FLOOR = 0.2
"""What share of its rate a push keeps."""

LONGEST_WAIT = 3.0
SPAN_SECONDS = 4.0
BYSTANDERS = 30
"""Who ask in turn: each of them seldom, as readers do."""

STOPPED = "SELECT count(*) FROM readers WHERE stopped_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Plan:
    """Each of the `flooders` writes so often `a_second`; all together bring more than the `ceiling`, the
    messages a second that Telegram takes. The push runs for so many `seconds`; `patience` is for the stops.
    """

    flooders: int
    ceiling: int
    rate: int
    seconds: float
    warm_up: float
    patience: float
    a_second: float = 1.5


SMALL = Plan(flooders=30, ceiling=8, rate=6, seconds=5.0, warm_up=6.0, patience=40.0)
FORTY = Plan(flooders=40, ceiling=30, rate=25, seconds=60.0, warm_up=5.0, patience=120.0)
MANY = Plan(flooders=300, ceiling=30, rate=25, seconds=60.0, warm_up=10.0, patience=240.0, a_second=0.4)


@dataclass(frozen=True, slots=True)
class Figures:
    """`slowest_share`: of the push's rate, in any few seconds; `stopped` of the `flooders`."""

    slowest_share: float
    longest_wait: float
    stopped: int
    flooders: int

    def findings(self) -> list[Finding]:
        share = f"share of its rate that the push kept in any {SPAN_SECONDS:.0f} s"
        return [
            at_least(share, self.slowest_share, FLOOR),
            at_most("longest wait of who writes now and then", self.longest_wait, LONGEST_WAIT, " s"),
            all_of(f"of {self.flooders} flooders whose /stop took effect", self.stopped, self.flooders),
        ]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    readers = int(plan.rate * plan.seconds) + plan.rate  # it is not to end before the attack does
    people = plan.flooders + BYSTANDERS
    async with Environment(database, folder, readers=readers, people=people) as env:
        program = await env.program(rate=plan.rate, window=8, ceiling=plan.ceiling, unpaid=True, spacing=1.0)
        await env.crowd.asks(env.others[-1], "/start")  # it polls
        flooders = env.others[: plan.flooders]
        async with together(_flood(env, person, plan.a_second) for person in flooders):
            await asyncio.sleep(plan.warm_up)
            share, longest = await _measure(env, program, plan)
            await asyncio.gather(*(env.crowd.say(person, "/stop") for person in flooders))
            stopped = await reached(lambda: env.ask(STOPPED), plan.flooders, plan.patience)
        return Figures(share, longest, stopped, plan.flooders)


async def _measure(env: Environment, program: Running, plan: Plan) -> tuple[float, float]:
    """Return the push's slowest span, as a share of its rate, and the longest wait of a bystander."""
    async with Watch(env.session, env.telegram) as watch:
        await program.move(issues.out_at(0))
        began = time.time()
        longest = await longest_wait(env.crowd, env.others[plan.flooders :], plan.seconds)
        await watch.read()
    ended = began + plan.seconds
    return slowest(watch.copies(issues.marker(0)), began + 1.0, ended, SPAN_SECONDS) / plan.rate, longest


async def _flood(env: Environment, person: int, a_second: float) -> None:
    while True:
        await env.crowd.say(person, "/help")
        await asyncio.sleep(1 / a_second)
