"""The disk of a SQLite file fills in a push."""

import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path

from tools.soak import issues
from tools.soak.attack.harness.calls import Watch
from tools.soak.attack.harness.disks import Disk, disk
from tools.soak.attack.harness.environment import Environment, Running
from tools.soak.attack.harness.findings import Finding, all_of, at_least, at_most
from tools.soak.attack.harness.waiting import reached
from tools.soak.audit import Audit, audit, copies_of, states_of

ENDED = "SELECT count(*) FROM campaigns WHERE state = 'ended'"
NOTICED_SECONDS = 10.0
TOLD_SECONDS = 30.0
ERROR = re.compile(r"\[error.*")
OWN_WORDS = re.compile(r"\[error.*(database or disk is full|disk I/O error)")
TOLD = re.compile("disk|full|space|written", re.IGNORECASE)
"""What one of the words in a notice about it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`full` is in seconds; before it so many copies have gone out. `patience` is for the end of the push."""

    readers: int
    full: float
    patience: float
    before: int = 20
    rate: int = 25
    window: int = 8


SMALL = Plan(readers=60, full=5.0, patience=20.0)
WHOLE = Plan(readers=300, full=150.0, patience=60.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """`meanwhile`: copies while the disk was full; `noticed`: seconds until `/readyz` said so; `errors`:
    lines in the log meanwhile, of which `in_own_words` hold the database's own.
    """

    plan: Plan
    before: int
    meanwhile: int
    noticed: float
    errors: int
    in_own_words: int
    ended: int
    told: int
    audit: Audit

    def findings(self) -> list[Finding]:
        lines = 1 + int(self.plan.full / 60)
        return [
            at_least("copies before the disk was full", self.before, 1),
            at_most("copies after it was full, claimed before", self.meanwhile, self.plan.window),
            at_most("/readyz said so after", self.noticed, NOTICED_SECONDS, " s"),
            at_most(f"lines of errors in {self.plan.full:.0f} s", self.errors, lines),
            at_least("of them in the database's own words", self.in_own_words, 1),
            all_of("pushes that went on by themselves and ended", self.ended, 1),
            all_of("admins who were told", self.told, 1),
            at_most("readers who got nothing, and no word about it", len(self.audit.lost), 0),
            at_most("readers who got it twice", len(self.audit.twice), 0),
            at_most("readers left unknown", self.audit.unknown, self.plan.window),
        ]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    """Play it on a file of its own, whatever the database that is given."""
    del database
    place = folder / "disk"
    place.mkdir()
    small = await disk(place)
    try:
        url = f"sqlite+aiosqlite:///{small.folder / 'bot.db'}"
        async with Environment(url, folder, readers=plan.readers) as env:
            return await _fill(env, small, plan)
    finally:
        await small.close()


async def _fill(env: Environment, small: Disk, plan: Plan) -> Figures:
    program = await env.program(rate=plan.rate, window=plan.window, unpaid=True, admins=env.readers[0])
    async with Watch(env.session, env.telegram) as watch:
        await program.move(issues.out_at(0))
        await reached(lambda: _copies(watch), plan.before, plan.patience)
        began, logged = time.monotonic(), _log(env)
        small.fill(program.process.pid)
        before = await _copies(watch)
        noticed = await _until_not_ready(program, max(plan.full, NOTICED_SECONDS + 2.0))
        await asyncio.sleep(max(0.0, began + plan.full - time.monotonic()))
        lines = _log(env).removeprefix(logged)
        meanwhile = await _copies(watch) - before
        small.free(program.process.pid)
    ended = await reached(lambda: env.ask(ENDED), 1, plan.patience)
    told = await reached(lambda: _told(env), 1, TOLD_SECONDS)
    counts = len(ERROR.findall(lines)), len(OWN_WORDS.findall(lines))
    return Figures(plan, before, meanwhile, noticed, *counts, ended, told, await _audit(env))


async def _copies(watch: Watch) -> int:
    await watch.read()
    return len(watch.copies(issues.marker(0)))


async def _audit(env: Environment) -> Audit:
    """Judge what became of everyone's copy but the admin's, who gets more about it than that."""
    copies = await copies_of(env.session, env.telegram, issues.marker(0))
    del copies[env.readers[0]]
    states = await states_of(env.database, str(issues.monday(0)))
    return audit(copies, states, env.readers[1:])


async def _until_not_ready(program: Running, patience: float) -> float:
    """Return the seconds until it says that it is not ready; `patience` when it has not by then."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if (await program.readyz()).get("ready") is False:
            return time.monotonic() - began
        await asyncio.sleep(0.2)
    return patience


async def _told(env: Environment) -> int:
    return int(any(TOLD.search(bubble.text) for bubble in await env.crowd.sees(env.readers[0])))


def _log(env: Environment) -> str:
    """Return what the program has logged so far."""
    return env.log.read_text(encoding="utf-8")
