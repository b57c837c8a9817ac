"""Many processes, one inbox: each update is handled once, each sender's in order (fault rows 6 and 19)."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.db.engine.session import Database
from bot.db.engine.update_lock import TakenOverError, fenced_by, sure
from bot.db.updates import inbox, ownership
from bot.db.updates.heartbeat import Heartbeat
from bot.db.updates.lock_heartbeat import GRACE_SECONDS
from bot.services.updates.ownership import USERS
from bot.services.updates.update_inbox import NotReadyError, UpdateInbox
from bot.services.updates.user_queues import PAGE
from tests.databases import alone, on_postgresql, on_sqlite, statements
from tests.telegram.inboxes import ANA, PATIENCE, Counting, update, update_inbox
from tests.waiting import until
from tests.wires import Wire

pytestmark = pytest.mark.apart

COPIES = int(os.environ.get("BRIEFING_COPIES", "10"))
NUMBER = int(os.environ.get("BRIEFING_UPDATES", "60"))
ROOT = Path(__file__).parents[2]


class Both:
    """What two processes handle, and whether they ever do so for one sender at the same time."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []
        self.clashes: list[int] = []
        self._busy: set[int] = set()

    async def handle(self, update: dict[str, Any], *, last: bool) -> str | None:  # noqa: ARG002  # not asked here
        person, number = update["message"]["from"]["id"], update["update_id"]
        if person in self._busy:
            self.clashes.append(number)
        self._busy.add(person)
        await asyncio.sleep(number % 3 / 1_000)  # handlers differ in what they take
        self.seen.append((person, number))
        self._busy.discard(person)
        return None

    def of(self, person: int) -> list[int]:
        return [number for who, number in self.seen if who == person]


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    opened = [Database(database_url), Database(database_url)]
    yield opened
    for one in opened:
        await one.close()


async def start(databases: Iterable[Database], both: Both) -> list[UpdateInbox]:
    found = [update_inbox(one, both.handle, name) for one, name in zip(databases, "ab", strict=True)]
    for one in found:
        await one.resume()
    return found


async def settle(*processes: UpdateInbox) -> None:
    for one in processes:
        await asyncio.wait_for(one.wait_until_handled(), PATIENCE)
    for one in processes:
        await one.stop()


