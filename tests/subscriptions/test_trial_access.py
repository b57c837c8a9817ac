"""Grants under pressure: given once, whoever asks at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.db.operations import personal
from bot.db.readers import readers
from bot.domain.content.on_offer import OnOffer
from bot.domain.readers.reader import Reader
from bot.domain.readers.ways import Way
from bot.domain.subscriptions.person import person_hash
from bot.services.readers.readers import Readers, User
from bot.services.subscriptions.granting import Granting
from bot.services.subscriptions.subscriptions import Subscriptions, Trial
from tests.waiting import until
from tests.world import MONDAY

ANA = 5_000_000_001


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    """Two programs' ways into one database."""
    patient = f"{database_url}?timeout=60"  # a file's lock is given to nobody in turn
    opened = [Database(patient if "sqlite" in database_url else database_url) for _ in range(2)]
    await Readers(opened[0], StoppedClock(MONDAY)).receive(User(ANA))
    yield opened
    for database in opened:
        await database.close()


async def test_a_trial_asked_for_two_hundred_times_at_once_is_given_once(databases: list[Database]) -> None:
    doors = [Subscriptions(database, StoppedClock(MONDAY), b"key") for database in databases]
    answers = await asyncio.gather(*(door.start_trial(ANA, 7) for door in doors for _ in range(100)))
    assert sum(answer.given for answer in answers) == 1
    assert {answer.until for answer in answers} == {MONDAY + timedelta(days=7)}


async def test_days_given_at_once_all_count(databases: list[Database]) -> None:
    doors = [Granting(database, StoppedClock(MONDAY)) for database in databases]
    gifts = (doors[number % 2].give(ANA, 1, by=1, request=f"{number}") for number in range(20))
    await asyncio.gather(*gifts)
    account = await Subscriptions(databases[0], StoppedClock(MONDAY), b"key").account(ANA)
    assert account.full_until == MONDAY + timedelta(days=20)
    async with databases[0].read() as session:
        ana = await readers.find(session, ANA)
    assert ana is not None
    assert ana.full_until == account.full_until


async def test_a_request_made_twice_at_once_gives_once(databases: list[Database]) -> None:
    doors = [Granting(database, StoppedClock(MONDAY)) for database in databases]
    await asyncio.gather(*(door.give(ANA, 3, by=1, request="the same") for door in doors for _ in range(20)))
    account = await Subscriptions(databases[0], StoppedClock(MONDAY), b"key").account(ANA)
    assert account.full_until == MONDAY + timedelta(days=3)


async def test_another_key_gives_the_trial_again_and_the_same_one_never(databases: list[Database]) -> None:
    for key, given in ((b"key", True), (b"key", False), (b"another", True)):
        trial = await Subscriptions(databases[0], StoppedClock(MONDAY), key).start_trial(ANA, 7)
        assert trial.given is given


async def found(database: Database) -> Reader:
    async with database.read() as session:
        ana = await readers.find(session, ANA)
    assert ana is not None
    return ana


async def test_her_row_says_what_she_had_from_the_moment_she_has_it(databases: list[Database]) -> None:
    database, moments = databases[0], [MONDAY + timedelta(days=number) for number in range(3)]
    gifts = [Granting(database, StoppedClock(moment)) for moment in moments]
    ways = [(await found(database)).way(OnOffer(7), moments[0])]
    await gifts[0].give(ANA, 1, by=1, request="a gift")
    await gifts[0].take_back(ANA, by=1, request="back again")
    assert (await found(database)).full_since is None  # it was over before it began
    await gifts[1].give(ANA, 1, by=1, request="another")
    ways.append((await found(database)).way(OnOffer(7), moments[2]))
    await Subscriptions(database, StoppedClock(moments[2]), b"key").start_trial(ANA, 7)
    await gifts[2].take_back(ANA, by=1, request="the trial")
    ana = await found(database)
    ways.append(ana.way(OnOffer(7), moments[2]))
    assert ways == [Way.TRIAL, Way.TRIAL, Way.LAPSED]
    assert (ana.trial_at, ana.full_since) == (moments[2], moments[1])


@pytest.mark.parametrize("gives", ["trial", "days"])
async def test_who_is_deleted_while_she_is_given_days_gets_none(
    databases: list[Database], gives: str
) -> None:
    """Both wait for the same lock, her row's: nothing of hers is held meanwhile that the other waits for."""
    async with databases[1].write() as session:
        await readers.lock_for_update(session, ANA)
        giving = asyncio.create_task(give(databases[0], gives))
        await until(lambda: is_waiting(databases[1]))
        await personal.delete_all(session, ANA, person_hash(b"key", ANA))
    assert await giving == (Trial(given=False, days=7, until=None) if gives == "trial" else None)


async def give(database: Database, gives: str) -> object:
    clock = StoppedClock(MONDAY)
    if gives == "trial":
        return await Subscriptions(database, clock, b"key").start_trial(ANA, 7)
    return await Granting(database, clock).give(ANA, 7, by=1, request="gift")


async def is_waiting(database: Database) -> bool:
    """Tell whether another connection waits for a lock; on SQLite every transaction does."""
    if not database.is_shared:
        return True
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with database.read() as session:
        return bool((await session.execute(waiting)).scalar_one())
