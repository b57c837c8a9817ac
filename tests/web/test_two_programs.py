"""Two programs behind one webhook: each reader is answered once and in order (fault rows 6 and 19)."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import aiohttp
import pytest
from aiohttp import web

from telegram_simulator import Person
from tests.web.hooks import bring, free_port, hooked_at, says
from tests.world import World, WorldProgram, last, since

FLOOD = int(os.environ.get("BRIEFING_FLOOD", "200"))
SECONDS = 2.0
"""Nobody else may wait longer for an answer while one reader floods the bot."""


class Proxy:
    """Hands requests to programs in turn, as a reverse proxy does."""

    def __init__(self) -> None:
        self.port = free_port()
        self.programs: list[WorldProgram] = []
        self.handed: list[int] = []
        self._turns = itertools.count()

    async def start(self) -> None:
        self._session = aiohttp.ClientSession()
        application = web.Application()
        application.router.add_post("/telegram", self._hand_on)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _hand_on(self, request: web.Request) -> web.Response:
        chosen = next(self._turns) % len(self.programs)
        self.handed.append(chosen)
        address = f"{self.programs[chosen].address}/telegram"
        body = await request.read()
        async with self._session.post(address, data=body, headers=request.headers) as answer:
            return web.Response(status=answer.status)


class Pair:
    """A world with two programs on one database."""

    def __init__(self, world: World, other: WorldProgram, proxy: Proxy) -> None:
        self.world = world
        self.programs = (world.program, other)
        self.proxy = proxy

    async def wait_until_idle(self) -> None:
        await self.world.wait_until_idle()
        for program in self.programs:
            await program.parts.update_inbox.wait_until_handled()
        await self.world.wait_until_idle()


@pytest.fixture
async def pair(content: Path, data_folder: Path) -> AsyncIterator[Pair]:
    proxy = Proxy()
    await proxy.start()
    async with hooked_at(proxy.port, content, data_folder) as world:
        other = world.new_program()
        await other.start()
        proxy.programs = [world.program, other]
        yield Pair(world, other, proxy)
        await other.stop()
    await proxy.stop()


async def test_each_reader_is_answered_once_and_in_order(pair: Pair) -> None:
    people = [pair.world.person(5_000_000_100 + number) for number in range(3)]
    for person in people:
        person.writes("/start")
    await pair.wait_until_idle()
    begun = [last(person).message_id for person in people]
    for words in ("/politics", "/economy", "/help", "/sections", "/privacy"):
        for person in people:
            person.writes(words)
    await pair.wait_until_idle()
    answers = [
        [bubble.text for bubble in since(person, at)] for person, at in zip(people, begun, strict=True)
    ]
    assert [len(texts) for texts in answers] == [5, 5, 5]
    assert answers[0] == answers[1] == answers[2]
    assert "Senate sits" in answers[0][0]
    assert "Prices fall" in answers[0][1]
    assert set(pair.proxy.handed) == {0, 1}


async def test_the_same_update_at_both_programs_at_once_has_one_effect(pair: Pair) -> None:
    people = [pair.world.person(5_000_000_100 + number) for number in range(4)]
    for person in people:
        person.writes("/start")
    await pair.wait_until_idle()
    begun = [last(person).message_id for person in people]
    copies = [
        bring(program, says(700 + number, "/trial", person.id))
        for number, person in enumerate(people)
        for program in pair.programs
        for _ in range(10)
    ]
    assert set(await asyncio.gather(*copies)) == {200}
    await pair.wait_until_idle()
    assert [len(since(person, at)) for person, at in zip(people, begun, strict=True)] == [1] * 4


async def test_what_one_program_had_in_hand_when_it_stopped_the_other_goes_on_with(pair: Pair) -> None:
    ana = pair.world.person()
    ana.writes("/start")
    await pair.wait_until_idle()
    before = last(ana).message_id
    for words in ("/politics", "/economy", "/help"):
        ana.writes(words)
    pair.proxy.programs = [pair.programs[1]]
    await pair.programs[0].parts.update_inbox.stop()
    await pair.world.telegram.until(lambda: len(since(ana, before)) >= 3, 15.0)
    texts = [bubble.text for bubble in since(ana, before)]
    assert "Senate sits" in texts[0]
    assert "Prices fall" in texts[1]


async def test_nobody_else_waits_while_one_reader_floods_the_bot(pair: Pair) -> None:
    people = [pair.world.person(5_000_000_100 + number) for number in range(3)]
    flooder = pair.world.person(5_000_000_999)
    for person in (*people, flooder):
        person.writes("/start")
    await pair.wait_until_idle()
    before = last(flooder).message_id
    enough = asyncio.Event()
    flood = asyncio.create_task(_flood(pair, flooder, enough))
    worst = max([await _seconds(pair, person) for _ in range(2) for person in people])
    enough.set()
    brought, statuses = await flood
    assert statuses == {200}
    assert worst < SECONDS
    assert all(await asyncio.gather(*(_few_in_memory(program) for program in pair.programs)))
    await pair.wait_until_idle()
    told = [one for one in since(flooder, before) if "Slower, please" in one.text]
    assert 1 <= len(told) <= 2  # by each program that had her in hand
    assert len(since(flooder, before)) < brought / 2


async def _flood(pair: Pair, person: Person, enough: asyncio.Event) -> tuple[int, set[int]]:
    """Bring at least so many updates, and more until it is enough; return how many, and the answers."""
    statuses: set[int] = set()
    brought = 0
    while brought < FLOOD or not enough.is_set():
        some = range(brought, brought + 50)
        updates = (bring(pair.programs[n % 2], says(50_000 + n, "/help", person.id)) for n in some)
        statuses |= set(await asyncio.gather(*updates))
        brought += len(some)
    return brought, statuses


async def _seconds(pair: Pair, person: Person) -> float:
    """Let a person ask something; return how long she waited for the answer."""
    begun = monotonic()
    asked = person.writes("/help").message_id
    await pair.world.telegram.until(lambda: bool(since(person, asked)), 10.0)
    return monotonic() - begun


async def _few_in_memory(program: WorldProgram) -> bool:
    return program.parts.update_inbox.queues.waiting <= 50
