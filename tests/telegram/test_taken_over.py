"""A process that slept or was cut off undoes nothing that readers did since, and repeats no answer."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.engine.session import Database
from bot.db.tables import readers
from telegram_simulator import Person
from tests.databases import ADDRESS, on_postgresql
from tests.telegram.child import Child, begin
from tests.waiting import until
from tests.web.hooks import hooked_at
from tests.web.test_two_programs import Proxy
from tests.wires import Wire
from tests.world import World, last, since
from tools.soak.processes import kill

pytestmark = pytest.mark.apart

READERS = int(os.environ.get("BRIEFING_CUT_OFF", "8"))
LEASE = 5
PATIENCE = 60.0


@asynccontextmanager
async def locked(database: Database, table: str) -> AsyncIterator[None]:
    """Let everyone wait who asks for a row of this table."""
    async with database.write() as session:
        await session.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


async def greeted(world: World) -> list[Person]:
    people = [world.person(5_000_000_100 + number) for number in range(READERS)]
    for person in people:
        person.writes("/start")
    await world.telegram.until(lambda: all(len(since(someone, 0)) == 2 for someone in people), PATIENCE)
    await world.program.parts.update_inbox.wait_until_handled()
    return people


async def stopped(database: Database) -> list[int]:
    async with database.read() as session:
        query = select(readers.c.id).where(readers.c.stopped_at.is_not(None))
        return list((await session.execute(query)).scalars())


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    made = Proxy()
    await made.start()
    yield made
    await made.stop()


@on_postgresql
async def test_who_was_cut_off_with_a_stop_in_hand_stops_nobody_who_has_undone_it_since(
    content: Path, data_folder: Path, postgresql: str, proxy: Proxy
) -> None:
    async with Wire(postgresql).open() as wire:
        (data_folder / ADDRESS).write_text(f"{wire.url}?timeout=1", encoding="utf-8")
        async with hooked_at(proxy.port, content, data_folder, lease_seconds=LEASE) as world:
            (data_folder / ADDRESS).write_text(postgresql, encoding="utf-8")
            cut_off, other = world.program, world.new_program()
            await other.start()
            proxy.programs = [cut_off]
            people = await greeted(world)
            async with locked(other.core.database, "readers"):
                before = [person.writes("/stop").message_id for person in people]
                await until(lambda: len(cut_off.parts.update_inbox.queues) == len(people))
                wire.cut()
            proxy.programs = [other]
            await until(
                lambda: all("won’t send you anything" in last(someone).text for someone in people), PATIENCE
            )
            for person in people:
                person.taps(last(person).message_id, "Undo")
            await until(lambda: all("as it was" in last(person).text for person in people), PATIENCE)
            wire.mend()
            await until(lambda: len(cut_off.parts.update_inbox.queues) == 0, PATIENCE)
            await other.parts.update_inbox.wait_until_handled()
            answers = [since(person, at) for person, at in zip(people, before, strict=True)]
            assert await stopped(other.core.database) == []
            assert [len(texts) for texts in answers] == [1] * len(people)
            assert ["as it was" in texts[0].text for texts in answers] == [True] * len(people)
            await other.stop()


@pytest.fixture
async def suspended(
    content: Path, data_folder: Path, proxy: Proxy, tmp_path: Path
) -> AsyncIterator[tuple[World, Child]]:
    """A world whose other program is a process that can be put to sleep."""
    async with hooked_at(proxy.port, content, data_folder, lease_seconds=LEASE) as world:
        child = await begin(world, data_folder, proxy.port, LEASE, tmp_path / "log")
        yield world, child
        await kill(child.process)


@on_postgresql
async def test_who_slept_with_taps_and_commands_in_hand_turns_no_page_back_and_answers_nobody_again(
    suspended: tuple[World, Child], proxy: Proxy
) -> None:
    world, child = suspended
    proxy.programs = [world.program]
    people = await greeted(world)
    tappers, askers = people[::2], people[1::2]
    database = world.program.core.database
    proxy.programs = [child]  # type: ignore[list-item]  # it has an address
    async with locked(database, "readers"):
        for person in tappers:
            person.taps(last(person).message_id, data="p:2025-12-22:politics:1")
        asked = [person.writes("/help").message_id for person in askers]
        await until(lambda: _waiting(database, len(people)))
        child.process.send_signal(signal.SIGSTOP)
    proxy.programs = [world.program]
    await until(lambda: all(_is_at(tapper, "POLITICS") for tapper in tappers), PATIENCE)
    await until(lambda: all(since(asker, at) for asker, at in zip(askers, asked, strict=True)), PATIENCE)
    for person in tappers:
        person.taps(last(person).message_id, data="p:2025-12-22:economy:1")
    await until(lambda: all(_is_at(tapper, "ECONOMY") for tapper in tappers), PATIENCE)
    calls = _calls(world)
    child.process.send_signal(signal.SIGCONT)
    await until(lambda: _is_back(database), PATIENCE)
    proxy.programs = [child]  # type: ignore[list-item]
    answer = people[0].writes("/privacy").message_id  # what it gets from now on it answers
    await until(lambda: since(people[0], answer), PATIENCE)
    assert _calls(world) == calls + 1
    assert [_is_at(tapper, "ECONOMY") for tapper in tappers[1:]] == [True] * (len(tappers) - 1)
    assert [len(since(asker, at)) for asker, at in zip(askers, asked, strict=True)] == [1] * len(askers)


def _is_at(person: Person, section: str) -> bool:
    return last(person).text.startswith(section)


def _calls(world: World) -> int:
    """Count what readers were sent, and what was turned."""
    rows = world.telegram.ledger
    return sum(len(rows.of(method=name)) for name in ("sendMessage", "editMessageText", "sendRichMessage"))


async def _waiting(database: Database, count: int) -> bool:
    """Tell whether so many updates are kept and in hand."""
    async with database.read() as session:
        waits = "SELECT count(*) FROM inbox WHERE handled_at IS NULL"
        blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'readers'::regclass"
        total = (await session.exec_driver_sql(waits)).scalar_one()
        return bool(total == count and (await session.exec_driver_sql(blocked)).scalar_one() > 0)


async def _is_back(database: Database) -> bool:
    async with database.read() as session:
        lives = "SELECT count(*) FROM processes"
        return bool((await session.exec_driver_sql(lives)).scalar_one() == 2)
