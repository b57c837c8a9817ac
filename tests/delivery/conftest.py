"""A Monday that is about to begin."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.delivery.mondays import Monday


@pytest.fixture
async def monday(content: Path, data_folder: Path) -> AsyncIterator[Monday]:
    """It is Sunday evening; the bot runs, and nobody is its reader yet."""
    async with Monday.of(content, data_folder) as begun:
        yield begun
