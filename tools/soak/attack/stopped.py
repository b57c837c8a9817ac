"""A process is stopped (SIGSTOP) with taps and commands in hand; its readers go on at another one.

When it goes on it may not turn their pages back, nor answer again what has been answered.
"""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.world import MONDAY, sample
from tools.soak.attack.findings import Finding, all_of, at_most
from tools.soak.attack.ground import Ground, Running
from tools.soak.attack.hands import Hands
from tools.soak.attack.proxy import Proxy
from tools.soak.attack.waiting import reached, sights

DELAY_SECONDS = 0.03
PATIENCE = 20.0
PAGE = "p:"
"""What the data of a button begins with that turns to a page."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Half of the readers turn a page, the others write a command. In seconds: `lease`, how long the process
    is `stopped`, `patience` for the other one to take over, and `after`, for how long the first is watched.
    """

    readers: int
    lease: int
    stopped: float
    patience: float
    after: float


SMALL = Plan(readers=8, lease=5, stopped=7.0, patience=25.0, after=4.0)
WHOLE = Plan(readers=40, lease=30, stopped=45.0, patience=60.0, after=20.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """`served`: by the other process; after that the first one turned pages back, and answered again."""

    readers: int
    served: int
    turned_back: int
    answered_again: int

    def findings(self) -> list[Finding]:
        return [
            all_of("readers whom another process served", self.served, self.readers),
            at_most("pages turned without a tap", self.turned_back, 0),
            at_most("readers who got an old answer again", self.answered_again, 0),
        ]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    sample(folder / "content")
    async with (
        Proxy(database, DELAY_SECONDS) as proxy,
        Ground(database, folder, readers=plan.readers) as ground,
    ):
        hands = Hands(ground)
        first = await hands.program(plan.lease, proxy.url, start=MONDAY)
        other = await hands.program(plan.lease, start=MONDAY)
        turning, asking = list(ground.readers)[::2], list(ground.readers)[1::2]
        await _open_pages(ground, hands, other, turning)
        updates = [await hands.tap(reader, 0, PAGE) for reader in turning]
        updates += [hands.says(reader, "/help") for reader in asking]
        before, began = await sights(ground), time.monotonic()
        await hands.strike(first, updates, lambda: first.send(signal.SIGSTOP), other)
        served = await reached(lambda: _served(ground, before), plan.readers, plan.patience)
        await _read_on(ground, hands, other, turning)
        await asyncio.sleep(max(1.0, began + plan.stopped - time.monotonic()))
        pages, before = await _pages(ground, turning), await sights(ground)
        first.send(signal.SIGCONT)
        await asyncio.sleep(plan.after)
        after = await _pages(ground, turning)
        again = await sights(ground) - before
        turned = sum(after[reader] != page for reader, page in pages.items())
        return Figures(plan.readers, served, turned, sum(again[reader] > 0 for reader in asking))


async def _open_pages(ground: Ground, hands: Hands, running: Running, readers: Sequence[int]) -> None:
    for reader in readers:
        await hands.bring(running, hands.says(reader, "/latest"))
    await reached(lambda: _with_pages(ground, readers), len(readers), PATIENCE)


async def _read_on(ground: Ground, hands: Hands, running: Running, readers: Sequence[int]) -> None:
    """Let each turn her page once more, and wait until she sees it."""
    before, pages = await sights(ground), await _pages(ground, readers)
    for reader in readers:
        if pages[reader]:
            await hands.bring(running, await hands.tap(reader, -1, PAGE))
    await reached(lambda: _served(ground, before), len(readers), PATIENCE)


async def _served(ground: Ground, before: Counter[int]) -> int:
    """Return how many have seen something new or changed since then."""
    return len(await sights(ground) - before)


async def _with_pages(ground: Ground, readers: Sequence[int]) -> int:
    return sum(map(bool, (await _pages(ground, readers)).values()))


async def _pages(ground: Ground, readers: Sequence[int]) -> dict[int, str]:
    """Return the words of the newest message that each of them has from the bot."""
    seen = {reader: await ground.crowd.sees(reader) for reader in readers}
    return {reader: found[-1].text if found else "" for reader, found in seen.items()}
