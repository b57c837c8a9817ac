"""Who belongs to an audience, asked of the database and of the rules of access."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.db import tables
from bot.db.delivery import audience as audiences
from bot.db.engine.session import Database, Session
from bot.db.readers import grants, readers
from bot.domain.readers.audience import Audience, Segment
from bot.domain.readers.grants import Grant, Source, full_until, timeline
from bot.domain.readers.reader import Reader

NOW = datetime(2025, 12, 22, 12, 0, tzinfo=UTC)
EPOCH = NOW - timedelta(days=400)
ADMINS = {3, 4}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


async def members(database: Database, audience: Audience) -> set[int]:
    async with database.read() as session:
        condition = await audiences.condition(session, audience, ADMINS, NOW)
        ids = set((await session.execute(select(tables.readers.c.id).where(condition))).scalars())
        assert sum((await audiences.where(session, condition)).values()) == len(ids)
    return ids


async def add(session: Session, reader: Reader, *held: Grant, **more: object) -> None:
    """Add a reader with her grants, as the services keep them."""
    await readers.add(session, reader, EPOCH)
    for grant in held:
        await grants.add(session, reader.id, grant)
        if grant.revoked_at is not None:
            mine = tables.grants.c.source_id == grant.source_id
            await session.execute(tables.grants.update().where(mine).values(revoked_at=grant.revoked_at))
    await readers.change(session, reader.id, full_until=full_until(held, NOW), **more)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


async def test_each_audience_holds_whom_it_names(database: Database) -> None:
    revoked = Grant(Source.COMPLIMENTARY, "5", ago(9), days=30, revoked_at=ago(9))
    async with database.write() as session:
        await add(session, Reader(1, "en"), active_at=ago(1))
        await add(session, Reader(2, "es"), Grant(Source.TRIAL, "2", ago(1), days=7), active_at=ago(29))
        await add(session, Reader(3, "en"), Grant(Source.COMPLIMENTARY, "3", ago(5)), active_at=ago(60))
        await add(session, Reader(4, "es"), Grant(Source.TRIAL, "4", ago(9), days=7), active_at=None)
        await add(session, Reader(5, "en"), revoked, active_at=NOW)
        await add(session, Reader(6, "en"), stopped_at=ago(1), active_at=ago(99))
        await add(session, Reader(7, "es"), Grant(Source.TRIAL, "7", ago(1), days=7), gone_at=ago(1))
    expected = {
        "everyone": {1, 2, 3, 4, 5},
        "with-access": {2, 3},
        "without-access": {1, 4, 5},
        "trial": {2},
        "expired": {4},
        "language-en": {1, 3, 5},
        "language-es": {2, 4},
        "inactive-4": {2, 3, 4},
        "inactive-8": {3, 4},
        "inactive-12": {4},
        "admins": {3, 4},
    }
    for code, ids in expected.items():
        audience = Audience.read(code)
        assert audience is not None
        assert await members(database, audience) == ids, code


async def test_nobody_is_in_trial_where_nobody_ever_was(database: Database) -> None:
    async with database.write() as session:
        await add(session, Reader(1, "en"), Grant(Source.COMPLIMENTARY, "1", ago(1), days=7))
    assert await members(database, Audience(Segment.TRIAL)) == set()


async def test_the_database_agrees_with_the_rules_of_access(database: Database) -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    held = {number: _some_grants(chance, number) for number in range(1, 161)}
    async with database.write() as session:
        for number, some in held.items():
            await add(session, Reader(number, "en"), *some)
    sources = {number: _sources_from_now(some) for number, some in held.items()}
    trial = {number for number, granted in sources.items() if granted == {Source.TRIAL}}
    full = {number for number, granted in sources.items() if granted}
    expired = {number for number, some in held.items() if timeline(some)} - full
    assert min(map(len, (trial, full - trial, expired))) > 8
    assert await members(database, Audience(Segment.TRIAL)) == trial
    assert await members(database, Audience(Segment.FULL)) == full
    assert await members(database, Audience(Segment.EXPIRED)) == expired


def _sources_from_now(held: list[Grant]) -> set[str]:
    """Return where the unbroken access that runs now comes from."""
    end = full_until(held, NOW)
    return {
        period.grant.source
        for period in timeline(held)
        if end is not None and period.ends > NOW and period.starts < end
    }


def _some_grants(chance: random.Random, number: int) -> list[Grant]:
    """One trial at the most, and gifts of every kind, at different moments of the last forty days."""
    moments = chance.sample(range(1, 40 * 24), k=chance.choice([0, 1, 1, 2, 2, 3]))
    grants: list[Grant] = []
    for at, hours in enumerate(moments):
        source = Source.TRIAL if at == 0 and chance.random() < 0.8 else Source.COMPLIMENTARY
        given = NOW - timedelta(hours=hours)
        revoked = NOW - timedelta(hours=chance.randrange(hours)) if chance.random() < 0.2 else None
        length: dict[str, object] = {"days": 7 if source is Source.TRIAL else chance.choice([1, 7, 30])}
        if source is not Source.TRIAL and chance.random() < 0.4:
            length = {"until": chance.choice([None, given + timedelta(days=chance.choice([2, 60]))])}
        grants.append(Grant(source, f"{number}.{at}", given, revoked_at=revoked, **length))  # type: ignore[arg-type]
    return grants