async def rows(database: Database, table: str) -> int:
    async with database.read() as session:
        return int((await session.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


async def test_one_senders_updates_stay_in_order_whichever_process_they_come_to(
    databases: list[Database],
) -> None:
    both, dice = Both(), random.Random(3)  # noqa: S311  # any order will do
    processes = await start(databases, both)

    async def write(person: int) -> None:
        """Bring a sender's updates one after the other, as Telegram does; the ids start anew on the way."""
        for number in (*range(500 + person * 50, 520 + person * 50), *range(person * 20, person * 20 + 20)):
            await dice.choice(processes).receive(update(number, person))

    await asyncio.gather(*(write(person) for person in range(8)))
    await settle(*processes)
    for person in range(8):
        kept = [*range(500 + person * 50, 520 + person * 50), *range(person * 20, person * 20 + 20)]
        assert both.of(person) == kept
    assert both.clashes == []
    assert await rows(databases[0], "update_owners") == 0


async def test_the_same_update_at_both_processes_at_once_and_out_of_order_is_handled_once(
    databases: list[Database],
) -> None:
    both, dice = Both(), random.Random(5)  # noqa: S311  # any order will do
    processes = await start(databases, both)
    copies = [(one, number) for number in range(NUMBER) for one in processes for _ in range(COPIES // 2)]
    dice.shuffle(copies)
    await asyncio.gather(*(one.receive(update(number, number % 7)) for one, number in copies))
    await settle(*processes)
    assert Counter(number for _, number in both.seen) == dict.fromkeys(range(NUMBER), 1)
    assert both.clashes == []


async def test_what_comes_to_one_process_while_the_other_has_the_sender_is_left_to_that_one(
    databases: list[Database],
) -> None:
    gate, first, second = asyncio.Event(), Counting(), Counting()

    async def slow(raw: dict[str, Any], *, last: bool) -> str | None:
        await gate.wait()
        return await first.handle(raw, last=last)

    a, b = update_inbox(databases[0], slow, "a"), update_inbox(databases[1], second.handle, "b")
    await a.resume()
    await b.resume()
    await a.receive(update(1))
    await b.receive(update(2))
    await b.wait_until_handled()
    gate.set()
    await settle(a, b)
    assert (first.seen, second.seen) == ([1, 2], [])


@pytest.mark.parametrize("data_folder", ["sqlite", "postgresql"], indirect=True)
async def test_what_a_killed_process_left_is_taken_up_in_order_on_sqlite_at_once(
    databases: list[Database],
) -> None:
    database = databases[0]
    seconds = "3600" if not database.is_shared else "1"  # a lock of the operating system does not wait
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "tests" / "telegram" / "dying.py")),
        *(database.url.render_as_string(hide_password=False), seconds),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"begun\n"
    child.send_signal(signal.SIGKILL)
    await child.wait()
    counting = Counting()
    successor = update_inbox(database, counting.handle, "successor", sweep_seconds=0.05)
    await successor.resume()
    await successor.receive(update(3))
    await until(lambda: len(counting.seen) == 3)
    await settle(successor)
    assert counting.seen == [1, 2, 3]
    assert await rows(database, "processes") == 0
    assert list(database.folder.glob("*.lock")) == []


async def test_a_living_process_is_left_what_it_has(databases: list[Database]) -> None:
    gate, counting = asyncio.Event(), Counting()

    async def slow(_raw: dict[str, Any], *, last: bool) -> str | None:
        await gate.wait()
        return None

    a, b = update_inbox(databases[0], slow, "a"), update_inbox(databases[1], counting.handle, "b")
    await a.resume()
    await a.receive(update(1))
    await b.resume()  # its sweep finds nothing that nobody has
    await b.wait_until_handled()
    gate.set()
    await settle(a, b)
    assert counting.seen == []


async def test_a_process_taken_for_dead_handles_nothing_more_of_what_others_took_over(
    databases: list[Database],
) -> None:
    gate, first, second = asyncio.Event(), Counting(), Counting()

    async def slow(raw: dict[str, Any], *, last: bool) -> str | None:
        await first.handle(raw, last=last)
        await gate.wait()
        return None

    a = update_inbox(databases[0], slow, "a", lease_seconds=0.3, sweep_seconds=0.05)
    b = update_inbox(databases[1], second.handle, "b", sweep_seconds=0.05)
    await a.resume()
    await b.resume()
    await a.take([update(1), update(2), update(3)])
    await until(lambda: bool(first.seen))
    async with databases[1].write() as session:  # as if it had slept too long
        await session.exec_driver_sql("DELETE FROM processes WHERE id = 'a'")
        await session.exec_driver_sql("UPDATE update_owners SET owner = 'b'")
    await until(lambda: second.seen == [1, 2, 3])
    await until(lambda: a.queues.waiting == 0)
    gate.set()
    await settle(a, b)
    assert first.seen == [1]


@on_postgresql
async def test_one_taken_for_dead_who_cannot_enter_anew_tries_seldom_and_says_once_that_it_is_dead(
    databases: list[Database],
) -> None:
    counting = Counting()
    expired = update_inbox(databases[0], counting.handle, "a", sweep_seconds=0.05)
    await expired.resume()
    with capture_logs() as logs:
        await alone(databases[1], "DELETE FROM processes")
        await alone(databases[1], "ALTER TABLE processes ADD CONSTRAINT shut CHECK (id <> 'a')")
        await asyncio.sleep(3.0)
        await alone(databases[1], "ALTER TABLE processes DROP CONSTRAINT shut")
        await until(lambda: _lives(databases[1]))
    said = Counter(line["event"] for line in logs)
    assert said["heartbeat expired: others may have taken over"] == 1
    assert 1 <= said["the sweep for dead processes failed"] <= 4
    await settle(expired)


async def _lives(database: Database) -> bool:
    return await rows(database, "processes") == 1


async def test_who_takes_over_many_senders_renews_its_row_on_the_way(databases: list[Database]) -> None:
    gate = asyncio.Event()

    async def slow(_raw: dict[str, Any], *, last: bool) -> str | None:
        await gate.wait()
        return None

    waiting = [inbox.Received(one, f'{{"update_id": {one}}}', one) for one in range(2 * USERS)]
    async with databases[0].write() as session:
        await inbox.store(session, waiting, SystemClock().now())
    successor = update_inbox(databases[0], slow, "successor", lease_seconds=0.001, sweep_seconds=3_600.0)
    await successor.resume()
    assert await rows(databases[0], "update_owners") == USERS  # its row is to be renewed before the rest
    await until(lambda: _talks(databases[0], len(waiting)))
    gate.set()
    await settle(successor)


async def _talks(database: Database, count: int) -> bool:
    return await rows(database, "update_owners") == count


@on_postgresql
async def test_nobody_takes_over_a_sender_while_what_is_done_for_her_is_being_committed(
    databases: list[Database],
) -> None:
    """The number is checked where it counts: a takeover comes before the whole transaction, or after it."""
    database, other = databases
    mine = Heartbeat(database, "dead").fencing_token(ANA, 7)  # it never entered: anybody may take over
    async with database.write() as session:
        await ownership.take_ownership(session, [ANA], "dead", epoch=7)

    async def take_over() -> ownership.OwnedUsers:
        async with other.write() as session:
            return await ownership.take_ownership(session, [ANA], "heir", epoch=1)

    with fenced_by(mine):
        async with database.write():
            taking = asyncio.create_task(take_over())
            await asyncio.wait([taking], timeout=0.3)
            assert not taking.done()
        assert (await taking).inherited == {ANA}
        with pytest.raises(TakenOverError):
            await alone(database, "DELETE FROM timestamps")


@on_postgresql
async def test_one_who_takes_a_sender_again_does_not_go_on_with_what_it_began_before(
    databases: list[Database],
) -> None:
    database = databases[0]
    for epoch in (7, 8):
        async with database.write() as session:
            await ownership.take_ownership(session, [ANA], "one", epoch=epoch)
    with fenced_by(Heartbeat(database, "one").fencing_token(ANA, 8)):
        await alone(database, "DELETE FROM timestamps")
    with fenced_by(Heartbeat(database, "one").fencing_token(ANA, 7)), pytest.raises(TakenOverError):
        await alone(database, "DELETE FROM timestamps")


@on_sqlite
async def test_on_sqlite_nothing_is_asked(databases: list[Database]) -> None:
    with statements() as asked, fenced_by(Heartbeat(databases[0], "nobody").fencing_token(ANA, 7)):
        await alone(databases[0], "DELETE FROM timestamps")
        await sure()
    assert asked[-1][0] == "DELETE FROM timestamps"
    assert not [statement for statement, _ in asked if "update_owners" in statement]


async def test_what_was_kept_though_the_commits_answer_was_lost_is_handled(databases: list[Database]) -> None:
    counting = Counting()
    taking = update_inbox(databases[0], counting.handle, "a", sweep_seconds=86_400.0)
    await taking.resume()
    async with databases[0].write() as session:  # what such a transaction leaves: kept, claimed, in no memory
        await inbox.store(session, [inbox.Received(1, '{"update_id": 1}', ANA)], SystemClock().now())
        await ownership.take_ownership(session, [ANA], "a")
    await taking.receive(update(1))  # Telegram brings it again
    await taking.wait_until_handled()
    assert counting.seen == [1]
    await settle(taking)


async def test_a_flood_of_one_sender_waits_on_disk_and_nobody_waits_for_it(databases: list[Database]) -> None:
    gate, counting = asyncio.Event(), Counting()

    async def handle(raw: dict[str, Any], *, last: bool) -> str | None:
        if raw["message"]["from"]["id"] == ANA:
            await gate.wait()
        return await counting.handle(raw, last=last)

    taking = update_inbox(databases[0], handle, "a")
    await taking.resume()
    flood = [update(number) for number in range(1_000)]
    for start_at in range(0, 1_000, 100):
        await taking.take(flood[start_at : start_at + 100])
    await taking.take([update(5_000, person=7)])
    await until(lambda: counting.seen == [5_000])
    assert taking.queues.waiting <= PAGE
    gate.set()
    await settle(taking)
    assert counting.seen == [5_000, *range(1_000)]


async def test_before_the_start_and_after_the_stop_nothing_is_received(databases: list[Database]) -> None:
    counting = Counting()
    taking = update_inbox(databases[0], counting.handle)
    with pytest.raises(NotReadyError):
        await taking.receive(update(1))
    await taking.resume()
    await taking.stop()
    with pytest.raises(NotReadyError):
        await taking.receive(update(1))
    assert await rows(databases[0], "inbox") == 0


async def test_whoever_hangs_up_while_an_update_is_kept_does_not_lose_it(databases: list[Database]) -> None:
    counting = Counting()
    taking = update_inbox(databases[0], counting.handle, sweep_seconds=3_600.0)
    await taking.resume()
    bringing = asyncio.create_task(taking.receive(update(1)))
    await asyncio.sleep(0)
    assert taking.receiving
    bringing.cancel()
    await asyncio.gather(bringing, return_exceptions=True)
    await until(lambda: counting.seen == [1])
    await settle(taking)


async def test_a_process_lives_as_long_as_it_renews(databases: list[Database]) -> None:
    one, other = Heartbeat(databases[0], "one", 1.0), Heartbeat(databases[1], "other", 30.0)
    await other.enter()
    await one.enter()
    assert await one.renew()
    if databases[0].is_shared:
        await asyncio.sleep(1.1)  # the database's own clock passes
        assert not await one.renew()
    await other.leave()
    await one.leave()
    assert await rows(databases[0], "processes") == 0


async def test_what_was_kept_for_a_sender_whom_nobody_has_is_handled_before_what_she_writes_next(
    databases: list[Database],
) -> None:
    """As one leaves it who had no room for her, or could not have her row."""
    counting = Counting()
    taking = update_inbox(databases[0], counting.handle)  # it does not look after who waits
    async with databases[1].write() as session:
        await inbox.store(session, [inbox.Received(1, '{"update_id": 1}', ANA)], SystemClock().now())
    await taking.take([update(2)])
    await asyncio.wait_for(taking.wait_until_handled(), PATIENCE)
    assert counting.seen == [1, 2]


async def test_what_a_silent_database_kept_from_a_hand_over_is_begun_anew_and_said_to_be_nobody_elses(
    postgresql: str,
) -> None:
    begun, answered = Counting(), Counting()
    asks = asyncio.Event()

    async def answer(raw: dict[str, Any], *, last: bool) -> str | None:
        await begun.handle(raw, last=last)
        await asks.wait()
        await sure()
        return await answered.handle(raw, last=last)

    async with Wire(postgresql).open() as wire:
        database = Database(f"{wire.url}?timeout=1")
        alone_here = update_inbox(database, answer, "a", sweep_seconds=0.05, unsure_seconds=0.2)
        await alone_here.resume()
        with capture_logs() as logs:
            await alone_here.take([update(1)])
            await until(lambda: bool(begun.seen))
            wire.cut()
            await asyncio.sleep(GRACE_SECONDS + 1.0)
            asks.set()
            await asyncio.sleep(0.5)
            wire.mend()
            await until(lambda: answered.seen == [1], 30.0)
            await settle(alone_here)
        assert begun.seen == [1, 1]
        assert [line["event"] for line in logs if line["event"].startswith("left to")] == []
        await database.close()
