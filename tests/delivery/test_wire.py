"""Whatever happens to a delivery on the wire: never two copies, never a crash, and nobody is forgotten."""

from pathlib import Path
from typing import Any

import pytest

from bot.composition.delivery_classes import DeliveryClasses
from bot.domain.delivery.campaign import State
from bot.services.delivery.sending.circuit_breaker import FAILURES_IN_A_ROW
from bot.telegram.api.http.http_connection import Address, HttpConnections
from telegram_simulator import (
    CutBody,
    CutHeaders,
    Drip,
    Fault,
    Latency,
    LedgerRow,
    OkFalse,
    ResetAfter,
    ResetBefore,
    Rubbish,
    Says,
    Status,
)
from tests.delivery.mondays import NO_ANSWER, TIMES, Monday, until

LOSSES: dict[str, Fault] = {
    "500": Status(500),
    "502 after the fact": Status(502, "Bad Gateway", effect=True),
    "reset before": ResetBefore(),
    "reset after": ResetAfter(),
    "headers cut": CutHeaders(),
    "body cut": CutBody(),
    "rubbish": Rubbish(),
    "ok false": OkFalse(),
    "a list": Says("[]"),
    "no message": Says('{"ok":true,"result":{}}'),
}
SLOW: dict[str, Fault] = {"drip": Drip(0.5), "latency": Latency(5.0)}
ARRIVES = {
    *("502 after the fact", "reset after", "headers cut", "body cut", "rubbish", "a list", "no message"),
    *("drip", "latency"),
}


async def test_an_answer_that_is_lost_makes_unknown_and_nothing_is_sent_again(monday: Monday) -> None:
    await _is_unknown_and_not_sent_again(monday, LOSSES)


async def test_an_answer_that_takes_too_long_makes_unknown_and_nothing_is_sent_again(
    content: Path, data_folder: Path
) -> None:
    async with Monday.of(content, data_folder, deadline=2.0) as monday:
        await _is_unknown_and_not_sent_again(monday, SLOW)


async def _is_unknown_and_not_sent_again(monday: Monday, losses: dict[str, Fault]) -> None:
    people = await monday.enrol(2 * len(losses) * TIMES)
    befallen = dict(zip((person.id for person in people[::2]), [*losses] * TIMES, strict=True))
    for reader_id, name in befallen.items():
        for method in ("sendMessage", "sendRichMessage"):
            monday.world.telegram.faults.add(method=method, chat_id=reader_id, times=None, kind=losses[name])
    await monday.push()
    report = await monday.ended()
    states, copies = await monday.states(), monday.copies()
    assert {states[reader_id] for reader_id in befallen} == {State.UNKNOWN}
    assert report.of(State.UNKNOWN) == report.of(State.SENT) == len(befallen)
    assert {reader_id for reader_id, name in befallen.items() if copies[reader_id]} == {
        reader_id for reader_id, name in befallen.items() if name in ARRIVES
    }
    assert monday.sends() == len(people)
    await monday.agrees()


async def test_an_answer_that_only_takes_its_time_is_no_loss(
    monday: Monday, capsys: pytest.CaptureFixture[str]
) -> None:
    people = await monday.enrol(20)
    monday.world.telegram.faults.add(times=None, kind=Latency(0.7))
    await monday.push()
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert "the sender failed and tries again" not in capsys.readouterr().out
    await monday.agrees()


@pytest.mark.parametrize("fault", [Status(502), ResetBefore()], ids=["502", "reset"])
async def test_an_outage_leaves_no_more_unknown_than_the_window_and_five_and_ends_by_itself(
    monday: Monday, fault: Fault
) -> None:
    people = await monday.enrol(40)
    calls = monday.world.telegram.ledger
    begun = len(calls)
    for method in ("sendMessage", "getMe"):
        monday.world.telegram.faults.add(method=method, times=None, kind=fault)
    await monday.push()
    await until(lambda: probes(calls.since(begun)))
    tried = monday.sends()
    assert tried <= 8 + 5
    await monday.at_least(tried, State.UNKNOWN)
    assert (await monday.report()).left == len(people) - tried
    monday.world.telegram.faults.clear()
    report = await monday.ended()
    sends = [row.seq for row in calls.since(begun) if row.method == "sendMessage"]
    assert sends[tried] > probes(calls.since(begun))[1]  # nothing was tried before a probe was answered
    assert report.of(State.UNKNOWN) == tried
    assert report.of(State.SENT) == len(people) - tried
    await monday.agrees()


