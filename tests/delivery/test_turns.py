"""A row is claimed when its message can leave at once: whatever takes its time comes before the claim."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from sqlalchemy import select

from bot.composition.delivery_classes import DeliveryClasses
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import State
from bot.domain.readers.reader import Rendering
from bot.telegram.api.errors import NeverSentError
from bot.telegram.api.http.http_connection import Address, HttpConnection, HttpConnections
from telegram_simulator import Latency
from tests.databases import on_sqlite
from tests.delivery.mondays import KEY, NO_ANSWER, Monday, until
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
async def test_while_a_connection_is_being_made_nothing_is_claimed(content: Path, data_folder: Path) -> None:
    claimed: list[int] = []

    class FarAway(HttpConnections):
        async def connect(self, address: Address) -> Any:
            claimed.append((await monday.report()).of(State.SENDING))
            await asyncio.sleep(0.3)
            claimed.append((await monday.report()).of(State.SENDING))
            return await super().connect(address)

    async with Monday.of(content, data_folder, delivery=DeliveryClasses(wire=FarAway)) as monday:
        people = await monday.enrol(12)
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.5))
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        assert claimed[:2] == [0, 0]  # the first; later ones may be made while messages are under way


@asynccontextmanager
async def closing() -> AsyncIterator[tuple[str, list[Monday]]]:
    """Serve in front of a Monday's Telegram, and close each connection after its answer."""
    behind: list[Monday] = []

    async def pass_on(request: web.Request) -> web.Response:
        url = behind[0].world.telegram.address + request.path_qs
        kind = {"Content-Type": request.headers.get("Content-Type", "application/json")}
        async with session.post(url, data=await request.read(), headers=kind) as answer:
            response = web.Response(status=answer.status, body=await answer.read())
        response.force_close()
        return response

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    async with ClientSession() as session:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}", behind
        finally:
            await runner.cleanup()


@on_sqlite
async def test_where_each_connection_is_closed_after_its_answer_no_claim_waits_for_another(
    content: Path, data_folder: Path
) -> None:
    ready: list[bool] = []

    class Watched(HttpConnection):
        async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
            ready.append(self.is_fresh)
            return await super().post(url, body)

    class FarAway(HttpConnections):
        def connection(self) -> HttpConnection:
            return Watched(self)

        async def connect(self, address: Address) -> Any:
            await asyncio.sleep(0.1)
            return await super().connect(address)

    pace: dict[str, Any] = {"send_rate": 20, "paid_broadcast": False}
    async with closing() as (url, behind):
        classes = DeliveryClasses(wire=FarAway)
        behind.append(Monday.of(content, data_folder, telegram_api_url=url, delivery=classes, **pace))
        await sent_ready(behind[0], ready)


async def sent_ready(starting: Monday, ready: list[bool]) -> None:
    async with starting as monday:
        people = await monday.enrol(40)
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.1))
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        assert ready.count(False) == 0, f"{ready.count(False)} of {len(ready)}"
        await monday.agrees()


@on_sqlite
async def test_a_server_that_takes_few_connections_is_sent_to_by_these(
    content: Path, data_folder: Path
) -> None:
    places = iter(range(3))

    class Scarce(HttpConnections):
        async def connect(self, address: Address) -> Any:
            if next(places, None) is None:
                raise NeverSentError("Too many connections.")
            return await super().connect(address)

    async with Monday.of(content, data_folder, delivery=DeliveryClasses(wire=Scarce)) as monday:
        people = await monday.enrol(60)
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.05))
        probes = len(monday.world.telegram.ledger.of(method="getMe"))
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        assert len(monday.world.telegram.ledger.of(method="getMe")) == probes  # nobody thought it silent
        await monday.agrees()


@on_sqlite
async def test_a_connection_that_hangs_holds_up_none_of_the_others(content: Path, data_folder: Path) -> None:
    pauses = iter([30.0])

    class FirstHangs(HttpConnections):
        async def connect(self, address: Address) -> Any:
            await asyncio.sleep(next(pauses, 0.0))
            return await super().connect(address)

    async with Monday.of(content, data_folder, delivery=DeliveryClasses(wire=FirstHangs)) as monday:
        people = await monday.enrol(60)
        await monday.push()
        async with asyncio.timeout(10):
            assert (await monday.ended()).of(State.SENT) == len(people)
        await monday.agrees()


async def test_where_no_connection_can_be_made_nothing_is_ever_claimed(
    content: Path, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(5)
        address = monday.world.telegram.address
        await monday.world.telegram.stop()
        await monday.push()
        await until(lambda: NO_ANSWER in capsys.readouterr().out)
        assert await claims(monday) == [None] * len(people)
        await monday.world.telegram.start(port=int(address.rpartition(":")[2]))
        assert (await monday.ended()).of(State.SENT) == len(people)


async def test_a_reader_whose_own_turn_has_not_come_is_not_claimed(monday: Monday) -> None:
    people = await monday.enrol(6)
    monday.world.program.core.rate_limiter.begin_cooldown(people[0].id, 2.0)
    await monday.push()
    await monday.at_least(5, State.SENT)
    assert (await claims(monday)).count(None) == 1
    assert (await monday.states())[people[0].id] is State.PENDING
    monday.world.later(seconds=3)
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
        assert (await monday.report()).of(State.SENDING) == 1
        await asyncio.sleep(0.3)
        assert len([claim for claim in await claims(monday) if claim is not None]) == 1  # nor was it before
        assert monday.sends() == 1
        assert (await monday.ended()).of(State.SENT) == len(people)
        await monday.agrees()


async def claims(monday: Monday) -> list[int | None]:
    """Return of each row by which claim it was claimed last; None: it never was."""
    async with monday.world.program.core.database.read() as session:
        return list((await session.execute(select(ledger.c.claim))).scalars())
