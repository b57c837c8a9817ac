"""Update inboxes for tests: what they handle is written down."""

import asyncio
from typing import Any

from bot.clock import SystemClock
from bot.db.engine.session import Database
from bot.db.updates.heartbeat import Heartbeat
from bot.services.updates.update_inbox import UpdateInbox
from bot.telegram.updates.grouping import MessageGrouping
from bot.telegram.updates.update_handler import Handle, TelegramUpdateHandler

ANA = 5_000_000_001
PATIENCE = 10.0


class Counting:
    """Handles updates by writing down their ids."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def handle(self, update: dict[str, Any], *, last: bool) -> str | None:  # noqa: ARG002  # not asked here
        self.seen.append(update["update_id"])
        await asyncio.sleep(0)
        return None


def update_inbox(database: Database, handle: Handle, owner: str = "one", **options: Any) -> UpdateInbox:
    named = {name: options.pop(name) for name in ("unsure_seconds",) if name in options}
    heartbeat = Heartbeat(database, owner, options.pop("lease_seconds", 30.0), **named)
    clock, sleep = SystemClock(), options.pop("sleep", asyncio.sleep)
    handler = TelegramUpdateHandler(handle, MessageGrouping(database, clock, sleep))
    return UpdateInbox(database, clock, heartbeat, handler, **options)


def update(number: int, person: int = ANA) -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": person}, "text": f"{number}"}}
