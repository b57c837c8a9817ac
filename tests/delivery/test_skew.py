"""Machines that share a database keep its hours: a wrong clock of one of them sends nothing early or late."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.domain.delivery.campaign import State
from tests.databases import on_postgresql, on_sqlite
from tests.delivery.mondays import RELEASE, Monday, until
from tests.waiting import until as waits
from tests.world import World, WorldProgram

AHEAD = 90.0


class Wrong:
    """A machine's clock, and how far it is ahead of the right one."""

    def __init__(self, world: World, ahead: float) -> None:
        self.ahead = 0.0
        self.clock = MovableClock(world.clock.now())
        self.set(ahead)

    def set(self, ahead: float) -> None:
        self.clock.jump(timedelta(seconds=ahead - self.ahead))
        self.ahead = ahead

    def real(self) -> float:
        return time.time() + self.ahead


@asynccontextmanager
async def alone_on(world: World, wrong: Wrong) -> AsyncIterator[WorldProgram]:
    """Let the one program that runs be one on a machine with that clock."""
    await world.program.stop()
    world.program = world.new_program(wrong.clock, real=wrong.real)
    await world.program.start()
    yield world.program


@on_postgresql
@pytest.mark.parametrize("ahead", [AHEAD, -AHEAD])
async def test_a_leader_whose_clock_is_wrong_pushes_at_the_databases_hour(
    monday: Monday, ahead: float
) -> None:
    people = await monday.enrol(3)
    wrong = Wrong(monday.world, ahead)
    async with alone_on(monday.world, wrong) as program:
        wrong.clock.move_to(RELEASE + timedelta(seconds=ahead - 5))
        assert await program.parts.publishing.open_due() is None
        assert abs((program.core.clock.now() - RELEASE).total_seconds() + 5) < 2
        await until(lambda: monday.sends() == len(people))
        assert program.core.clock.now() >= RELEASE
        assert (await monday.ended()).of(State.SENT) == len(people)


@on_postgresql
async def test_a_clock_that_is_set_while_the_program_runs_changes_no_hour(world: World) -> None:
    wrong = Wrong(world, 0.0)
    async with alone_on(world, wrong) as program:
        before = program.core.clock.now()
        wrong.set(3_600.0)  # and nothing has been measured since
        assert abs((program.core.clock.now() - before).total_seconds()) < 5


@on_postgresql
async def test_a_skew_is_a_warning_once_a_number_and_a_word_in_readyz_and_still_ready(world: World) -> None:
    with capture_logs() as logs:
        wrong = Wrong(world, AHEAD)
        async with alone_on(world, wrong) as program:
            answer = await world.web("/readyz")
            assert answer.status == 200
            says = json.loads(answer.text)["checks"]["clock"]["says"]
            assert says == "the database's; this machine's is 90.0 s ahead of it"
            assert _number(await _metrics(world)) == pytest.approx(AHEAD, abs=1)
            await program.core.hours.measure()
            wrong.set(0.5)
            await waits(lambda: any("agrees" in one["event"] for one in logs), 20.0)
            assert "agrees" in (await world.web("/readyz")).text
    told = [_about(one) for one in logs if "this machine's clock" in one["event"]]
    assert told == [("warning", "wrong"), ("info", "agrees")]


@on_sqlite
async def test_on_sqlite_the_machines_own_clock_counts(world: World) -> None:
    wrong = Wrong(world, AHEAD)
    async with alone_on(world, wrong) as program:
        assert program.core.clock is wrong.clock
        assert "this machine's own" in (await world.web("/readyz")).text
        assert "briefing_clock_skew_seconds NaN" in await _metrics(world)


async def _metrics(world: World) -> str:
    return (await world.web("/metrics")).text


def _number(metrics: str) -> float:
    return float(metrics.partition("\nbriefing_clock_skew_seconds ")[2].partition("\n")[0])


def _about(line: Mapping[str, object]) -> tuple[object, str]:
    """Say of a line only what it is about."""
    event = str(line["event"])
    return line["log_level"], next(word for word in ("wrong", "agrees") if word in event)
