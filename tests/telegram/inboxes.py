"""Intakes for tests: what they handle is written down."""

import asyncio
from typing import Any

from bot.clock import SystemClock
from bot.db.processes import Presence
from bot.db.session import Database
from bot.services.update_inbox import UpdateInbox
from bot.services.user_queues import Handle

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


def intake(database: Database, handle: Handle, owner: str = "one", **options: Any) -> UpdateInbox:
    presence = Presence(database, owner, options.pop("lease_seconds", 30.0))
    return UpdateInbox(database, SystemClock(), handle, presence, **options)


def update(number: int, person: int = ANA) -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": person}, "text": f"{number}"}}
