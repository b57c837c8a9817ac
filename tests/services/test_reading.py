"""What a viewer opens is made of the issue as it is now."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.db.engine.session import Database
from bot.domain.pages.page import Place
from bot.domain.readers.reader import Reader, Viewer
from bot.services.reading.reading import Reading
from tests.services.content import MONDAY, PUBLICATION, Content

ADMIN = 7
LATER = MONDAY + timedelta(weeks=1)


@pytest.fixture
def content(tmp_path: Path) -> Content:
    made = Content(tmp_path / "content")
    made.write("publication.toml", PUBLICATION)
    made.issue(LATER)
    return made


async def front(reading: Reading) -> str:
    opened = await reading.open(Viewer(Reader(ADMIN, "en")), Place(LATER))
    assert opened is not None
    return opened.page.text


async def test_an_admin_is_told_the_hour_that_holds_now(content: Content, tmp_path: Path) -> None:
    archive = await content.open()
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")  # never opened
    reading = Reading(database, archive, content.clock, frozenset({ADMIN}))
    assert "Readers get it on Monday, December 29, 2025, at 07:00." in await front(reading)
    content.write("publication.toml", PUBLICATION.replace("07:00", "08:30"))
    await content.settle(archive)
    assert "Readers get it on Monday, December 29, 2025, at 08:30." in await front(reading)
