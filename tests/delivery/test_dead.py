"""The process that leads is killed: on PostgreSQL push and answers go on in seconds, not after a lease."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.db import marks, readers
from bot.db.session import Database
from bot.domain.reader import Reader
from bot.simulator import Latency, Simulator
from tests.databases import on_postgresql
from tests.soak import issues
from tests.soak.processes import kill, said, spawn
from tests.waiting import until

pytestmark = pytest.mark.apart

TOKEN = "7200001:a-token-of-no-bot-anywhere-at-all"
READERS, LEASE = 400, 30
SOON = 12.0
"""Five seconds on a machine that has nothing else to do; much less than the lease on any."""

START = issues.out_at(1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A bot that has run since yesterday, with readers."""
    opened = Database(database_url)
    async with opened.write() as session:
        await marks.put(session, marks.PUSHING, START - timedelta(days=1))
        for number in range(READERS):
            await readers.add(session, Reader(number + 1, "en"), START)
    yield opened
    await opened.close()


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    simulator = Simulator(MovableClock(START))
    simulator.crowd(READERS, token=TOKEN, first_id=1)
    simulator.faults.add(method="sendMessage", times=None, kind=Latency(0.1))
    await simulator.start()
    yield simulator
    await simulator.stop()


async def begin(telegram: Simulator, url: str, folder: Path) -> Process:
    given = {
        "database": url,
        "telegram": telegram.address,
        "token": TOKEN,
        "content": str(folder / "content"),
        "start": START.isoformat(),
        "rate": "10",
        "window": "4",
        "lease": str(LEASE),
    }
    arguments = [part for name, value in given.items() for part in (f"--{name}", value)]
    process = await spawn("tests.soak.program", *arguments, log=folder / "log")
    assert await said(process) == "ready"
    return process


@on_postgresql
async def test_the_push_goes_on_and_a_reader_is_answered_soon_after_the_leader_was_killed(
    telegram: Simulator, database: Database, tmp_path: Path
) -> None:
    issues.write(tmp_path / "content", 0)
    url = database.url.render_as_string(hide_password=False)
    leader, heir = [await begin(telegram, url, tmp_path) for _ in range(2)]
    issues.write(tmp_path / "content", 1)
    ana = telegram.person(id=READERS + 1, first_name="Ana", language_code="en", token=TOKEN)

    def sends() -> int:
        return sum(row.chat_id != ana.id for row in telegram.ledger.of(method="sendMessage"))

    await until(lambda: sends() >= 10, 60.0)
    await kill(leader)
    killed, sent = asyncio.get_running_loop().time(), sends()
    ana.writes("/help")
    await until(lambda: sends() > sent, SOON)
    going_on = asyncio.get_running_loop().time() - killed
    await until(lambda: any(one.from_bot for one in ana.sees), SOON)
    answered = asyncio.get_running_loop().time() - killed
    print(f"push {going_on:.1f} s, answer {answered:.1f} s")  # noqa: T201  # the figure of this machine
    assert max(going_on, answered) < SOON
    await kill(heir)
