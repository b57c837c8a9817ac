"""The bot's own name, which only Telegram knows."""

from contextlib import suppress

from bot.config import Settings
from bot.telegram.api.errors import AnswerLostError, NeverSentError, TokenError, answer_of, refuses_token
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.request import AiohttpRequest
from bot.telegram.api.transport import Transport


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
