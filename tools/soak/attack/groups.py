"""Two groups write commands as fast as they can.

Meanwhile a push runs, somebody asks for help in private, and one reader's own chat is in a cooldown.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tools.soak import issues
from tools.soak.attack.harness.calls import Watch
from tools.soak.attack.harness.environment import Environment, Running
from tools.soak.attack.harness.findings import Finding, all_of, at_least, at_most
from tools.soak.attack.harness.people import longest_wait, together
from tools.soak.attack.harness.waiting import reached

GROUPS = (-100_801, -100_802)
SLOWEST = 0.9
"""What share of its rate the push keeps: a fifth is promised, but two groups are to cost it nothing."""

LONGEST_WAIT = 3.0
AFTER_COOLDOWN = 5.0
PRIVACY = "60"
"""Stands in the answer to her last command, in days, and in no other one's."""

EARLIER_SECONDS = 0.5
"""How long before her last command the reader in the cooldown wrote another one."""

WRITE_SECONDS = 2.5
"""Each member writes so seldom that she is not taken for a flooder, who gets no answers: the groups are to be
full.
"""
GRACE = 2.0
PATIENCE = 5.0
"""How long the first copy is waited for."""

LIMITED_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`limit`: messages a minute that a group takes; `cooldown`: for how many seconds a chat refuses."""

    limit: int
    cooldown: int
    readers: int
    rate: int = 25
    members: int = 4


SMALL = Plan(limit=1, cooldown=2, readers=60)
WHOLE = Plan(limit=5, cooldown=40, readers=1_000)


@dataclass(frozen=True, slots=True)
class Figures:
    """`pushed`: the share of the copies that went out in the time that the rate gives them."""

    pushed: float
    longest_wait: float
    after_cooldown: float
    groups_answered: int

    def findings(self) -> list[Finding]:
        return [
            at_least("share of its rate that the push kept", self.pushed, SLOWEST),
            at_most("longest wait of who asked in private", self.longest_wait, LONGEST_WAIT, " s"),
            at_most(
                "after her cooldown a reader's last command waits", self.after_cooldown, AFTER_COOLDOWN, " s"
            ),
            all_of("groups that got an answer", self.groups_answered, len(GROUPS)),
        ]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    async with Environment(database, folder, readers=plan.readers) as env:
        await env.tell("rates", per_group=plan.limit)
        program = await env.program(rate=plan.rate, window=8, unpaid=True, spacing=1.0)
        for group in GROUPS:
            await env.tell("groups", id=group, title="Readers")
        async with together(_write(env, person, GROUPS[person % 2]) for person in _members(env, plan)):
            await _until_limited(env)
            return await _measure(env, program, plan)


async def _measure(env: Environment, program: Running, plan: Plan) -> Figures:
    seconds = plan.readers / plan.rate + GRACE
    cooldown_left = asyncio.create_task(_after_cooldown(env, env.others[-2], plan.cooldown))
    async with Watch(env.session, env.telegram) as watch:
        await program.move(issues.out_at(0))
        await reached(lambda: _copies(watch), 1, PATIENCE)
        longest = await longest_wait(env.crowd, env.others[-20:-2], seconds)
        pushed = await _copies(watch)
    answered = [bool(await env.crowd.sees(group, last=None)) for group in GROUPS]
    return Figures(pushed / plan.readers, longest, await cooldown_left, sum(answered))


async def _copies(watch: Watch) -> int:
    await watch.read()
    return len(watch.copies(issues.marker(0)))


async def _after_cooldown(env: Environment, reader: int, cooldown: int) -> float:
    """Put a reader's chat into a cooldown; return how long after it her last command is answered."""
    await env.tell("faults", method="sendMessage", chat_id=reader, kind="TooMany", retry_after=cooldown)
    await env.crowd.say(reader, "/help")
    await asyncio.sleep(EARLIER_SECONDS)
    waited = await env.crowd.wait(reader, "/privacy", cooldown + 2 * AFTER_COOLDOWN, PRIVACY)
    return max(0.0, EARLIER_SECONDS + waited - cooldown)


async def _write(env: Environment, person: int, group: int) -> None:
    while True:
        await env.crowd.say(person, "/help", group)
        await asyncio.sleep(WRITE_SECONDS)


async def _until_limited(env: Environment) -> None:
    """Wait until each group has been refused a message. TimeoutError."""
    async with asyncio.timeout(LIMITED_SECONDS):
        while (await env.told("rates"))["violations"] < len(GROUPS):  # noqa: ASYNC110  # another process tells nobody
            await asyncio.sleep(0.1)


def _members(env: Environment, plan: Plan) -> range:
    return env.others[: len(GROUPS) * plan.members]
