"""News of the folder: of all processes one tells them, and what is old is forgotten."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.db.engine.session import Database
from bot.db.publishing import news
from bot.db.readers import readers
from bot.domain.publishing.news import Condition, Step, Told
from bot.domain.readers.reader import Reader
from bot.services.operations.retention import Retention
from bot.services.publishing.folder_news import NewsOutbox, PendingNews
from bot.services.readers.admins import Admins
from tests.services.content import MONDAY, PUBLICATION, Content

ADA = 6_000_000_001
NEXT = MONDAY + timedelta(weeks=1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def content(tmp_path: Path) -> Content:
    made = Content(tmp_path / "content")
    made.write("publication.toml", PUBLICATION)
    made.issue()
    made.issue(NEXT)
    return made


async def outbox_of(content: Content, database: Database) -> NewsOutbox:
    async with database.write() as session:
        await readers.add(session, Reader(ADA, "en", quiet=None), content.clock.now())
    admins = Admins(database, content.clock, frozenset({ADA}))
    return NewsOutbox(database, await content.open(), content.clock, admins)


async def told(database: Database) -> dict[str, int | None]:
    async with database.read() as session:
        return {about: notice.message_id for (about, _), notice in (await news.told(session, [ADA])).items()}


async def due(outbox: NewsOutbox) -> list[tuple[str, Step]]:
    return [(notice.about, notice.step) for notice in await outbox.due()]


async def test_of_two_processes_one_tells_it(content: Content, database: Database) -> None:
    first, other = await outbox_of(content, database), await outbox_of(content, database)
    (mine,), (theirs,) = await first.due(), await other.due()
    assert (mine.about, mine.step) == (theirs.about, theirs.step) == (str(NEXT), Step.SEND)
    assert [await first.claim(mine), await other.claim(theirs)] == [True, False]
    assert await due(first) == []


async def test_what_was_claimed_and_never_answered_is_not_told_again(
    content: Content, database: Database
) -> None:
    (pending,) = await (await outbox_of(content, database)).due()
    assert await (await outbox_of(content, database)).claim(pending)
    assert await due(await outbox_of(content, database)) == []
    assert await told(database) == {str(NEXT): None, "folder": None}


async def test_what_was_certainly_not_told_is_due_again(content: Content, database: Database) -> None:
    outbox = await outbox_of(content, database)
    (pending,) = await outbox.due()
    assert await outbox.claim(pending)
    await outbox.undo(pending)
    assert await due(outbox) == [(str(NEXT), Step.SEND)]


async def test_an_edit_that_was_not_made_leaves_the_message_to_be_edited(
    content: Content, database: Database
) -> None:
    outbox = await outbox_of(content, database)
    await tell(outbox, 41)
    content.issue(NEXT, language="es")
    content.clock.move_to(content.clock.now() + timedelta(minutes=2))
    changed = await outbox_of(content, database)
    (pending,) = await changed.due()
    assert (pending.step, pending.before and pending.before.message_id) == (Step.EDIT, 41)
    assert await changed.claim(pending)
    assert await told(database) == {str(NEXT): 41, "folder": None}
    await changed.undo(pending)
    assert await due(changed) == [(str(NEXT), Step.EDIT)]


async def tell(outbox: NewsOutbox, message_id: int) -> PendingNews:
    (pending,) = await outbox.due()
    assert await outbox.claim(pending)
    await outbox.arrived(pending, message_id)
    return pending


async def test_who_wrote_stop_or_is_gone_is_told_nothing(content: Content, database: Database) -> None:
    outbox = await outbox_of(content, database)
    for column in ("stopped_at", "gone_at"):
        async with database.write() as session:
            await readers.change(session, ADA, **{column: content.clock.now()})
        assert await due(outbox) == []
        async with database.write() as session:
            await readers.change(session, ADA, **{column: None})
    assert await due(outbox) == [(str(NEXT), Step.SEND)]


async def test_what_was_told_of_old_issues_is_forgotten_after_sixty_days(
    content: Content, database: Database
) -> None:
    now = content.clock.now()
    days = [date(2025, 10, 20), date(2025, 11, 3)]
    async with database.write() as session:
        for about in [*map(str, days), *(f"eve {day}" for day in days), "folder"]:
            await news.put(session, about, ADA, Told("x", Condition.WHOLE, now), None)
    await Retention(database, content.clock).purge()
    assert set(await told(database)) == {"2025-11-03", "eve 2025-11-03", "folder"}
