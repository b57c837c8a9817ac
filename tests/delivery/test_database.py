"""A database that is locked, cut off or full between a claim and its outcome: nothing is sent unclaimed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, Pool

from bot.composition.delivery_classes import DeliveryClasses
from bot.composition.errors import StartError
from bot.db.engine.session import Database, Session
from bot.db.errors import SilentError
from bot.domain.delivery.campaign import CampaignState, State
from bot.services.delivery.sending.claiming import Claiming
from bot.services.delivery.sending.outcome_writer import OutcomeWriter
from telegram_simulator import Latency, Status
from tests.databases import END_OTHERS, alone, make_impatient, on_postgresql, on_sqlite
from tests.delivery.mondays import Monday, stays, until
from tests.world import World

WINDOW = 8


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[None]:
    """Let another process hold the ledger: nobody writes."""
    if not database.is_shared:
        other = await asyncio.to_thread(_exclusive, str(database.url.database))
        yield
        other.close()
        return
    engine = create_async_engine(database.url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
        yield
    await engine.dispose()


def _exclusive(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN EXCLUSIVE")
    return connection


async def test_while_another_process_locks_the_ledger_no_more_than_the_window_is_sent(monday: Monday) -> None:
    people = await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.1))
    await monday.push()
    await monday.at_least(5, State.SENT)
    async with locked(monday.world.program.core.database):
        held = monday.sends()
        assert await stays(lambda: monday.sends() <= held + WINDOW, 1.0)
        held = monday.sends()
        assert await stays(lambda: monday.sends() == held, 0.5)
    assert (await monday.ended()).of(State.SENT) == len(people)
    await monday.agrees()


@on_postgresql
async def test_connections_that_are_cut_again_and_again_lose_and_repeat_nobody(monday: Monday) -> None:
    people = await monday.enrol(80)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.2))
    await monday.push()
    engine = create_async_engine(monday.world.program.core.database.url, poolclass=NullPool)
    for _ in range(3):
        so_far = monday.sends()
        await until(lambda seen=so_far: monday.sends() > seen + 3)  # type: ignore[misc]
        async with engine.begin() as connection:
            await connection.execute(text(END_OTHERS))
    await engine.dispose()
    report = await monday.ended()
    assert report.of(State.SENT) == len(people)
    await monday.agrees()


@on_sqlite
async def test_on_a_full_disk_it_waits_and_goes_on_by_itself_when_there_is_room(monday: Monday) -> None:
    people = await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.1))
    await monday.push()
    await monday.at_least(5, State.SENT)
    full = [True]

    def limit(connection: Any, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages if full[0] else 1_000_000}")

    event.listen(Pool, "checkout", limit)
    so_far = -1
    while so_far != monday.sends():
        so_far = monday.sends()
        await stays(lambda: monday.sends() == so_far, 0.6)  # noqa: B023  # asked before it changes
    assert so_far < len(people)
    report = await monday.report()
    assert 0 < report.of(State.SENDING) <= WINDOW
    assert report.of(State.SENDING) + report.of(State.SENT) == monday.sends()
    full[0] = False
    assert (await monday.ended()).of(State.SENT) == len(people)
    event.remove(Pool, "checkout", limit)
    await monday.agrees()


@on_sqlite
async def test_a_claim_that_fails_while_others_are_on_their_way_costs_nothing(monday: Monday) -> None:
    """The claims fail, the outcomes do not: replies and outcomes go on, and the claims when they can."""
    people = await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    await monday.push()
    await monday.at_least(4, State.SENT)
    await alone(
        monday.world.program.core.database,
        "CREATE TRIGGER refuses BEFORE UPDATE ON deliveries WHEN new.state = 'sending' "
        "BEGIN SELECT raise(ABORT, 'no'); END",
    )
    await until(_nothing_open(monday))
    tried = monday.sends()
    assert await stays(lambda: monday.sends() == tried, 0.5)
    await alone(monday.world.program.core.database, "DROP TRIGGER refuses")
    assert (await monday.ended()).of(State.SENT) == len(people)
    await monday.agrees()


async def test_a_reader_erased_while_her_copy_is_on_its_way_does_not_keep_the_campaign_from_ending(
    monday: Monday,
) -> None:
    """What stands in her chat cannot be kept: her row is gone. That she got it is kept all the same."""
    people = await monday.enrol(6)
    erased = people[0].id
    monday.world.telegram.faults.add(method="sendMessage", chat_id=erased, times=1, kind=Latency(0.5))
    await monday.push()
    await until(lambda: monday.sends() == len(people))
    await alone(monday.world.program.core.database, f"DELETE FROM readers WHERE id = {erased}")  # noqa: S608  # our own number
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert monday.copies()[erased] == 1
    await monday.agrees()


@on_sqlite
async def test_an_outcome_that_the_database_never_takes_becomes_unknown_and_the_campaign_ends(
    monday: Monday,
) -> None:
    people = await monday.enrol(6)
    await alone(
        monday.world.program.core.database,
        f"CREATE TRIGGER refuses BEFORE UPDATE ON deliveries WHEN new.reader_id = {people[0].id} "
        "AND new.state = 'sent' BEGIN SELECT raise(ABORT, 'no'); END",
    )
    await monday.push()
    report = await monday.ended()
    assert (report.of(State.SENT), report.of(State.UNKNOWN)) == (len(people) - 1, 1)
    await monday.agrees()


@on_sqlite
async def test_a_pause_is_written_though_the_outcomes_beside_it_are_refused(monday: Monday) -> None:
    people = await monday.enrol(60)
    wrong = Status(400, "Bad Request: message is too long")
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=wrong)
    await alone(
        monday.world.program.core.database,
        "CREATE TRIGGER refuses BEFORE UPDATE ON deliveries WHEN new.state = 'failed' "
        "BEGIN SELECT raise(ABORT, 'no'); END",
    )
    await monday.push()
    await monday.in_state(CampaignState.PAUSED)
    assert (await monday.campaign()).why == "rejected"
    await monday.wait_until_idle()
    report = await monday.report()
    assert 20 <= report.of(State.UNKNOWN) <= 20 + WINDOW
    assert report.of(State.PENDING) == len(people) - report.of(State.UNKNOWN)


@on_sqlite
async def test_an_outcome_that_is_refused_whatever_it_says_keeps_its_slot_and_nothing_else(
    monday: Monday,
) -> None:
    """Freed, its row would be claimed and nobody's: the next claim that fails would have it sent again."""
    people = await monday.enrol(60)
    database, first = monday.world.program.core.database, people[0].id
    await alone(
        database,
        f"CREATE TRIGGER refuses BEFORE UPDATE ON deliveries WHEN new.reader_id = {first} "
        "AND new.state IN ('sent', 'unknown') BEGIN SELECT raise(ABORT, 'no'); END",
    )
    await monday.push()
    await monday.at_least(len(people) - 1, State.SENT)
    assert (await monday.states())[first] is State.SENDING
    sender = monday.world.program.parts.sender
    assert sender.in_use == 1
    await alone(database, "DROP TRIGGER refuses")
    assert (await monday.ended()).of(State.UNKNOWN) == 1
    await monday.agrees()


