"""Crash points: where in a delivery a process is killed.

They lie outside the program: classes of its delivery are replaced by ones that call `hit` after the step.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from bot.composition.delivery_classes import DeliveryClasses
from bot.db.tables import campaigns
from bot.services.delivery.sending.claiming import Claim, Claiming, Ready
from bot.services.delivery.sending.window import Window
from bot.telegram.api.http.http_connection import HttpConnection, HttpConnections

FREEZE = "freeze"
"""The pages of a push and its ledger are written, and not committed."""

CLAIMED = "claim committed"
WRITTEN = "request written"
ANSWERED = "answer read"
RECORDED = "outcome committed"
CRASH_POINTS = (FREEZE, CLAIMED, WRITTEN, ANSWERED, RECORDED)

Hit = Callable[[str], None]
"""Is told the name of a crash point each time that it is reached."""


class Death:
    """Kills this process (SIGKILL) when a crash point has been hit so often: `plan` is like `freeze:1`."""

    def __init__(self, plan: str) -> None:
        self._name, _, count = plan.rpartition(":")
        self._left = int(count or 0)

    def hit(self, name: str) -> None:
        if name != self._name:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def crash_points(hit: Hit) -> Iterator[DeliveryClasses]:
    """Yield the classes of a program that calls `hit` at every crash point of its deliveries."""

    def look(_connection: Any, clause: Any, *_others: Any) -> None:
        # How many rows the ledger has is the last that the transaction of a push writes.
        is_of_campaigns = getattr(clause, "is_update", False) and clause.table is campaigns
        if is_of_campaigns and "frozen" in clause.compile().params:
            hit(FREEZE)

    event.listen(Engine, "after_execute", look)
    try:
        yield _classes(hit)
    finally:
        event.remove(Engine, "after_execute", look)


def _classes(hit: Hit) -> DeliveryClasses:
    class HitClaiming(Claiming):
        async def claim(self, epoch: int, limit: int, ready: Ready | None = None) -> list[Claim]:
            claims = await super().claim(epoch, limit, ready)
            hit(CLAIMED)
            return claims

    class HitWindow(Window):
        def recorded(self, count: int) -> None:
            hit(RECORDED)
            super().recorded(count)

    class HitConnection(HttpConnection):
        async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
            answer = asyncio.ensure_future(super().post(url, body))
            # A campaign's connection is open by now: the request is written in this turn.
            await asyncio.sleep(0)
            hit(WRITTEN)
            try:
                return await answer
            finally:
                hit(ANSWERED)

    class HitWire(HttpConnections):
        def connection(self) -> HttpConnection:
            return HitConnection(self)

    return DeliveryClasses(wire=HitWire, claiming=HitClaiming, window=HitWindow)
