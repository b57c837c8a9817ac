"""The bot as a process that can be killed.

Run as `python -m tools.soak.program --start ISO --database URL --content DIR --telegram URL --token TOKEN`;
it prints `ready` and ends on SIGTERM. `--port` is its web server's, any free one if not given; `--webhook`
the port at which Telegram is told to find it. `--unpaid`: campaigns share the ceiling with the replies.
KILL_AT="claim committed:3" kills it (SIGKILL) when it reaches that crash point (see `crash_points`) for the
third time.
"""

import argparse
import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import logs
from bot.app import Program
from bot.clock import MovableClock
from bot.composition.timing import Timing
from bot.config import Settings
from tools.soak.crash_points import Death, crash_points

SECRET = "soak-webhook-secret-of-no-bot-anywhere-at-all"  # a local Telegram takes any
TICK = 0.1
"""Seconds between two looks at what is due: a soak has no time to lose."""


def settings_of(given: argparse.Namespace) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=SecretStr(given.token),
        telegram_api_url=given.telegram,
        database_url=given.database,
        content_dir=given.content,
        admin_ids=given.admins,
        hash_key=SecretStr("k" * 32),
        paid_broadcast=not given.unpaid,
        send_rate=given.rate,
        send_window=given.window,
        lease_seconds=given.lease,
        http_port=given.port or given.webhook,
        **_hook(given.webhook),
    )


def _hook(port: int) -> dict[str, Any]:
    """Return the settings of a webhook at this port of this machine; of polling for none."""
    if not port:
        return {}
    return {"public_url": f"http://127.0.0.1:{port}", "webhook_secret": SecretStr(SECRET)}


async def serve(program: Program) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    try:
        await program.start()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await stopping.wait()
    finally:
        await program.stop()


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    for name in ("database", "telegram", "token"):
        made.add_argument(f"--{name}", required=True)
    made.add_argument("--start", type=datetime.fromisoformat, required=True)
    made.add_argument("--content", type=Path, required=True)
    made.add_argument("--admins", default="")
    made.add_argument("--unpaid", action="store_true")
    for name, default in (("rate", 200), ("window", 20), ("lease", 5), ("webhook", 0), ("port", 0)):
        made.add_argument(f"--{name}", type=int, default=default)
    return made


def main() -> None:
    given = parser().parse_args()
    logs.set_up()
    clock, death = MovableClock(given.start), Death(os.environ.get("KILL_AT", ""))
    timing = Timing(spacing=0.0, poll_seconds=1, tick_seconds=TICK)
    with crash_points(death.hit) as classes:
        asyncio.run(serve(Program(settings_of(given), clock, timing, delivery=classes)))


if __name__ == "__main__":
    main()
