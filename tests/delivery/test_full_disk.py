"""A disk that is full while an issue goes out, seen from outside: few words, nothing sent, and it goes on.

On SQLite nothing that the process writes to a file has room (RLIMIT_FSIZE), on PostgreSQL the server says so.
"""

import asyncio
import json
import re
import resource
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bot.clock import MovableClock
from bot.db.engine.session import Database
from bot.db.operations import timestamps
from bot.db.publishing import releases
from bot.db.publishing.releases import Release
from bot.db.readers import readers
from bot.db.tables import deliveries, metadata
from bot.domain.publishing.release import How
from bot.domain.readers.reader import Reader
from telegram_simulator import Latency, Person, Simulator
from tests.databases import address, alone
from tests.delivery.mondays import RELEASE, stays
from tests.files import settle
from tests.waiting import until
from tests.world import ADMIN, TOKEN

pytestmark = pytest.mark.apart

ROOT = Path(__file__).parents[2]
READERS = 60
WINDOW = 8
LEASE_SECONDS = 5
FULL_SECONDS = LEASE_SECONDS + 2.0
"""Long enough for all that a process holds by being alive to lapse."""

SAYS = r"(disk I/O error|database or disk is full|No space left on device)"
FILL = """CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE disk_full USING MESSAGE = 'could not extend file "base/5/2619": No space left on device'; END $$"""


@dataclass(slots=True)
class Child:
    """The program in a process of its own, and what it has logged."""

    process: Process
    lines: list[str] = field(default_factory=list)

    async def read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode())

    def said(self, words: str) -> list[str]:
        return [line for line in self.lines if re.search(words, line)]

    async def ready(self) -> tuple[int, dict[str, dict[str, object]]]:
        (web,) = re.findall(r"web=(\S+)", "".join(self.lines))
        async with aiohttp.ClientSession() as session, session.get(f"{web}/readyz") as answer:
            return answer.status, json.loads(await answer.text())["checks"]


@asynccontextmanager
async def running(database_url: str, content: Path, telegram: Simulator) -> AsyncIterator[Child]:
    given = {
        "start": RELEASE.isoformat(),
        "database": database_url,
        "content": str(content),
        "telegram": telegram.address,
        "token": TOKEN,
        "admins": str(ADMIN),
        "window": str(WINDOW),
        "lease": str(LEASE_SECONDS),
    }
    words = [word for name, value in given.items() for word in (f"--{name}", value)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools.soak.program", *words, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    child = Child(process)
    reading = asyncio.create_task(child.read())
    try:
        await until(lambda: child.said(" ready "), 60)
        yield child
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 20)
    finally:
        if process.returncode is None:
            process.kill()
        await reading
        sys.stderr.write("".join(child.lines))
        await process.communicate()


@asynccontextmanager
async def full(database: Database, child: Child) -> AsyncIterator[None]:
    """Let there be no room for anything that is written."""
    if database.is_shared:
        await alone(database, FILL)
        for table in metadata.sorted_tables:
            await alone(
                database,
                f"CREATE TRIGGER fills BEFORE INSERT OR UPDATE ON {table.name} EXECUTE FUNCTION fill()",
            )
    else:
        resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        if database.is_shared:
            await alone(database, "DROP FUNCTION fill CASCADE")
        else:
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, unlimited)


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    started = Simulator(MovableClock(RELEASE), strict=True)
    await started.start()
    yield started
    await started.stop()


async def enrol(database: Database, telegram: Simulator) -> list[Person]:
    """Let readers and an admin have started the bot."""
    people = list(telegram.crowd(READERS, token=TOKEN, first_id=5_100_000_001))
    (ada,) = telegram.crowd(1, token=TOKEN, first_id=ADMIN)
    async with database.write() as session:
        await timestamps.put(session, timestamps.PUSHING, RELEASE - timedelta(days=7))
        known = Release(RELEASE.date(), RELEASE, RELEASE, released_at=RELEASE, how=How.RULE)
        await releases.add(session, known)
        for person in (*people, ada):
            language = str(person.user["language_code"])
            await readers.add(session, Reader(person.id, language), RELEASE - timedelta(days=7))
    return [*people, ada]


def copies(people: list[Person]) -> Callable[[], Counter[int]]:
    """Count what came to each of the readers, the admin's own copy not among them."""
    return lambda: Counter(
        {person.id: sum(bubble.from_bot for bubble in person.sees) for person in people[:-1]}
    )


async def states(database: Database) -> Counter[str]:
    async with database.read() as session:
        return Counter(map(str, (await session.execute(select(deliveries.c.state))).scalars()))


async def test_a_full_disk_is_told_in_few_words_stops_the_issue_and_costs_nobody_a_copy(
    data_folder: Path, content: Path, telegram: Simulator
) -> None:
    settle(content)
    database = Database(address(data_folder))
    people = await enrol(database, telegram)
    ada, sent = people[-1], copies(people)
    telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    async with running(address(data_folder), content, telegram) as child:
        await until(lambda: sent().total() >= 5)
        assert (await child.ready())[0] == 200
        async with full(database, child):
            held = sent().total()
            assert await stays(lambda: sent().total() <= held + 2 * WINDOW, FULL_SECONDS - 1)
            held = sent().total()
            assert await stays(lambda: sent().total() == held, 1.0)
            status, checks = await child.ready()
            assert (status, checks["writable"]["good"]) == (503, False)
            assert re.search(SAYS, str(checks["writable"]["says"]))
            assert checks["database"]["good"]
            people[0].writes("/help")
        await until(lambda: sent().total() == READERS + 1, 30)  # and the answer
        await until(lambda: any("because its disk was full" in bubble.text for bubble in ada.sees), 30)
        assert (await child.ready())[0] == 200
    errors = child.said(r"\[error ")
    assert len(errors) == 1, errors
    assert re.search(f"the database fails: .*{SAYS}", errors[0])
    assert child.said(r"\[warning ") == []
    assert child.said("the database takes what is written again")
    assert not child.said("taken for dead")
    assert sent() == Counter({person.id: 1 + (person is people[0]) for person in people[:-1]})
    told = [bubble.text for bubble in ada.sees if "⚠" in bubble.text]
    assert len(told) == 1
    assert told[0].startswith(
        "⚠ For less than a minute I couldn’t write to the database, because its disk was full"
    )
    assert await states(database) == {"sent": READERS + 1}
    await database.close()
