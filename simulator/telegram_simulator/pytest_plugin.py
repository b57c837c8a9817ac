"""The pytest fixtures `telegram_simulator` and `telegram_simulator_server`."""

from collections.abc import Iterator

import pytest

from telegram_simulator.testing import TelegramSimulator


@pytest.fixture(scope="session")
def telegram_simulator_server() -> Iterator[TelegramSimulator]:
    """The simulator that all tests of a run share; for a bot that is started once for many tests."""
    with TelegramSimulator() as running:
        yield running


@pytest.fixture
def telegram_simulator(telegram_simulator_server: TelegramSimulator) -> TelegramSimulator:
    """A running simulator that nobody has used: `base_url`, `token`, `person(…)`, `control(…)`."""
    telegram_simulator_server.reset()
    return telegram_simulator_server
