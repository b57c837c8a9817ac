"""A running simulator, a bot that calls it, and Ana, who has already written to the bot."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from caller import ANA, TOKEN, Caller
from shop import Shop
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(datetime(2025, 12, 21, 20, 0, tzinfo=UTC))


@pytest.fixture
async def simulator(clock: StoppedClock) -> AsyncIterator[Simulator]:
    simulator = Simulator(clock, strict=True, webhook_retry=0.01)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def bot(simulator: Simulator, session: ClientSession) -> Caller:
    return Caller(simulator, session)


@pytest.fixture
def stranger(simulator: Simulator) -> Person:
    return simulator.person(id=ANA, first_name="Ana", language_code="es", token=TOKEN)


@pytest.fixture
def ana(stranger: Person) -> Person:
    stranger.writes("/start")
    return stranger


@pytest.fixture
def shop(simulator: Simulator, session: ClientSession) -> Shop:
    return Shop(simulator, session)
