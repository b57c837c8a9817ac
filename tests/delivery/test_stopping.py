"""A program that is told to stop leaves nothing unknown, and the next one goes on where it was."""

from pathlib import Path

from bot.domain.delivery.campaign import State
from telegram_simulator import Latency
from tests.delivery.mondays import TIMES, Monday, until


async def test_stopped_again_and_again_it_loses_and_repeats_nobody(monday: Monday) -> None:
    people = await monday.enrol(30 * TIMES)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.1))
    await monday.push()
    for _ in range(TIMES):
        so_far = monday.sends()
        await until(lambda seen=so_far: monday.sends() > seen + 8)  # type: ignore[misc]
        await monday.world.program.stop()
        stopped = monday.sends()
        monday.world.program = monday.world.new_program()
        report = await monday.report()
        assert report.of(State.SENDING) == report.of(State.UNKNOWN) == 0
        assert report.of(State.SENT) == stopped
        assert report.of(State.PENDING) == len(people) - stopped
        await monday.world.program.start()
    report = await monday.ended()
    assert report.of(State.SENT) == len(people)
    await monday.agrees()


async def test_what_is_in_flight_when_it_stops_has_its_answer_on_disk(monday: Monday) -> None:
    await monday.enrol(40)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(1.0))
    await monday.push()
    await until(lambda: monday.sends() == 8)
    await monday.world.program.stop()
    monday.world.program = monday.world.new_program()
    report = await monday.report()
    assert report.of(State.SENT) == monday.sends() == 8
    assert report.of(State.SENDING) == 0
    monday.world.telegram.faults.clear()
    await monday.world.program.start()
    await monday.ended()
    await monday.agrees()


async def test_however_wide_the_window_few_wait_for_their_turn(content: Path, data_folder: Path) -> None:
    async with Monday.of(content, data_folder, send_rate=2, send_window=60) as monday:
        await monday.enrol(80)
        await monday.push()
        await until(lambda: monday.sends() >= 2)
        await monday.world.program.stop()
        monday.world.program = monday.world.new_program()
        report = await monday.report()
        assert report.of(State.SENT) == monday.sends()
        assert report.of(State.SENDING) == 0
