"""Trying again for as long as Telegram or the database is away."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.db.away import may_pass
from bot.domain.delivery import NotSent, Outcome, Unknown

log = structlog.get_logger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


async def insist(act: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Do what may be done twice until it has an outcome that lasts."""
    pause = FIRST_PAUSE_SECONDS
    while isinstance(outcome := await _once(act), NotSent | Unknown | None):
        await asyncio.sleep(max(pause, outcome.wait) if isinstance(outcome, NotSent) else pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
    return outcome


async def _once(act: Callable[[], Awaitable[Outcome]]) -> Outcome | None:
    """Return what became of it, None where the database is away."""
    try:
        return await act()
    except Exception as error:
        if not may_pass(error):
            raise
        log.warning("tried again later: the database is away", error=str(error))
        return None
