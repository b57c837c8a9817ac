"""The bot as a process that a test may stop or kill.

It says `ready PORT`; what it answers at that port is what a proxy would hand on to it.
"""

import argparse
import asyncio
import sys
from asyncio.subprocess import Process
from pathlib import Path

from pydantic import SecretStr

from bot import logs
from bot.app import Program
from bot.clock import MovableClock
from bot.composition.hash_key import kept_key
from bot.composition.timing import Timing
from bot.config import Settings
from tests.databases import address
from tests.web.hooks import SECRET
from tests.world import MONDAY, TOKEN, World
from tools.soak.processes import said, spawn, tail


class Child:
    """What a proxy needs to know of it."""

    def __init__(self, process: Process, port: str) -> None:
        self.process = process
        self.address = f"http://127.0.0.1:{port}"


async def begin(world: World, data: Path, port: int, lease: int, log: Path) -> Child:
    """Start one more program on a world's database; `port` is where Telegram brings updates."""
    given = {
        "database": address(data),
        "telegram": world.telegram.address,
        "content": str(world.content),
        "port": str(port),
        "lease": str(lease),
        "key": kept_key(data).decode(),
    }
    arguments = [part for name, value in given.items() for part in (f"--{name}", value)]
    process = await spawn("tests.telegram.child", *arguments, log=log)
    word, _, rest = (await said(process)).partition(" ")
    assert word == "ready", tail(log)
    return Child(process, rest)


async def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("database", "telegram", "content", "port", "lease", "key"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    settings = Settings(
        _env_file=None,
        bot_token=SecretStr(TOKEN),
        telegram_api_url=given.telegram,
        database_url=given.database,
        content_dir=Path(given.content),
        hash_key=SecretStr(given.key),
        lease_seconds=int(given.lease),
        http_port=0,
        public_url=f"http://127.0.0.1:{given.port}",
        webhook_secret=SecretStr(SECRET),
    )
    program = Program(settings, MovableClock(MONDAY), Timing(spacing=0, ceiling=10_000))
    await program.start()
    sys.stdout.write(f"ready {program.web.port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    logs.set_up()
    asyncio.run(main())
