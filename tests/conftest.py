"""What every test may ask for: databases, and a running bot."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.clock import own_zones
from bot.composition.hash_key import kept_key
from tests.databases import ADDRESS, KINDS, Scratch, address, migrate
from tests.world import SELDOM, World, sample

pytest_plugins = [
    "tests.plugins.ci",
    "tests.plugins.canary",
    "tests.plugins.kept",
    "tests.plugins.order",
    "tests.plugins.progress",
    "tests.plugins.turns",
    "tests.domain.profiles",
]


def pytest_configure() -> None:
    own_zones()  # as every verb does, before any test makes a zone
    # As the program logs. Of its own accord structlog shows all locals, which held a busy loop up for 86 s.
    *processors, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*processors, plain])


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with its tables and no rows, and a key beside it, to be copied."""
    folder = tmp_path_factory.mktemp("blank")
    kept_key(folder)
    asyncio.run(migrate(f"sqlite+aiosqlite:///{folder / 'bot.db'}"))
    return folder


@pytest.fixture(scope="session")
def scratch() -> Iterator[Scratch]:
    """A database of this worker's own on the PostgreSQL server."""
    made = Scratch(f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}")
    yield made
    made.drop()


@pytest.fixture
def postgresql(scratch: Scratch) -> str:
    """The address of a PostgreSQL database with its tables and no rows."""
    scratch.empty()
    return scratch.url


@pytest.fixture(params=KINDS)
def data_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder that says where its database is (`address`): tables and no rows, on both kinds."""
    folder = tmp_path / "data"
    if request.param == "sqlite":
        return Path(shutil.copytree(request.getfixturevalue("blank_database"), folder))
    folder.mkdir()
    (folder / ADDRESS).write_text(request.getfixturevalue("postgresql"), encoding="utf-8")
    return folder


@pytest.fixture(params=KINDS)
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that has no tables yet, on both kinds."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    scratch: Scratch = request.getfixturevalue("scratch")
    scratch.clear()
    return scratch.url


@pytest.fixture
def database_url(data_folder: Path) -> str:
    return address(data_folder)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with three small issues; paid words begin with `canary`."""
    folder = tmp_path / "content"
    sample(folder)
    return folder


@pytest.fixture
async def lively(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The same as `world`, for tests of what comes with a tick: status messages, notices, campaigns."""
    async with World(content, data_folder) as running:
        yield running


@pytest.fixture
async def world(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The bot and the local Telegram, running; nobody has written yet. It looks seldom at what is due."""
    async with World(content, data_folder, tick=SELDOM) as running:
        yield running


@pytest.fixture
async def introduced(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The same as `world`, where the start sets the menus and the bot's profile."""
    async with World(content, data_folder, tick=SELDOM, menus=True) as running:
        yield running
