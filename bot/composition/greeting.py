"""The first call to Telegram, which tells the bot its own name."""

from collections.abc import Awaitable, Callable

import structlog

from bot.composition.errors import StartError
from bot.telegram.api.errors import TokenError, UnreachableError
from bot.telegram.api.proxies import proxy_for
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
