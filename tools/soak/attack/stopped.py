"""A process is stopped (SIGSTOP) with taps in hand.

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
from tools.soak.attack.harness.environment import Environment, Running
from tools.soak.attack.harness.findings import Finding, all_of, at_most
from tools.soak.attack.harness.proxy import Proxy
from tools.soak.attack.harness.waiting import reached, sights
from tools.soak.attack.harness.webhook_client import WebhookClient

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
        Environment(database, folder, readers=plan.readers) as env,
    ):
        client = WebhookClient(env)
        first = await client.program(plan.lease, proxy.url, start=MONDAY)
        other = await client.program(plan.lease, start=MONDAY)
        page_turners, asking = list(env.readers)[::2], list(env.readers)[1::2]
        await _open_pages(env, client, other, page_turners)
        updates = [await client.tap(reader, 0, PAGE) for reader in page_turners]
        updates += [client.says(reader, "/help") for reader in asking]
        before, began = await sights(env), time.monotonic()
        await client.strike(first, updates, lambda: first.send(signal.SIGSTOP), other)
        served = await reached(lambda: _served(env, before), plan.readers, plan.patience)
        await _read_on(env, client, other, page_turners)
        await asyncio.sleep(max(1.0, began + plan.stopped - time.monotonic()))
        pages, before = await _pages(env, page_turners), await sights(env)
        first.send(signal.SIGCONT)
        await asyncio.sleep(plan.after)
        after = await _pages(env, page_turners)
        again = await sights(env) - before
        turned = sum(after[reader] != page for reader, page in pages.items())
        return Figures(plan.readers, served, turned, sum(again[reader] > 0 for reader in asking))


async def _open_pages(
    env: Environment, client: WebhookClient, running: Running, readers: Sequence[int]
) -> None:
    for reader in readers:
        await client.bring(running, client.says(reader, "/latest"))
    await reached(lambda: _with_pages(env, readers), len(readers), PATIENCE)


async def _read_on(env: Environment, client: WebhookClient, running: Running, readers: Sequence[int]) -> None:
    """Let each turn her page once more, and wait until she sees it."""
    before, pages = await sights(env), await _pages(env, readers)
    for reader in readers:
        if pages[reader]:
            await client.bring(running, await client.tap(reader, -1, PAGE))
    await reached(lambda: _served(env, before), len(readers), PATIENCE)


async def _served(env: Environment, before: Counter[int]) -> int:
    """Return how many have seen something new or changed since then."""
    return len(await sights(env) - before)


async def _with_pages(env: Environment, readers: Sequence[int]) -> int:
    return sum(map(bool, (await _pages(env, readers)).values()))


async def _pages(env: Environment, readers: Sequence[int]) -> dict[int, str]:
    """Return the words of the newest message that each of them has from the bot."""
    seen = {reader: await env.crowd.sees(reader) for reader in readers}
    return {reader: bubbles[-1].text if bubbles else "" for reader, bubbles in seen.items()}
