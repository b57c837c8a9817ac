"""Telegram says when to be silent: nothing is sent before that, and a restart does not forget it."""

import asyncio
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.composition.delivery_classes import DeliveryClasses
from bot.domain.delivery.campaign import CampaignState, State
from bot.domain.delivery.schedule import LATE
from bot.services.delivery.cooldowns import Cooldowns
from bot.services.delivery.sending.sender_state import SenderState
from bot.telegram.api.campaign_connection import TelegramCampaignConnection
from bot.telegram.api.http.http_connection import Address, HttpConnections
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from telegram_simulator import Flood, TooMany
from tests.databases import alone, on_sqlite
from tests.delivery.mondays import RELEASE, Monday, stays, until


@dataclass
class Wrong:
    """A clock that is set as one likes."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def steady(self) -> float:
        return 0.0


def inside(monday: Monday) -> int:
    """Return how many messages were sent although the bot had been told to be silent."""
    return monday.world.telegram.rates.inside_cooldowns


async def test_a_reader_whose_chat_is_in_a_cooldown_gets_it_later_and_the_others_do_not_wait(
    monday: Monday,
) -> None:
    people = await monday.enrol(20)
    cooling_down = people[3]
    monday.world.telegram.faults.add(chat_id=cooling_down.id, kind=TooMany(4))
    await monday.push()
    await monday.at_least(len(people) - 1, State.SENT)
    assert monday.copies()[cooling_down.id] == 0
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert inside(monday) == 0
    await monday.agrees()


async def test_where_all_are_in_a_cooldown_nobody_is_written_to_until_it_is_over(monday: Monday) -> None:
    people = await monday.enrol(40)
    monday.world.telegram.faults.add(method="sendMessage", kind=Flood(2))
    await monday.push()
    await until(lambda: monday.world.program.core.rate_limiter.cooldown_left() > 0)
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert inside(monday) == 0
    await monday.agrees()


@pytest.mark.parametrize("seconds", [601, 43_838])
async def test_a_long_cooldown_outlives_a_restart_and_the_admins_are_told(
    monday: Monday, seconds: int
) -> None:
    people = await monday.enrol(30)
    monday.world.telegram.faults.add(method="sendMessage", kind=Flood(seconds))
    await monday.push()
    await until(lambda: monday.world.program.core.rate_limiter.cooldown_left() > 0)
    await monday.at_least(len(people), State.PENDING)  # no attempt is spent
    assert len(await monday.notices("cooldown")) == 1
    tried = monday.sends()
    await monday.world.restart()
    assert monday.world.program.core.rate_limiter.cooldown_left() == pytest.approx(seconds, abs=30)
    assert await stays(lambda: monday.sends() == tried)
    await monday.world.program.stop()
    monday.world.later(seconds=seconds + 1)
    monday.world.program = monday.world.new_program()
    await monday.world.program.start()
    if seconds > LATE.total_seconds():  # by now the admins are asked
        await monday.in_state(CampaignState.PAUSED)
        await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert inside(monday) == 0
    await monday.agrees()


@pytest.mark.parametrize("restarts", [True, False])
async def test_after_a_cooldown_of_half_a_day_the_admins_are_asked_though_everyone_was_tried(
    monday: Monday, restarts: bool
) -> None:
    """So few that all were claimed by then: none of their rows has another hour for that."""
    await monday.enrol(5)
    monday.world.telegram.faults.add(method="sendMessage", kind=Flood(50_000))
    await monday.push()
    await until(lambda: monday.world.program.core.rate_limiter.cooldown_left() > 0)
    await monday.wait_until_idle()
    tried = monday.sends()
    if restarts:
        await monday.world.program.stop()
        monday.world.later(seconds=50_001)
        monday.world.program = monday.world.new_program()
        await monday.world.program.start()
    else:
        for _ in range(14):
            monday.world.later(hours=1)
            await stays(lambda: monday.sends() == tried, 0.15)  # the sender looks up each time
        monday.world.wait_out(50_001)
        monday.world.telegram.faults.clear()
    await monday.in_state(CampaignState.PAUSED)
    assert (await monday.campaign()).why == "late"
    assert monday.sends() == tried


async def test_a_turn_that_everyones_cooldown_forbids_gives_the_row_no_other_hour(monday: Monday) -> None:
    core = monday.world.program.core
    limiter = RateLimiter(send_rate=1, monotonic=lambda: 1_000.0)
    campaign_connection = TelegramCampaignConnection(
        core.wire.connection(), core.transport, limiter, core.covers, {}
    )
    limiter.begin_cooldown(7, 60.0)
    own = await campaign_connection.take_slot(7)
    assert own is not None
    assert own.wait == pytest.approx(60.0, abs=5)
    limiter.delay(9, 0.9)  # as where a reply to her has just left
    spaced = await campaign_connection.take_slot(9)
    assert spaced is not None
    assert spaced.wait > 0
    chats = itertools.count(100)
    while not limiter.take_slot(next(chats)):
        pass  # until all slots are taken
    late = await campaign_connection.take_slot(10)
    assert late is not None
    assert (late.wait, late.limited) == (0.0, True)
    limiter.begin_cooldown(None, 43_838.0)
    everyones = await campaign_connection.take_slot(8)
    assert everyones is not None
    assert (everyones.wait, everyones.limited) == (0.0, True)


async def test_a_cooldown_that_a_reply_meets_is_kept_as_well(monday: Monday) -> None:
    ana = monday.world.person()
    await monday.world.ask(ana, "/start")
    monday.world.telegram.faults.add(method="sendMessage", chat_id=ana.id, kind=TooMany(40))
    ana.writes("/help")

    async def kept() -> bool:
        return (await monday.world.program.core.cooldowns.active()).get(ana.id, 0.0) > 0

    await until(kept)
    assert monday.world.program.core.rate_limiter.wait(ana.id) > 30


@pytest.mark.parametrize(("seconds", "level"), [(600.0, "warning"), (601.0, "error")])
async def test_a_long_cooldown_is_an_error_in_the_log(monday: Monday, seconds: float, level: str) -> None:
    with capture_logs() as logged:
        await monday.world.program.core.transport.too_many_requests(7, seconds)
    assert [entry["log_level"] for entry in logged if entry["event"] == "Telegram asks for a cooldown"] == [
        level
    ]


async def test_the_next_leader_knows_of_a_cooldown_before_it_sends_anything(monday: Monday) -> None:
    await monday.enrol(30)
    second = monday.world.new_program()
    await second.start()
    await second.runner.jobs.stop()  # it looks for no news while it stands by
    monday.world.telegram.faults.add(method="sendMessage", kind=Flood(60))
    await monday.push()
    await until(lambda: monday.world.program.core.rate_limiter.cooldown_left() > 0)
    await monday.world.program.stop()
    tried = monday.sends()
    await until(lambda: second.parts.sender.state is SenderState.COOLING_DOWN)
    assert await stays(lambda: monday.sends() == tried)
    assert second.core.rate_limiter.cooldown_left() > 0
    await second.stop()


async def test_those_who_stand_by_hear_of_a_cooldown_and_send_no_replies_into_it(monday: Monday) -> None:
    [ana] = await monday.enrol(1)
    second = monday.world.new_program()
    await second.start()
    await monday.world.program.core.transport.too_many_requests(1, 60.0)
    await monday.world.program.core.transport.too_many_requests(2, 60.0)
    await until(lambda: second.core.rate_limiter.cooldown_left() > 0, patience=3.0)
    sent = monday.sends()
    replying = asyncio.create_task(second.core.transport.reply("sendMessage", ana.id, {"text": "Hello"}))
    assert await stays(lambda: monday.sends() == sent)
    replying.cancel()
    await second.stop()


@on_sqlite
async def test_a_cooldown_that_the_database_does_not_take_is_kept_as_soon_as_it_does(monday: Monday) -> None:
    program = monday.world.program
    refusal = "CREATE TRIGGER full BEFORE INSERT ON cooldowns BEGIN SELECT RAISE(ABORT, 'full'); END"
    await alone(program.core.database, refusal)
    await program.core.transport.too_many_requests(7, 60.0)
    assert program.core.rate_limiter.wait(7) > 0
    assert await program.core.cooldowns.active() == {}
    await alone(program.core.database, "DROP TRIGGER full")

    async def kept() -> bool:
        return 7 in await program.core.cooldowns.active()

    await until(kept)


@on_sqlite
async def test_a_cooldown_that_is_kept_late_makes_a_newer_one_no_shorter(monday: Monday) -> None:
    cooldowns, database = monday.world.program.core.cooldowns, monday.world.program.core.database
    await monday.world.program.runner.jobs.stop()
    await alone(
        database, "CREATE TRIGGER full BEFORE INSERT ON cooldowns BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    await cooldowns.note(None, 60.0)
    monday.world.later(seconds=50)
    await alone(database, "DROP TRIGGER full")
    await Cooldowns(database, monday.world.clock).note(None, 30.0)  # another process
    await cooldowns.new()
    monday.world.later(seconds=15)
    assert (await cooldowns.active())[None] == pytest.approx(15.0, abs=5)


async def test_a_shorter_answer_does_not_make_a_kept_cooldown_shorter(monday: Monday) -> None:
    cooldowns = monday.world.program.core.cooldowns
    await cooldowns.note(None, 43_838.0)
    await cooldowns.note(None, 5.0)
    assert (await cooldowns.active())[None] == pytest.approx(43_838.0, abs=30)


async def test_a_cooldown_that_is_over_is_known_no_more(monday: Monday) -> None:
    await monday.world.program.core.cooldowns.note(7, 100.0)
    monday.world.later(seconds=101)
    assert await monday.world.program.core.cooldowns.active() == {}


async def test_a_clock_that_is_set_back_does_not_let_a_cooldown_last_for_ever(monday: Monday) -> None:
    clock = Wrong(RELEASE + timedelta(days=7))
    cooldowns = Cooldowns(monday.world.program.core.database, clock)
    await cooldowns.note(None, 2.0)
    clock.moment = RELEASE
    assert await cooldowns.new() == {None: 2.0}
    assert await cooldowns.new() == {}
    await cooldowns.note(None, 3.0)
    assert await cooldowns.new() == {None: 3.0}


async def test_the_permitted_rate_is_never_passed(monday: Monday) -> None:
    people = await monday.enrol(60)
    monday.world.telegram.rates.set(overall=250, per_chat=1)
    await monday.push()
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert monday.world.telegram.rates.violations == 0


@on_sqlite
async def test_nor_while_connections_are_still_being_made(content: Path, data_folder: Path) -> None:
    """A message whose slot is over long before its handshake would meet those that come after it."""

    class FarAway(HttpConnections):
        async def connect(self, address: Address) -> Any:
            await asyncio.sleep(0.3)
            return await super().connect(address)

    classes = DeliveryClasses(wire=FarAway)
    async with Monday.of(content, data_folder, send_rate=20, delivery=classes) as monday:
        people = await monday.enrol(40)
        monday.world.telegram.rates.set(overall=20)
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        assert monday.world.telegram.rates.violations == 0
