"""What the tests of leaks may ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.leaks.aviary import Aviary
from tests.leaks.canaries import write_all
from tests.world import World


@pytest.fixture
async def aviary(tmp_path: Path, data_folder: Path) -> AsyncIterator[Aviary]:
    nest = write_all(tmp_path / "canaries")
    async with World(
        tmp_path / "canaries", data_folder, public_url="https://post.example", menus=True
    ) as world:
        yield Aviary(world, nest)
