"""Retry with exponential backoff for calls that may be made twice."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.db.errors import is_news, is_transient
from bot.domain.delivery.outcome import NotSent, Outcome, Unknown
from bot.waiting import Backoff

log = structlog.get_logger(__name__)

FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 60.0


async def retry(act: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Call `act` until Telegram accepts or refuses it; return that outcome.

    While Telegram or the database does not answer it is called again, with exponential backoff (1, 2, 4, …
    60 s), or after the longer wait that Telegram asks for. Other errors are raised.
    """
    backoff = Backoff(FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)
    while isinstance(outcome := await _attempt(act), NotSent | Unknown | None):
        asked_for = outcome.wait if isinstance(outcome, NotSent) else 0.0
        await asyncio.sleep(max(next(backoff), asked_for))
    return outcome


async def _attempt(act: Callable[[], Awaitable[Outcome]]) -> Outcome | None:
    """Return the outcome of an attempt; None where the database is down."""
    try:
        return await act()
    except Exception as error:
        if not is_transient(error):
            raise
        if is_news(error):  # else the outage has said it, once for all
            log.warning("retried later: the database is away", error=str(error))
        return None
