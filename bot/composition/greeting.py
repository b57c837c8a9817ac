"""The first call to Telegram, which tells the bot its own name."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.composition.errors import StartError
from bot.config import Settings
from bot.telegram.api.errors import (
    AnswerLostError,
    NeverSentError,
    TokenError,
    UnreachableError,
    answer_of,
    refuses_token,
)
from bot.telegram.api.http.proxies import proxy_for
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.application import App, connect
from bot.waiting import Backoff

log = structlog.get_logger(__name__)

TRIES = 6
DELAYS = (1.0, 32.0)
"""The first and the longest wait between two tries, in seconds."""


async def greet_telegram(application: App, api_url: str, sleep: Callable[[float], Awaitable[None]]) -> str:
    """Return the bot's user name; while Telegram does not answer, try again for about a minute.

    StartError where it never does, or refuses the token.
    """
    log_proxy(api_url)
    delays = Backoff(*DELAYS)
    for _ in range(TRIES):
        try:
            await connect(application)
        except TokenError as error:
            raise StartError(error.sentence(api_url)) from None
        except UnreachableError as error:
            log.warning("Telegram does not answer yet", error=str(error))
            await sleep(next(delays))
        else:
            return str(application.bot.username)
    raise StartError("Telegram does not answer. Check the network and TELEGRAM_API_URL.")


class UnnamedError(Exception):
    """Telegram did not tell the name; the text says why, and what to do."""


async def username_of(transport: Transport, api_url: str) -> str:
    """Ask Telegram once for the bot's user name. UnnamedError."""
    status, body = 0, b""
    with suppress(NeverSentError, AnswerLostError):
        status, body = await transport.fetch("getMe", {})
    if refuses_token(status):
        raise UnnamedError(TokenError(status).sentence(api_url))
    me = (answer_of(body) or {}).get("result")
    if isinstance(me, dict) and isinstance(name := me.get("username"), str):
        return name
    raise UnnamedError("Telegram does not answer. Check the network and TELEGRAM_API_URL.")


async def own_username(settings: Settings) -> str:
    """Ask for the name of the bot that BOT_TOKEN is for. UnnamedError, too where it is not set."""
    if settings.bot_token is None:
        raise UnnamedError("BOT_TOKEN is not set.")
    request = AiohttpRequest()
    await request.initialize()
    try:
        transport = Transport(request, settings.telegram_api_url, settings.bot_token, RateLimiter())
        return await username_of(transport, settings.telegram_api_url)
    finally:
        await request.shutdown()


def log_proxy(api_url: str) -> None:
    """Log whether a proxy stands between us and Telegram; what is logged of it holds no password."""
    proxy = proxy_for(api_url)
    if proxy and proxy.is_usable:
        log.info("Telegram is asked through a proxy", proxy=proxy.place)
    elif proxy:
        log.warning(
            "the proxy is not used, and Telegram is asked directly: only http:// proxies can be used. "
            "Name one in HTTPS_PROXY, or Telegram's host in NO_PROXY",
            proxy=proxy.place,
        )
