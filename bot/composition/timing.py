"""Timing: intervals and limits that tests may change."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.telegram.admin.folder_news import SECONDS as NEWS_SECONDS
from bot.telegram.admin.status_messages import SECONDS as STATUS_MESSAGE_SECONDS
from bot.telegram.api.http.http_connection import DEADLINE_SECONDS
from bot.telegram.api.pacing.chat_pacing import SPACING_SECONDS
from bot.telegram.api.pacing.rate_limiter import CEILING
from bot.telegram.updates.polling import POLL_SECONDS
from bot.telegram.updates.webhook import WATCH_SECONDS

TICK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds, except `ceiling`. Tests, benches and the demo give values of their own."""

    spacing: float = SPACING_SECONDS
    """Between two messages to one chat."""

    ceiling: int = CEILING
    """Messages of all kinds a second, whatever SEND_RATE says."""

    deadline: float = DEADLINE_SECONDS
    """After it, a call to Telegram without an answer is given up."""

    poll_seconds: int = POLL_SECONDS
    """How long a poll waits for updates."""

    watch_seconds: float = WATCH_SECONDS
    """Between two looks at the webhook that is set."""

    tick_seconds: float = TICK_SECONDS
    """Between two looks of the leader at what is due; its sender rests half as long when nothing is."""

    status_message_seconds: float = STATUS_MESSAGE_SECONDS
    """Between two edits of a message that shows how a campaign goes."""

    news_seconds: float = NEWS_SECONDS
    """Between two looks at what admins are told of the content folder."""

    pacing: Callable[[], float] = time.monotonic
    """The clock of the rate limiter."""

    monotonic: Callable[[], float] = time.monotonic
    real: Callable[[], float] = time.time
    """This machine's clock, in Unix seconds."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits before a call is tried again."""
