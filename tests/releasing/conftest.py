"""A newsroom on the Sunday before an issue comes out."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.releasing.newsroom import Hands, Newsroom, monday


@pytest.fixture
async def newsroom(tmp_path: Path, database_url: str) -> AsyncIterator[Newsroom]:
    made = Newsroom(tmp_path / "content", database_url, Hands(monday() - timedelta(hours=13)))
    made.prepare()
    await made.start()
    await made.enrol()
    yield made
    await made.stop()