class Faults:
    """How often a database fails its sender yet, and how."""

    def __init__(self) -> None:
        self.odd = 0
        """Transactions that end in an error nobody thought of."""
        self.lost = 0
        """Answers to COMMIT that are lost: what it was to commit stands."""


class FaultyDatabase(Database):
    """A way into a database that sometimes fails."""

    def __init__(self, database: Database, faults: Faults) -> None:
        super().__init__(database.url.render_as_string(hide_password=False))
        self._faults = faults
        database.on_close(self.close)

    @asynccontextmanager
    async def write(self, **given: Any) -> AsyncIterator[Session]:
        if self._faults.odd:
            self._faults.odd -= 1
            raise RuntimeError
        async with super().write(**given) as session:
            yield session
        if self._faults.lost:
            self._faults.lost -= 1
            raise SilentError(TimeoutError())


@asynccontextmanager
async def faulty(content: Path, data_folder: Path) -> AsyncIterator[tuple[Monday, Faults, Faults]]:
    """Run a Monday with what may go wrong when claims, and when outcomes, are written."""
    claims, outcomes = Faults(), Faults()

    class FaultyClaiming(Claiming):
        def __init__(self, database: Database, *given: Any) -> None:
            super().__init__(FaultyDatabase(database, claims), *given)

    class FaultyOutcomeWriter(OutcomeWriter):
        def __init__(self, database: Database, *given: Any, **named: Any) -> None:
            super().__init__(FaultyDatabase(database, outcomes), *given, **named)

    classes = DeliveryClasses(claiming=FaultyClaiming, outcome_writer=FaultyOutcomeWriter)
    async with Monday.of(content, data_folder, delivery=classes) as monday:
        yield monday, claims, outcomes


