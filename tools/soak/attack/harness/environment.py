"""Where attacks run: a local Telegram, programs, and people."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from sqlalchemy import insert, text

from bot.db.engine.session import Database
from bot.db.rows.reader_rows import ReaderRow
from tests.files import settle
from tests.web.hooks import free_port
from tools.forking import ForkedProcess
from tools.soak import issues, processes
from tools.soak.attack.harness.people import Crowd
from tools.soak.local_telegram import FIRST_ID
from tools.soak.loop import TOKEN
from tools.soak.opened import Opened

LANGUAGES = ("en", "es")
TICK = 0.5
START = issues.out_at(0) - timedelta(hours=1)
"""The hour at which programs start: an hour before the first issue is out."""


@dataclass(frozen=True, slots=True)
class Running:
    """A program that is ready; its web server listens at `port`."""

    process: ForkedProcess
    port: int
    session: ClientSession

    async def move(self, moment: datetime) -> None:
        """Set its clock forward."""
        await processes.ask(self.process, "move", to=moment.isoformat())

    async def readyz(self) -> dict[str, Any]:
        """Return what it says of its readiness; {} when it says nothing."""
        try:
            async with self.session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return dict(await answer.json())
        except (ClientError, TimeoutError):
            return {}

    def send(self, signal: int) -> None:
        self.process.send_signal(signal)


class Environment(Opened):
    """`async with Environment(…) as env`: the local Telegram runs; of its `people` the first are readers."""

    def __init__(
        self, database: str, folder: Path, *, readers: int = 0, people: int = 50, latency: float = 0.0
    ) -> None:
        self.url = database
        self.folder = folder
        self.log = folder / "program.log"
        self.content = folder / "content"
        self.database = Database(database)
        self.readers = range(FIRST_ID, FIRST_ID + readers)
        self.others = range(FIRST_ID + readers, FIRST_ID + readers + people)
        self.crowd: Crowd
        self._latency = latency
        self._began = time.monotonic()

    async def program(self, database: str = "", *, start: datetime = START, **given: object) -> Running:
        """Start a program and wait until it is ready; True stands for an option without a value."""
        running = await self.launch(database, start=start, **given)
        if not await processes.said(running.process):
            raise processes.EndedError(processes.tail(self.log))
        return running

    async def launch(self, database: str = "", *, start: datetime = START, **given: object) -> Running:
        """Start a program without waiting for it; what lies in the content folder has been quiet for long."""
        settle(self.content)
        port = free_port()
        values: Mapping[str, object] = {
            "start": (start + timedelta(seconds=time.monotonic() - self._began)).isoformat(),
            "database": database or self.url,
            "content": self.content,
            "telegram": self.telegram,
            "token": TOKEN,
            "port": port,
            "tick": TICK,
            **given,
        }
        arguments = [part for name, value in values.items() for part in _option(name, value)]
        process = await processes.spawn_forked("tools.soak.weighed", *arguments, log=self.log)
        self._stack.push_async_callback(processes.kill, process)
        return Running(process, port, self.session)

    async def ask(self, query: str, **values: object) -> int:
        """Ask the database itself for one number."""
        async with self.database.read() as session:
            return int((await session.execute(text(query), values)).scalar_one() or 0)

    async def tell(self, path: str, **body: object) -> None:
        """Tell the local Telegram's control API: rates, faults, groups."""
        async with self.session.post(f"{self.telegram}/control/{path}", json=body) as answer:
            answer.raise_for_status()

    async def told(self, path: str) -> Any:
        """Return what the control API tells."""
        async with self.session.get(f"{self.telegram}/control/{path}") as answer:
            return await answer.json()

    async def _open(self) -> None:
        if not self.content.exists():
            issues.write(self.content, 0)
        self._stack.push_async_callback(self.database.close)
        connector = TCPConnector(limit=400)
        session = ClientSession(timeout=ClientTimeout(total=30.0), connector=connector)
        self.session = await self._stack.enter_async_context(session)
        people = len(self.readers) + len(self.others)
        crowd = ("--token", TOKEN, "--readers", str(people), "--latency", str(self._latency), "--quiet")
        telegram = await processes.spawn_forked("tools.soak.local_telegram", *crowd, log=self.log)
        self._stack.push_async_callback(processes.kill, telegram)
        await asyncio.gather(self._telegram_says(telegram), self._write_readers())
        self.crowd = Crowd(session, self.telegram, TOKEN)

    async def _telegram_says(self, process: ForkedProcess) -> None:
        self.telegram = await processes.said(process)

    async def _write_readers(self) -> None:
        """Let the readers have started the bot long ago."""
        await self.database.migrate()
        rows = [
            {
                "id": reader,
                "language": LANGUAGES[number % 2],
                "rendering": "classic",
                "push": True,
                "started_at": START - timedelta(days=30),
            }
            for number, reader in enumerate(self.readers)
        ]
        if rows:
            async with self.database.write() as session:
                await session.execute(insert(ReaderRow), rows)


def _option(name: str, value: object) -> list[str]:
    return [f"--{name}"] if value is True else [f"--{name}", str(value)]
