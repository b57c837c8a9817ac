"""Keeps admins informed, beside everything else: boards and notices wait for Telegram, no other work does."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.telegram.boards import Boards
from bot.telegram.notices import Notices

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]

NOTICES_SECONDS = 1.0


async def inform(boards: Boards, notices: Notices, leads: Callable[[], bool], seconds: float) -> None:
    """Until cancelled, keep boards up to date every so many seconds, and tell notices; `leads` says whether
    this process sends campaigns: only one process informs.
    """
    await asyncio.gather(
        _again(boards.refresh, leads, seconds),
        _again(notices.tell, leads, min(seconds, NOTICES_SECONDS)),
    )


async def _again(job: Job, leads: Callable[[], bool], seconds: float) -> None:
    while True:
        if leads():
            try:
                await job()
            except Exception as error:  # noqa: BLE001  # a database that is away comes back
                log.warning("admins not informed", job=job.__qualname__, error=type(error).__name__)
        await asyncio.sleep(seconds)
