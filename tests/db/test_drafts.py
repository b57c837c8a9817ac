"""A draft is used once, and only as it was shown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.db.delivery import drafts
from bot.db.engine.session import Database
from bot.domain.delivery.announcement import ALL, Announcement, Draft
from bot.domain.readers.audience import Audience, Segment

NOW = datetime(2025, 12, 22, 12, 0, tzinfo=UTC)
EVERYONE, TRIAL = Audience(Segment.EVERYONE), Audience(Segment.TRIAL)
WORDS = Announcement(
    "sendMessage", {"text": "Hello", "entities": [{"type": "bold", "offset": 0, "length": 5}]}, "Hello"
)
DRAFT = Draft("n" * 16, 7, NOW, {ALL: WORDS})


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    async with opened.write() as session:
        await drafts.add(session, DRAFT)
        await drafts.choose(session, DRAFT.nonce, EVERYONE)
    yield opened
    await opened.close()


async def use(database: Database, audience: Audience = EVERYONE) -> Draft | None:
    async with database.write() as session:
        return await drafts.use(session, DRAFT.nonce, audience, NOW)


async def test_a_draft_comes_back_as_it_was_written(database: Database) -> None:
    async with database.read() as session:
        draft = await drafts.find(session, DRAFT.nonce)
    assert draft is not None
    assert (draft.messages, draft.audience, draft.made_at) == ({ALL: WORDS}, EVERYONE, NOW)


async def test_of_many_who_use_a_draft_at_once_one_gets_it(database: Database) -> None:
    results = await asyncio.gather(*(use(database) for _ in range(20)))
    assert sum(result is not None for result in results) == 1


async def test_a_draft_is_used_for_the_audience_that_was_shown_and_no_other(database: Database) -> None:
    assert await use(database, TRIAL) is None
    assert await use(database) is not None


async def test_what_was_used_changes_no_more(database: Database) -> None:
    await use(database)
    async with database.write() as session:
        assert await drafts.choose(session, DRAFT.nonce, TRIAL) is None
        assert await drafts.write(session, DRAFT.nonce, {ALL: WORDS}) is None
        await drafts.drop(session, DRAFT.nonce)
        assert await drafts.find(session, DRAFT.nonce) is not None


async def test_the_texts_of_a_draft_with_an_audience_are_fixed(database: Database) -> None:
    async with database.write() as session:
        assert await drafts.write(session, DRAFT.nonce, {ALL: WORDS}) is None
        await drafts.choose(session, DRAFT.nonce, None)
        assert await drafts.write(session, DRAFT.nonce, {"en": WORDS}, waits_for="es") is not None
        assert await drafts.choose(session, DRAFT.nonce, EVERYONE) is None