async def test_one_message_tries_the_way_before_the_rest_follows(monday: Monday) -> None:
    """Probes are answered, but messages are still lost: each probe may cost one, not a window."""
    people = await monday.enrol(30)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=ResetAfter())
    calls = monday.world.telegram.ledger
    begun = len(calls)
    await monday.push()
    await until(lambda: len(probes(calls.since(begun))) >= 2)
    first, second = probes(calls.since(begun))[:2]
    tried = [row.seq for row in calls.since(begun) if row.method == "sendMessage"]
    assert sum(seq < first for seq in tried) <= 8 + 5
    assert sum(first < seq < second for seq in tried) == 1
    monday.world.telegram.faults.clear()
    assert (await monday.ended()).of(State.SENT) >= len(people) - (8 + 5) - 3
    await monday.agrees()


def probes(rows: list[LedgerRow]) -> list[int]:
    """Return the numbers of the calls that asked whether Telegram answers."""
    return [row.seq for row in rows if row.method == "getMe"]


async def test_where_the_port_is_closed_nothing_is_spent(
    content: Path, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(20)
        address = monday.world.telegram.address
        await monday.world.telegram.stop()
        await monday.push()
        await until(lambda: NO_ANSWER in capsys.readouterr().out)
        await monday.at_least(len(people), State.PENDING)
        assert monday.sends() == 0
        await monday.world.telegram.start(port=int(address.rpartition(":")[2]))
        assert (await monday.ended()).of(State.SENT) == len(people)
        await monday.agrees()


@pytest.mark.parametrize("paid", [True, False])
async def test_only_who_pays_tells_telegram_so_and_only_for_campaigns(
    content: Path, data_folder: Path, *, paid: bool
) -> None:
    async with Monday.of(content, data_folder, paid_broadcast=paid, send_rate=25) as monday:
        [ana] = await monday.enrol(1)
        await monday.push()
        await monday.ended()
        pushed, *_ = monday.world.telegram.ledger.of(method="sendMessage", chat_id=ana.id)
        assert pushed.payload.get("allow_paid_broadcast", False) is paid
        await monday.world.ask(ana, "/help")
        *_, answer = monday.world.telegram.ledger.of(method="sendMessage", chat_id=ana.id)
        assert "allow_paid_broadcast" not in answer.payload


async def test_what_waits_for_its_turn_when_telegram_falls_silent_is_not_handed_over(
    content: Path, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The window is wide and the pace slow: many are claimed when the fifth answer is lost."""
    async with Monday.of(content, data_folder, send_rate=20, send_window=60) as monday:
        await monday.enrol(60)
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=ResetAfter())
        monday.world.telegram.faults.add(method="getMe", times=None, kind=Status(502))
        await monday.push()
        await until(lambda: NO_ANSWER in capsys.readouterr().out)
        await monday.wait_until_idle()
        assert monday.sends() == FAILURES_IN_A_ROW


async def test_a_connection_that_fails_in_an_unknown_way_costs_no_worker_and_nobody(
    content: Path, data_folder: Path
) -> None:
    """Certificates that cannot be read, say: as often as there are workers, and they all go on."""
    failures = iter(range(8))

    class Failing(HttpConnections):
        async def connect(self, address: Address) -> Any:
            if next(failures, None) is not None:
                raise ValueError
            return await super().connect(address)

    async with Monday.of(content, data_folder, delivery=DeliveryClasses(wire=Failing)) as monday:
        people = await monday.enrol(20)
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        await monday.agrees()
