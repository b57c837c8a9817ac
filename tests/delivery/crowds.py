"""A bot with many readers, in processes of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.clock import MovableClock
from bot.db.engine.session import Database
from bot.db.operations import timestamps
from bot.db.publishing import releases
from bot.db.publishing.releases import Release
from bot.db.readers import readers
from bot.domain.publishing.release import How
from bot.domain.readers.reader import Reader
from telegram_simulator import Latency, Simulator
from tools.forking import ForkedProcess
from tools.soak import issues
from tools.soak.processes import said, spawn_forked

TOKEN = "7200001:a-token-of-no-bot-anywhere-at-all"
START = issues.out_at(1)


@asynccontextmanager
async def enrolled(database_url: str, count: int) -> AsyncIterator[Database]:
    """A bot that has run since yesterday and has just released an issue, with so many readers."""
    opened = Database(database_url)
    async with opened.write() as session:
        await timestamps.put(session, timestamps.PUSHING, START - timedelta(days=1))
        known = Release(START.date(), START, START, released_at=START, how=How.RULE)
        await releases.add(session, known)
        for number in range(count):
            await readers.add(session, Reader(number + 1, "en"), START)
    yield opened
    await opened.close()


@asynccontextmanager
async def telegram_of(count: int) -> AsyncIterator[Simulator]:
    """The Telegram of these readers."""
    simulator = Simulator(MovableClock(START))
    simulator.crowd(count, token=TOKEN, first_id=1)
    simulator.faults.add(method="sendMessage", times=None, kind=Latency(0.1))
    await simulator.start()
    yield simulator
    await simulator.stop()


async def two_processes(
    telegram: Simulator, database: Database, folder: Path, **given: int
) -> tuple[ForkedProcess, ForkedProcess]:
    """Start two processes, of which the first sends; an issue comes once both run. `given` are options."""
    issues.write(folder / "content", 0)
    options = {
        "database": database.url.render_as_string(hide_password=False),
        "telegram": telegram.address,
        "token": TOKEN,
        "content": str(folder / "content"),
        "start": START.isoformat(),
        **{name: str(value) for name, value in given.items()},
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    begun = [await _begin(arguments, folder / "log") for _ in range(2)]
    issues.write(folder / "content", 1)
    return begun[0], begun[1]


async def _begin(arguments: list[str], log: Path) -> ForkedProcess:
    process = await spawn_forked("tools.soak.program", *arguments, log=log)
    assert await said(process) == "ready"
    return process
