"""Two programs on one database: one campaign, one sender, and the one that was asleep sends nothing more."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.db.tables import campaigns
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import State
from bot.services.delivery.sending.claiming import Claiming
from telegram_simulator import Latency
from tests.delivery.mondays import RELEASE, Monday, stays, until
from tests.world import WorldProgram


@pytest.fixture
async def second(monday: Monday) -> AsyncIterator[WorldProgram]:
    """Another program on the same database, which stands by."""
    program = monday.world.new_program()
    await program.start()
    yield program
    await program.stop()


async def epochs(monday: Monday) -> set[int]:
    """Return under which epochs rows were claimed."""
    query = select(ledger.c.epoch).where(ledger.c.epoch.is_not(None)).distinct()
    async with monday.world.program.core.database.read() as session:
        return set((await session.execute(query)).scalars())


async def seize(monday: Monday, second: WorldProgram) -> None:
    """Let the first sender's time be over before it notices, and the second one take its place."""
    monday.world.program.core.lease.stop()  # it renews no more, as if it slept
    async with second.core.database.write() as session:
        await session.execute(text("UPDATE leases SET until = 0"))
    await second.core.lease.attempt()
    assert second.core.lease.epoch is not None


async def test_both_find_the_issue_due_at_the_same_moment_and_one_campaign_is_opened(
    monday: Monday, second: WorldProgram
) -> None:
    people = await monday.enrol(30)
    monday.world.clock.move_to(RELEASE)
    await asyncio.gather(
        *(one.parts.publishing.open_due() for one in (monday.world.program, second) for _ in range(3))
    )
    assert (await monday.ended()).of(State.SENT) == len(people)
    async with second.core.database.read() as session:
        assert (await session.execute(select(func.count()).select_from(campaigns))).scalar_one() == 1
    assert len(await epochs(monday)) == 1
    await monday.agrees()


async def test_two_that_start_at_the_same_moment_send_everything_once(monday: Monday) -> None:
    people = await monday.enrol(30)
    await monday.world.program.stop()
    monday.world.clock.move_to(RELEASE)
    monday.world.program, other = monday.world.new_program(), monday.world.new_program()
    await asyncio.gather(monday.world.program.start(), other.start())
    monday.world.later(minutes=1)  # what is found at its hour waits for a minute of quiet
    await until(monday.find)
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert len(await epochs(monday)) == 1
    await monday.agrees()
    await other.stop()


async def test_another_takes_over_from_one_that_stops_and_nothing_is_unknown(
    monday: Monday, second: WorldProgram
) -> None:
    people = await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.2))
    await monday.push()
    await monday.at_least(8, State.SENT)
    await monday.world.program.stop()
    monday.world.program, first = second, monday.world.program
    assert first.core.lease.epoch is None
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert len(await epochs(monday)) == 2
    await monday.agrees()
    monday.world.program = monday.world.new_program()  # the fixture stops the second one
    await monday.world.program.start()


async def test_one_that_was_asleep_claims_nothing_more_and_what_it_had_in_hand_is_told_truly(
    monday: Monday, second: WorldProgram
) -> None:
    people = await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=8, kind=Latency(3.5))
    await monday.push()
    await until(lambda: monday.sends() == 8)
    first = (await epochs(monday)).pop()
    await seize(monday, second)
    await monday.at_least(8, State.UNKNOWN)
    await monday.at_least(len(people) - 8, State.SENT)
    async with second.core.database.read() as session:
        old = select(func.count()).where(ledger.c.epoch == first)
        assert (await session.execute(old)).scalar_one() == 8
    await monday.at_least(len(people), State.SENT)  # the answers came: they did arrive
    await monday.ended()
    await monday.agrees()


async def test_the_old_epoch_may_claim_nothing_though_its_holder_believes_so(
    monday: Monday, second: WorldProgram
) -> None:
    await monday.enrol(20)
    await seize(monday, second)
    second.core.rate_limiter.begin_cooldown(None, 1.0)  # nobody else is quicker
    await monday.push()
    core = monday.world.program.core
    claiming = Claiming(core.database, core.clock, core.lease, core.publication, core.metrics)
    assert core.lease.epoch is not None
    assert await claiming.claim(core.lease.epoch, 20) == []
    assert monday.sends() == 0
    await monday.ended()
    assert len(await epochs(monday)) == 1
    await monday.agrees()


async def test_one_whose_time_is_over_hands_over_nothing_that_it_has_claimed(
    content: Path, data_folder: Path
) -> None:
    """It woke up, and cannot know whether another has its place."""
    slowly: dict[str, Any] = {"send_rate": 5, "paid_broadcast": False}  # claims wait for their turn
    async with Monday.of(content, data_folder, lease_seconds=5, **slowly) as monday:
        people = await monday.enrol(60)
        await monday.push()
        await until(lambda: monday.sends() >= 1)
        lease = monday.world.program.core.lease
        lease.stop()  # it renews no more, as if it slept
        await until(lambda: lease.epoch is None)
        tried = monday.sends()
        assert await stays(lambda: monday.sends() == tried)
        await monday.wait_until_idle()
        assert (await monday.report()).of(State.PENDING) == len(people) - tried
        await monday.agrees()
