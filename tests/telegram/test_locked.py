"""A sender whose row is locked by a process that stopped in the middle holds nobody else up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import delete

from bot.clock import SystemClock
from bot.db import tables
from bot.db.engine.session import Database, Session
from bot.db.updates import inbox, ownership
from bot.db.updates.heartbeat import Heartbeat
from tests.databases import on_postgresql
from tests.telegram.inboxes import ANA, PATIENCE, Counting, update, update_inbox
from tests.waiting import until
from tests.web.hooks import bring, hooked, says
from tests.world import last, since

pytestmark = on_postgresql

AT_ONCE = 2.0
"""Seconds; a transaction that sleeps keeps its locks for ten."""

OTHERS = range(1, 6)
STOPPED = "stopped"

Lock = Callable[[Session], Awaitable[object]]


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    opened = [Database(database_url), Database(database_url)]
    yield opened
    for database in opened:
        await database.close()


async def handles(session: Session) -> None:
    """Stop in a handler."""
    await session.exec_driver_sql(f"SELECT FROM update_owners WHERE user_id = {ANA} FOR SHARE")


async def asks(session: Session) -> None:
    """Stop while another update of hers is kept."""
    await session.exec_driver_sql(f"SELECT FROM update_owners WHERE user_id = {ANA} FOR UPDATE")


async def lets_go(session: Session) -> None:
    await ownership.release(session, {ANA}, STOPPED, SystemClock().now())


async def claims(session: Session) -> None:
    """Stop before she is this process's."""
    await session.execute(delete(tables.update_owners).where(tables.update_owners.c.user_id == ANA))
    await ownership.take_ownership(session, [ANA], STOPPED)


@asynccontextmanager
async def stopped_at(database: Database, lock: Lock) -> AsyncIterator[Heartbeat]:
    """Let a process that has Ana, and had nothing of hers to do, stop with her row in this state."""
    heartbeat = Heartbeat(database, STOPPED)
    await heartbeat.enter()
    async with database.write() as session:
        await ownership.take_ownership(session, [ANA], STOPPED)
    async with database.write() as session:
        await lock(session)
        yield heartbeat


@pytest.mark.parametrize("lock", [handles, asks, lets_go, claims])
async def test_the_others_of_a_batch_are_handled_at_once_and_she_when_it_is_gone(
    databases: list[Database], lock: Lock
) -> None:
    counting = Counting()
    taking = update_inbox(databases[0], counting.handle, sweep_seconds=0.05)
    await taking.resume()
    async with stopped_at(databases[1], lock) as stopped:
        began = monotonic()
        await taking.take([update(0), update(10), *(update(other, person=other) for other in OTHERS)])
        await until(lambda: sorted(counting.seen) == list(OTHERS))
        assert monotonic() - began < AT_ONCE
    await stopped.leave()  # whoever goes on, or is dead, leaves her to others
    await until(lambda: 10 in counting.seen)
    await taking.stop()
    assert sorted(counting.seen) == [0, *OTHERS, 10]
    assert [number for number in counting.seen if number in (0, 10)] == [0, 10]


async def test_the_same_update_that_another_has_begun_to_keep_fails_alone(databases: list[Database]) -> None:
    """Telegram brings it again."""
    counting = Counting()
    taking = update_inbox(databases[0], counting.handle)
    await taking.resume()
    async with databases[1].write() as session:
        await inbox.store(session, [inbox.Received(0, "{}", ANA)], SystemClock().now())
        brought = [*(update(other, person=other) for other in OTHERS), update(0)]
        answers = await asyncio.gather(
            *(taking.receive(update) for update in brought), return_exceptions=True
        )
        assert [answer is None for answer in answers] == [*[True] * len(OTHERS), False]
        await until(lambda: sorted(counting.seen) == list(OTHERS))
    await taking.stop()


async def test_what_stopped_with_her_row_keeps_no_process_from_marking_what_others_are_done_with(
    databases: list[Database],
) -> None:
    gate, counting = asyncio.Event(), Counting()

    async def handle(raw: dict[str, object], *, last: bool) -> str | None:
        await gate.wait()
        return await counting.handle(raw, last=last)

    taking = update_inbox(databases[0], handle, "one")
    await taking.resume()
    await taking.take([update(0), *(update(other, person=other) for other in OTHERS)])
    async with databases[1].write() as session:
        await asks(session)
        gate.set()
        await until(lambda: len(taking.queues) == 1)  # she alone
        await taking.take(
            [update(10), *(update(20 + other_person, person=other_person) for other_person in OTHERS)]
        )
        await until(lambda: len(counting.seen) == 1 + 2 * len(OTHERS))
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    await taking.stop()
    assert counting.seen[-1] == 10
    assert len(counting.seen) == 2 + 2 * len(OTHERS)


async def test_a_webhook_answers_telegram_and_the_others_while_one_readers_row_is_locked(
    content: Path, data_folder: Path, database_url: str
) -> None:
    async with hooked(content, data_folder) as world:
        people = [world.person(5_000_000_100 + number) for number in range(4)]
        ana, *others = people
        for person in people:
            person.writes("/start")
        await world.wait_until_idle()
        begun = [last(person).message_id for person in people]
        other = Database(database_url)
        async with other.write() as session:
            await ownership.take_ownership(session, [ana.id], STOPPED)
            began = monotonic()
            posts = [
                bring(world.program, says(700 + at, "/help", someone.id)) for at, someone in enumerate(people)
            ]
            assert await asyncio.gather(*posts) == [200] * len(people)
            await until(
                lambda: all(
                    since(other_person, at) for other_person, at in zip(others, begun[1:], strict=True)
                )
            )
            assert monotonic() - began < AT_ONCE
            assert since(ana, begun[0]) == []
            await session.rollback()
        await other.close()
        await until(lambda: since(ana, begun[0]))
        await world.wait_until_idle()
        assert [len(since(person, at)) for person, at in zip(people, begun, strict=True)] == [1] * len(people)
