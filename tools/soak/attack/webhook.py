"""Somebody sets another webhook while the program polls."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.soak.attack.harness.environment import Environment, Running
from tools.soak.attack.harness.findings import Finding, all_of, at_most
from tools.soak.attack.harness.waiting import reached
from tools.soak.loop import TOKEN

FOREIGN = "http://127.0.0.1:9/somebody-elses"
WORD = "webhook"
TOLD = re.compile("webhook|another address", re.IGNORECASE)
"""What a notice to the admins says in one way or another."""

NOTICED_SECONDS = 30.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """How often it is set; each time it is waited `patience` seconds for its removal."""

    times: int
    patience: float


SMALL = Plan(times=1, patience=12.0)
WHOLE = Plan(times=3, patience=120.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """`noticed`: seconds until `/readyz` said so, each time; `waits`: seconds for an answer after removal."""

    plan: Plan
    removed: int
    noticed: list[float] = field(default_factory=list)
    told: int = 0
    answered: int = 0

    def findings(self) -> list[Finding]:
        times = self.plan.times
        return [
            all_of("foreign webhooks removed", self.removed, times),
            at_most("/readyz said so after", max(self.noticed), NOTICED_SECONDS, " s"),
            all_of("readers who were answered then", self.answered, times),
            all_of("admins who were told", self.told, 1),
        ]


@dataclass(slots=True)
class Siege:
    """One foreign webhook after another, and when `/readyz` spoke of each."""

    env: Environment
    program: Running
    patience: float

    async def once(self) -> tuple[bool, float]:
        """Set it; return whether it was removed, and the seconds until `/readyz` named it."""
        await call(self.env, "setWebhook", url=FOREIGN)
        began, named = time.monotonic(), 0.0
        while time.monotonic() - began < self.patience:
            said = await self.program.readyz()
            if not named and _names(said):
                named = time.monotonic() - began
            if named and not (await call(self.env, "getWebhookInfo"))["url"]:
                break
            await asyncio.sleep(LOOK_SECONDS)
        gone = not (await call(self.env, "getWebhookInfo"))["url"]
        return gone, named or NOTICED_SECONDS + 1


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    async with Environment(database, folder, readers=1) as env:
        admin = env.readers[0]
        program = await env.program(admins=admin)
        await env.crowd.asks(env.others[0], "/help")  # it polls
        siege = Siege(env, program, plan.patience)
        rounds, answered = [], 0
        for _ in range(plan.times):
            rounds.append(await siege.once())
            answered += await env.crowd.wait(env.others[0], "/help", 5.0) < 5.0
        told = await reached(lambda: _told(env, admin), 1, 10.0)
        return Figures(plan, sum(gone for gone, _ in rounds), [named for _, named in rounds], told, answered)


async def call(env: Environment, method: str, **values: object) -> Any:
    """Call the Bot API with the bot's own token, as whoever has got hold of it may."""
    async with env.session.post(f"{env.telegram}/bot{TOKEN}/{method}", json=values) as answer:
        return (await answer.json())["result"]


def _names(said: dict[str, Any]) -> bool:
    return any(WORD in check["says"] for check in said.get("checks", {}).values())


async def _told(env: Environment, admin: int) -> int:
    return int(any(TOLD.search(bubble.text) for bubble in await env.crowd.sees(admin)))
