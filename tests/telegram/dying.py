"""A process that is killed at its first update.

Run as `python dying.py DATABASE_URL SECONDS`.
"""

import asyncio
import sys
from typing import Any

from bot.db.engine.session import Database
from tests.telegram.inboxes import update, update_inbox


async def handle(_update: dict[str, Any], *, last: bool) -> str | None:
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    await asyncio.Event().wait()
    return None


async def main(url: str, lease_seconds: float) -> None:
    inbox = update_inbox(Database(url), handle, "dying", lease_seconds=lease_seconds)
    await inbox.resume()
    await inbox.take([update(1), update(2)])
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], float(sys.argv[2])))
