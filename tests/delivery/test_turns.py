"""A row is claimed when its message can leave at once: whatever takes its time comes before the claim."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.deliveries import deliveries as ledger
from bot.domain.campaign import State
from bot.domain.page import Rendering
from bot.simulator import Latency
from bot.telegram.wire import Wire
from tests.databases import on_sqlite
from tests.delivery.mondays import KEY, Monday, until
from tests.world import write_cover


async def most_claimed(monday: Monday, sent: int) -> int:
    """Watch until so many have their copy; return the most that stood claimed at any moment."""
    most = 0
    async with asyncio.timeout(30):
        while (report := await monday.report()).of(State.SENT) < sent:
            most = max(most, report.of(State.SENDING))
            await asyncio.sleep(0.01)
    return most


async def test_no_more_is_claimed_than_is_under_way_and_one(content: Path, data_folder: Path) -> None:
    """Twenty a second, answered within a fifth: four are under way; the window would hold eight."""
    async with Monday.of(content, data_folder, send_rate=20, paid_broadcast=False) as monday:
        people = await monday.enrol(60)
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.2))
        await monday.push()
        assert await most_claimed(monday, len(people) - 5) <= 5 + 1  # one for a machine that is slow
        await monday.ended()
        await monday.agrees()


@on_sqlite
async def test_while_a_connection_is_being_made_nothing_is_claimed(
    content: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed: list[int] = []
    connect = Wire.connect

    async def far_away(wire: Wire, address: Any) -> Any:
        claimed.append((await monday.report()).of(State.SENDING))
        await asyncio.sleep(0.3)
        claimed.append((await monday.report()).of(State.SENDING))
        return await connect(wire, address)

    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(12)
        await until(lambda: monday.world.program.sender is not None)
        monkeypatch.setattr(Wire, "connect", far_away)
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.5))
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        assert claimed[:2] == [0, 0]  # the first; later ones may be made while messages are under way


async def test_where_no_connection_can_be_made_nothing_is_ever_claimed(
    content: Path, data_folder: Path
) -> None:
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(5)
        address = monday.world.telegram.address
        await monday.world.telegram.stop()
        await monday.push()
        await until(lambda: monday.world.program.sender and monday.world.program.sender._breaker.is_open)
        assert await claims(monday) == [None] * len(people)
        await monday.world.telegram.start(port=int(address.rpartition(":")[2]))
        assert (await monday.ended()).of(State.SENT) == len(people)


async def test_a_reader_whose_own_turn_has_not_come_is_not_claimed(monday: Monday) -> None:
    people = await monday.enrol(6)
    monday.world.program.lanes.halt(people[0].id, 30.0)
    await monday.push()
    await monday.at_least(5, State.SENT)
    assert (await claims(monday)).count(None) == 1
    assert (await monday.states())[people[0].id] is State.PENDING
    monday.world.program.lanes._halts.clear()
    monday.world.later(seconds=31)
    await monday.ended()
    await monday.agrees()


@on_sqlite
async def test_while_the_picture_is_brought_nothing_else_is_claimed(content: Path, data_folder: Path) -> None:
    """By the time that Telegram has it, the others only name it."""
    write_cover(content, KEY)
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(12, rendering=Rendering.RICH)
        monday.world.telegram.faults.add(method="sendRichMessage", times=1, kind=Latency(1.0))
        await monday.push()
        await until(lambda: monday.sends() == 1)
        await asyncio.sleep(0.3)  # those who came up together with her are put back
        assert (await monday.report()).of(State.SENDING) == 1
        assert monday.sends() == 1
        assert (await monday.ended()).of(State.SENT) == len(people)
        await monday.agrees()


async def claims(monday: Monday) -> list[int | None]:
    """Return of each row by which claim it was claimed last; None: it never was."""
    async with monday.world.program.database.read() as session:
        return list((await session.execute(select(ledger.c.claim))).scalars())
