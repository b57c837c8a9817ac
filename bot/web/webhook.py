"""The webhook: takes updates from Telegram, and from nobody else."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import structlog
from aiohttp import web
from pydantic import SecretStr

from bot.db.errors import is_news

log = structlog.get_logger(__name__)

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
LONGEST_BODY = 1024 * 1024
READ_SECONDS = 10.0
TAKE_SECONDS = 20.0
"""How long storing an update may take. Telegram waits longer."""

HIGHEST = 2**63

Take: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]
"""Stores an update. Whatever it raises, Telegram is asked to send the update again."""


class Webhook:
    def __init__(self, secret: SecretStr, take: Take, *, read_seconds: float = READ_SECONDS) -> None:
        """`read_seconds` is how long the body of a request may take to arrive."""
        self._secret = secret.get_secret_value().encode()
        self._take = take
        self._read_seconds = read_seconds

    async def receive(self, request: web.Request) -> web.Response:
        """Answer 200 once the update is stored, 503 where that failed, 4xx to others than Telegram."""
        if not self._is_telegram(request):
            return web.Response(status=403)
        if request.content_type != "application/json":
            return web.Response(status=415)
        update = _update(await self._body(request))
        if update is None:
            return web.Response(status=400)
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                await self._take(update)
        except Exception as error:  # noqa: BLE001  # whatever it is: what is not stored must come again
            if is_news(error):  # else the database has logged it
                log.warning("update not stored", error=type(error).__name__)
            return web.Response(status=503)
        return web.Response()

    def _is_telegram(self, request: web.Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._secret)

    async def _body(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > LONGEST_BODY:
            raise web.HTTPRequestEntityTooLarge(LONGEST_BODY, request.content_length or 0)
        body = bytearray()
        try:
            async with asyncio.timeout(self._read_seconds):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > LONGEST_BODY:
                        raise web.HTTPRequestEntityTooLarge(LONGEST_BODY, len(body))
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        except web.RequestPayloadError:
            raise web.HTTPBadRequest from None
        return bytes(body)


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not -HIGHEST <= number < HIGHEST:
        return None
    return dict(update)
