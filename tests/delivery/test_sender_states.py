"""The sender says what it does next: each state by its name."""

from bot.services.delivery.sending.sender import Sender
from bot.services.delivery.sending.sender_state import SenderState
from bot.services.delivery.sending.window import Window
from telegram_simulator import Latency, ResetBefore
from tests.delivery.mondays import Monday, until


def sender_of(monday: Monday) -> Sender:
    return monday.world.program.parts.sender


async def is_in(monday: Monday, state: SenderState) -> None:
    await until(lambda: sender_of(monday).state is state)


async def test_the_holder_of_the_lease_sends_and_without_it_stands_by(monday: Monday) -> None:
    await is_in(monday, SenderState.SENDING)
    await monday.world.program.core.lease.release()
    assert sender_of(monday).state is SenderState.STANDING_BY
    await is_in(monday, SenderState.SENDING)


async def test_while_telegram_asks_for_a_pause_it_cools_down(monday: Monday) -> None:
    await is_in(monday, SenderState.SENDING)
    monday.world.program.core.rate_limiter.begin_cooldown(None, 0.3)
    assert sender_of(monday).state is SenderState.COOLING_DOWN
    await is_in(monday, SenderState.SENDING)


async def test_while_telegram_is_silent_it_probes_and_then_sends_on(monday: Monday) -> None:
    people = await monday.enrol(20)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=ResetBefore())
    monday.world.telegram.faults.add(method="getMe", times=None, kind=ResetBefore())
    await monday.push()
    await is_in(monday, SenderState.PROBING)
    monday.world.telegram.faults.clear()
    report = await monday.ended()
    assert report.left == 0
    assert sum(report.counts.values()) == len(people)
    await is_in(monday, SenderState.SENDING)


async def test_when_it_is_told_to_stop_it_drains_what_is_in_flight(monday: Monday) -> None:
    await monday.enrol(20)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    sender = sender_of(monday)
    await monday.push()
    await until(lambda: sender.in_use > 0)
    sender.stop()
    assert sender.state is SenderState.DRAINING
    await until(lambda: sender.in_use == 0)


def test_the_window_has_no_room_beyond_its_size() -> None:
    window = Window(8, rate=1_000)
    assert window.room() == 8
    window.claimed(8)
    for _ in range(8):
        window.took_turn()
    assert window.room() == 0
    window.recorded(5)
    assert window.room() == 5
    assert window.in_flight == 3


def test_nothing_more_is_claimed_while_claims_wait_for_the_rate_limiter() -> None:
    window = Window(8, rate=20)
    window.claimed(1)
    assert window.room() == 0
    window.took_turn()
    assert window.room() == 2
