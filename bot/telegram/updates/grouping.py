"""Groups updates that belong together before they are handled.

Their parts are looked for in the inbox table, where every process that receives updates stores them.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.updates import inbox
from bot.db.updates.inbox import Received
from bot.services.updates.update_handling import UpdateGroup
from bot.telegram.updates import grouped
from bot.telegram.updates.grouped import WAITS, Kind

LOOK_SECONDS = 0.25
"""How often to look whether more of the group has come."""

QUICK_SECONDS = 2.0
"""The same button tapped again within this time is the same tap."""

LATE_SECONDS = 10.0
"""A part that comes within this time after its group was handled gets no answer of its own."""

BEFORE = 20
"""How many of a user's earlier updates are compared with this one."""

Sleep = Callable[[float], Awaitable[None]]


class MessageGrouping:
    """Waits for the parts of a group, and recognises repeated taps."""

    def __init__(self, database: Database, clock: Clock, sleep: Sleep) -> None:
        self._database = database
        self._clock = clock
        self._sleep = sleep

    async def whole(self, received: Received, stopping: Callable[[], bool]) -> UpdateGroup | None:
        """Return an update with all that belongs to it, joined to one row of the inbox.

        Waits until the group is complete, or nothing more has come for `grouped.WAITS` seconds, or `stopping`
        returns True. Returns None for a part that came after its group was handled. Raises DatabaseError.
        """
        update = received.update()
        if received.again or (kind := grouped.begins(update)) is None:
            return UpdateGroup(received)
        if kind is not Kind.CUT and await self._is_known(received, update, LATE_SECONDS):
            return None
        parts = await self._parts(kind, received, update, stopping)
        if len(parts) == 1 or stopping():
            return UpdateGroup(received)
        whole = Received(received.update_id, json.dumps(grouped.as_one(kind, parts)), received.user_id)
        others = frozenset(int(part["update_id"]) for part in parts[1:])
        async with self._database.write() as session:
            await inbox.merge(session, whole, others, self._clock.now())
        return UpdateGroup(whole, others)

    async def is_repeated(self, received: Received) -> bool:
        """Tell whether the same button was tapped within the last `QUICK_SECONDS`. Raises DatabaseError."""
        return await self._is_known(received, received.update(), QUICK_SECONDS)

    async def _parts(
        self, kind: Kind, received: Received, update: dict[str, Any], stopping: Callable[[], bool]
    ) -> list[grouped.Update]:
        """Poll the inbox for the other parts; return the update and all parts."""
        parts: list[grouped.Update] = [update]
        waited = 0.0
        while True:
            now = [update, *grouped.parts(kind, update, await self._later(received))]
            waited = 0.0 if len(now) > len(parts) else waited
            parts = now
            if grouped.is_whole(kind, parts) or waited >= WAITS[kind] or stopping():
                return parts
            await self._sleep(LOOK_SECONDS)
            waited += LOOK_SECONDS

    async def _later(self, received: Received) -> list[dict[str, Any]]:
        async with self._database.read() as session:
            waiting = await inbox.waiting(session, received.user_id, grouped.MOST + BEFORE, self._clock.now())
        numbers = [row.update_id for row in waiting]
        first = numbers.index(received.update_id) + 1 if received.update_id in numbers else len(numbers)
        return [json.loads(row.body) for row in waiting[first:] if not row.again]

    async def _is_known(self, received: Received, update: dict[str, Any], seconds: float) -> bool:
        """Tell whether an update of the last `seconds`, handled or not, shares its answer with this one."""
        if (thing := grouped.thing(update)) is None:
            return False
        since = self._clock.now() - timedelta(seconds=seconds)
        async with self._database.read() as session:
            bodies = await inbox.bodies_before(session, received, since, BEFORE)
        return any(grouped.thing(json.loads(body)) == thing for body in bodies)
