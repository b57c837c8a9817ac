"""`briefing healthy` and `doctor`: is it alive, does what it stores agree?"""

from collections.abc import Callable
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from bot.cli.terminal import fail
from bot.clock import Clock
from bot.config import Settings

if TYPE_CHECKING:
    from bot.db.engine.session import Database
    from bot.services.operations.doctor import Doctor

TIMEOUT_SECONDS = 3
ALIVE = b'{"alive": true}'
"""What `/healthz` answers."""

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # compared, not listened on


def ask(settings: Settings) -> str:
    """Return the address at which the bot says that it is alive; else end the program with a sentence."""
    host = "127.0.0.1" if settings.http_host in EVERYWHERE else settings.http_host
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.http_port}/healthz"
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=TIMEOUT_SECONDS) as answer:
            alive = answer.read(100) == ALIVE
    except HTTPError as error:
        fail(f"What answers at {address} is not the bot ({error.code} {error.reason}).")
    except HTTPException as error:
        fail(f"What answers at {address} is not the bot ({type(error).__name__}).")
    except OSError as error:
        reason = error.reason if isinstance(error, URLError) else error
        fail(f"Nothing answers at {address} ({getattr(reason, 'strerror', None) or reason}).")
    if not alive:
        fail(f"What answers at {address} is not the bot.")
    return address


def examine(settings: Settings, clock: Clock, say: Callable[[str], None], *, mend: bool) -> bool:
    """Compare all, and `say` each difference and the counts; return whether there was none. OperatorError."""
    from bot.cli.database import with_database
    from bot.services.operations.doctor import Doctor

    async def work(database: "Database", clock: Clock) -> bool:
        doctor = Doctor(database, clock, say)
        readers = await doctor.readers(mend=mend)
        mended = f" Differences mended: {doctor.differences:,}." if mend and doctor.differences else ""
        say(f"Readers compared with their grants: {readers:,}.{mended}")
        say(f"Charges compared with what they bought: {await doctor.charges():,}.")
        say(await _with_telegram(settings, doctor))
        say(f"Differences: {doctor.differences:,}.")
        return not doctor.differences

    return with_database(settings.database_url, clock, work)


async def _with_telegram(settings: Settings, doctor: "Doctor") -> str:
    from bot.services.subscriptions.repair import TransactionsError
    from bot.telegram.api.http.request import AiohttpRequest
    from bot.telegram.api.pacing.rate_limiter import RateLimiter
    from bot.telegram.api.stars import StarLedger
    from bot.telegram.api.transport import Transport

    if settings.bot_token is None:
        return "BOT_TOKEN is not set, so the charges were not compared with Telegram's list."
    request = AiohttpRequest()
    await request.initialize()
    try:
        transport = Transport(request, settings.telegram_api_url, settings.bot_token, RateLimiter())
        count = await doctor.ledger(StarLedger(transport).page)
    except TransactionsError as error:
        return (
            f"Telegram does not tell its transactions ({error}), so the charges were not compared with them."
        )
    finally:
        await request.shutdown()
    return f"Telegram's transactions compared with the charges: {count:,}."
