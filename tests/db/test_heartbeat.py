"""A lock of a connection's tells at once who is dead; who only lost the connection is not taken for dead."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.db.engine.session import Database
from bot.db.engine.update_lock import FencingToken, TakenOverError, fenced_by, sure
from bot.db.updates.heartbeat import Heartbeat
from bot.db.updates.lock_heartbeat import GRACE_SECONDS
from bot.services.delivery.sending.lease import Lease
from tests.databases import alone
from tests.waiting import until
from tests.wires import Wire

pytestmark = pytest.mark.apart

END_LOCK = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
    "AND (classid::bigint << 32) | objid::bigint = {}"
)


@pytest.fixture
async def database(postgresql: str) -> AsyncIterator[Database]:
    opened = Database(postgresql)
    yield opened
    await opened.close()


@asynccontextmanager
async def living(database: Database, name: str, seconds: float = 3_600.0) -> AsyncIterator[Heartbeat]:
    """A process among the living, whose heart beats."""
    heartbeat = Heartbeat(database, name, seconds)
    await heartbeat.enter()
    watching = asyncio.create_task(heartbeat.watch())
    yield heartbeat
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def locks(database: Database) -> dict[str, int | None]:
    async with database.read() as session:
        rows = await session.execute(text("SELECT id, lock FROM processes"))
        return {row.id: row.lock for row in rows}


async def test_the_dead_are_found_by_their_lock_and_free_what_they_led(
    database: Database, postgresql: str
) -> None:
    other = Database(postgresql)
    dead = Heartbeat(other, "dead", 3_600.0)
    await dead.enter()
    await Lease(other, "dead", 3_600.0).attempt()
    async with living(database, "successor") as successor:
        expired = asyncio.Event()
        successor.listen(expired.set)
        await other.close()  # as the operating system does for a process that was killed
        await asyncio.wait_for(expired.wait(), 20.0)
        assert set(await locks(database)) == {"successor"}
        lease = Lease(database, "successor", 3_600.0)
        await lease.attempt()
        assert lease.epoch == 2


async def test_one_whose_connection_the_server_ended_is_not_taken_for_dead(
    database: Database, postgresql: str
) -> None:
    """It is slow to notice: whoever finds the lock gone gives it time to name a new one."""
    other = Database(postgresql)
    blip = Heartbeat(other, "blip", 3_600.0)
    async with living(database, "watcher"):
        for _ in range(2):
            await blip.enter()
            before = (await locks(database))["blip"]
            await alone(database, END_LOCK.format(before))
            await asyncio.sleep(GRACE_SECONDS / 2)
            watching = asyncio.create_task(blip.watch())
            await until(lambda before=before: _has_another(database, before))  # type: ignore[misc]
            await asyncio.sleep(GRACE_SECONDS)
            assert (blip.is_sure, blip.is_lost) == (True, False)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        assert set(await locks(database)) == {"blip", "watcher"}
    await other.close()


async def _has_another(database: Database, before: int | None) -> bool:
    return (await locks(database))["blip"] not in {before, None}


async def test_who_has_heard_nothing_over_its_lock_for_two_seconds_is_sure_of_nothing(
    database: Database,
) -> None:
    """Others may find the lock gone: by then it must hand nothing over, and lead nobody."""
    now = [0.0]
    heartbeat = Heartbeat(database, "one", 3_600.0, monotonic=lambda: now[0])
    await heartbeat.enter()
    lease = Lease(database, "one", 3_600.0, life=heartbeat, monotonic=lambda: now[0])
    await lease.attempt()
    fencing_token = heartbeat.fencing_token(1, heartbeat.number())
    await _ask(fencing_token)
    assert _sure(heartbeat, lease) == (True, 1)
    now[0] = GRACE_SECONDS
    assert _sure(heartbeat, lease) == (False, None)
    asking = asyncio.create_task(_ask(fencing_token))
    await asyncio.wait([asking], timeout=0.1)
    assert not asking.done()
    watching = asyncio.create_task(heartbeat.watch())  # it hears again: nobody has taken over
    await asking
    assert _sure(heartbeat, lease) == (True, 1)
    await alone(database, "DELETE FROM processes")
    await until(lambda: heartbeat.is_lost)
    await heartbeat.enter()
    assert _sure(heartbeat, lease) == (True, None)  # the lease may be another's since
    with pytest.raises(TakenOverError):
        await _ask(fencing_token)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def _ask(fencing_token: FencingToken) -> None:
    with fenced_by(fencing_token):
        await sure()


def _sure(heartbeat: Heartbeat, lease: Lease) -> tuple[bool, int | None]:
    return heartbeat.is_sure, lease.epoch


class Pooler(Wire):
    """Speaks for the server, as a pooler does: the number that it gives a connection is its own."""

    def seen(self, data: bytes) -> bytes:
        return re.sub(rb"(?s)(?<=K\0\0\0\x0c)....", b"pool", data)


async def test_through_a_pooler_no_lock_is_relied_on(database: Database, postgresql: str) -> None:
    """Its connections live on when the program is dead, or end while it lives."""
    async with Pooler(postgresql).open() as pooler:
        through = Database(pooler.url)
        async with living(through, "pooled", 2 * GRACE_SECONDS) as pooled, living(database, "watcher"):
            assert (await locks(database))["pooled"] is None
            assert (await locks(database))["watcher"] is not None
            await asyncio.sleep(1.5 * GRACE_SECONDS)
            assert pooled.is_sure
            assert set(await locks(database)) == {"pooled", "watcher"}
        await through.close()


async def test_a_heart_that_beats_while_its_process_enters_anew_takes_nobody_for_a_pooler(
    database: Database, postgresql: str
) -> None:
    """Both ask over the connection that holds the lock, or make another one."""
    other = Database(postgresql)
    with capture_logs() as logs:
        for number in range(20):
            heartbeat = Heartbeat(other, f"{number}", 3_600.0)
            await heartbeat.enter()
            await alone(database, END_LOCK.format((await locks(database))[f"{number}"]))
            watching = asyncio.create_task(heartbeat.watch())  # it beats at once
            await asyncio.sleep(0.001 * (number % 6))
            await heartbeat.enter()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            assert (await locks(database))[f"{number}"] is not None
    assert [line["event"] for line in logs] == []
    await other.close()


async def test_where_no_lock_is_to_be_had_it_is_said_once_and_the_row_alone_counts(
    database: Database, postgresql: str
) -> None:
    class Refusing(Wire):
        """Lets no lock be taken."""

        def seen(self, data: bytes) -> bytes:
            return data.replace(b"pg_try_advisory_lock", b"pg_no_such_function_")

    async with Refusing(postgresql).open() as wire:
        through = Database(wire.url)
        heartbeat = Heartbeat(through, "one", 3_600.0)
        with capture_logs() as logs:
            await heartbeat.enter()
            await heartbeat.enter()
        assert heartbeat.is_sure
        assert (await locks(database))["one"] is None
        assert [line["event"] for line in logs] == ["no lock for the heartbeat: the lease alone counts"]
        await through.close()
