"""`briefing doctor`: compares access with grants, and charges with Telegram's list."""

from collections.abc import Callable

from bot.cli.database import with_database
from bot.clock import Clock
from bot.config import Settings
from bot.db.engine.session import Database
from bot.services.operations.doctor import Doctor
from bot.services.subscriptions.repair import TransactionsError
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.request import AiohttpRequest
from bot.telegram.api.star_ledger import StarLedger
from bot.telegram.api.transport import Transport


def examine(settings: Settings, clock: Clock, say: Callable[[str], None], *, mend: bool) -> bool:
    """Compare all, and `say` each difference and the counts; return whether there was none. OperatorError."""

    async def work(database: Database, clock: Clock) -> bool:
        doctor = Doctor(database, clock, say)
        readers = await doctor.readers(mend=mend)
        mended = f" Differences mended: {doctor.differences:,}." if mend and doctor.differences else ""
        say(f"Readers compared with their grants: {readers:,}.{mended}")
        say(f"Charges compared with what they bought: {await doctor.charges():,}.")
        say(await _with_telegram(settings, doctor))
        say(f"Differences: {doctor.differences:,}.")
        return not doctor.differences

    return with_database(settings.database_url, clock, work)


async def _with_telegram(settings: Settings, doctor: Doctor) -> str:
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