async def test_an_outcome_that_fails_oddly_is_written_down_whole_when_it_can_be(
    content: Path, data_folder: Path
) -> None:
    """And the claim that fails after it takes back nothing of it."""
    async with faulty(content, data_folder) as (monday, claims, outcomes):
        people = await monday.enrol(12)
        outcomes.odd = 3
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.1))
        await monday.push()
        await until(lambda: outcomes.odd < 3)
        claims.odd = 1
        assert (await monday.ended()).of(State.SENT) == len(people)
        assert (outcomes.odd, claims.odd) == (0, 0)
        await monday.agrees()


async def test_an_outcome_whose_commit_was_never_answered_lets_nobody_have_two_copies(
    content: Path, data_folder: Path
) -> None:
    """It said that the row is pending: the row is claimed anew before this is written down once more."""
    async with faulty(content, data_folder) as (monday, _, outcomes):
        [ana] = await monday.enrol(1)
        outcomes.lost = 1
        # Claimed, not handed over, pending: for that short time.
        monday.world.program.core.rate_limiter.delay(ana.id, 0.3)
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(1.0))
        await monday.push()
        await monday.ended()
        assert outcomes.lost == 0
        assert monday.copies()[ana.id] == 1
        await monday.agrees()


async def test_claims_whose_commit_was_never_answered_are_sent_all_the_same(
    content: Path, data_folder: Path
) -> None:
    async with faulty(content, data_folder) as (monday, claims, _):
        people = await monday.enrol(20)
        claims.lost = 1
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        assert claims.lost == 0
        await monday.agrees()


async def test_claims_whose_answers_are_lost_again_and_again_never_stand_for_more_than_the_window(
    content: Path, data_folder: Path
) -> None:
    """Whoever dies then leaves no more than that unknown."""
    async with faulty(content, data_folder) as (monday, claims, _):
        people = await monday.enrol(60)
        claims.lost, most = 6, 0
        await monday.push()
        async with asyncio.timeout(20):
            while claims.lost:
                most = max(most, (await monday.report()).of(State.SENDING))
                await asyncio.sleep(0.02)
        assert 0 < most <= WINDOW
        assert (await monday.ended()).of(State.SENT) == len(people)
        await monday.agrees()


@on_sqlite
async def test_a_start_while_another_process_holds_the_database_ends_in_a_sentence(
    content: Path, data_folder: Path
) -> None:
    make_impatient(data_folder, 0.2)
    world = World(content, data_folder)
    await world.telegram.start()
    program = world.new_program()
    async with locked(program.core.database):
        with pytest.raises(StartError, match="cannot be used: database is locked"):
            await program.start()
        await program.stop()
    await world.telegram.stop()


def _nothing_open(monday: Monday) -> Any:
    async def ask() -> bool:
        return (await monday.report()).of(State.SENDING) == 0

    return ask


async def test_a_claim_whose_commit_was_never_answered_is_taken_back(monday: Monday) -> None:
    """The sender of this epoch has a row that it does not know of: as if the answer to COMMIT was lost, and
    it was done only after what failed was tried again. Another is due hours later: nothing else wakes it.
    """
    people = await monday.enrol(3)
    await monday.choose(people[1], zone="America/Los_Angeles")
    await monday.push()
    await monday.at_least(2, State.SENT)
    program = monday.world.program
    lost = "UPDATE deliveries SET state = 'sending', epoch = :epoch WHERE reader_id = :reader"
    async with program.core.database.write() as session:
        await session.execute(text(lost), {"epoch": program.core.lease.epoch, "reader": people[0].id})

    async def skipped() -> bool:  # she has it: the answer was known once
        return (await monday.states())[people[0].id] is State.SKIPPED

    await until(skipped)
    assert (await monday.states())[people[1].id] is State.PENDING


async def test_and_so_it_is_of_a_campaign_that_was_cancelled_meanwhile(monday: Monday) -> None:
    [ana] = await monday.enrol(1)
    program = monday.world.program
    await monday.choose(ana, zone="America/Los_Angeles")
    await monday.push()
    lost = "UPDATE deliveries SET state = 'sending', epoch = :epoch"
    async with program.core.database.write() as session:
        await session.execute(text(lost), {"epoch": program.core.lease.epoch})
        await session.execute(text("UPDATE campaigns SET state = 'cancelled'"))

    async def skipped() -> bool:
        return (await monday.states())[ana.id] is State.SKIPPED

    await until(skipped)
    assert monday.sends() == 0
