"""The process that leads is killed: on PostgreSQL push and answers go on in seconds, not after a lease."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db.engine.session import Database
from telegram_simulator import Simulator
from tests.databases import on_postgresql
from tests.delivery.crowds import TOKEN, enrolled, telegram_of, two_processes
from tests.waiting import until
from tools.soak.processes import kill

pytestmark = pytest.mark.apart

READERS, LEASE = 400, 30
SOON = 12.0
"""Five seconds on a machine that has nothing else to do; much less than the lease on any."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with enrolled(database_url, READERS) as database:
        yield database


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    async with telegram_of(READERS) as simulator:
        yield simulator


@on_postgresql
async def test_the_push_goes_on_and_a_reader_is_answered_soon_after_the_leader_was_killed(
    telegram: Simulator, database: Database, tmp_path: Path
) -> None:
    leader, successor = await two_processes(telegram, database, tmp_path, rate=10, window=4, lease=LEASE)
    ana = telegram.person(id=READERS + 1, first_name="Ana", language_code="en", token=TOKEN)

    def sends() -> int:
        return sum(row.chat_id != ana.id for row in telegram.ledger.of(method="sendMessage"))

    await until(lambda: sends() >= 10, 60.0)
    await kill(leader)
    killed, sent = asyncio.get_running_loop().time(), sends()
    ana.writes("/help")
    await until(lambda: sends() > sent, SOON)
    going_on = asyncio.get_running_loop().time() - killed
    await until(lambda: any(bubble.from_bot for bubble in ana.sees), SOON)
    answered = asyncio.get_running_loop().time() - killed
    print(f"push {going_on:.1f} s, answer {answered:.1f} s")  # noqa: T201  # the figure of this machine
    assert max(going_on, answered) < SOON
    await kill(successor)
