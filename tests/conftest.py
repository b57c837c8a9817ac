"""What every test may ask for: a bot that runs for real, against the local Telegram, over HTTP."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db.session import Database
from tests.world import World, sample

pytest_plugins = ["tests.plugins.ci", "tests.plugins.canary", "tests.domain.profiles"]


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and no rows, to be copied."""
    folder = tmp_path_factory.mktemp("blank")
    asyncio.run(_make_tables(folder))
    return folder


async def _make_tables(folder: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder / 'bot.db'}")
    await database.migrate()
    await database.close()


@pytest.fixture
def data_folder(blank_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(blank_database, tmp_path / "data"))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with three small issues; paid words begin with `canary`."""
    folder = tmp_path / "content"
    sample(folder)
    return folder


@pytest.fixture
async def world(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The bot and the local Telegram, running; nobody has written yet."""
    async with World(content, data_folder) as running:
        yield running
