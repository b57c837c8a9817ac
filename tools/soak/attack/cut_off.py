"""A process is cut off from PostgreSQL with its readers' /stop in hand; they press Undo at another one.

When it is healed it may not do again what they have taken back, nor tell them so.
"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from tools.soak.attack.findings import Finding, all_of, at_most
from tools.soak.attack.ground import Ground
from tools.soak.attack.hands import Hands
from tools.soak.attack.proxy import Proxy
from tools.soak.attack.waiting import reached, sights

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
        Ground(database, folder, readers=plan.readers) as ground,
    ):
        hands = Hands(ground)
        cut_off = await hands.program(plan.lease, proxy.url)
        other = await hands.program(plan.lease)
        stops = [hands.says(reader, "/stop") for reader in ground.readers]
        began = time.monotonic()
        await hands.strike(cut_off, stops, proxy.cut, other)
        answered = await reached(lambda: _answered(ground), plan.readers, plan.patience)
        for reader in ground.readers:
            if await ground.crowd.buttons(reader):
                await hands.bring(other, await hands.tap(reader, -1))
        undone = await reached(lambda: _subscribed(ground), plan.readers, plan.patience)
        await asyncio.sleep(max(0.0, began + plan.cut - time.monotonic()))
        before = await sights(ground)
        proxy.mend()
        await asyncio.sleep(plan.after)
        told = await sights(ground) - before
        return Figures(plan.readers, answered, undone, await _subscribed(ground), len(told))


async def _answered(ground: Ground) -> int:
    return sum([bool(await ground.crowd.buttons(reader)) for reader in ground.readers])


async def _subscribed(ground: Ground) -> int:
    return len(ground.readers) - await ground.ask(STOPPED)
