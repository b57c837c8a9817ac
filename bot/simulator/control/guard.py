"""Keeps the control API to this machine: no foreign hosts, no other site's requests."""

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

OPEN = ("/bot", "/file/bot")
HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
READING = frozenset({"GET", "HEAD"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: http://127.0.0.1:* http://localhost:*; "
        "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the Bot API pass; refuse anything else that comes from another machine or another site."""
    if request.path.startswith(OPEN):
        return await handler(request)
    reason = _refusal(request)
    if reason:
        return sentence(403, reason)
    return await handler(request)


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.extend(HEADERS)


def sentence(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _refusal(request: web.Request) -> str | None:
    if not _is_loopback(request.remote) or urlsplit(f"//{request.host}").hostname not in HOSTS:
        return "The control API answers on this machine only, under 127.0.0.1 or localhost."
    if request.method in READING:
        return None
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return "The control API takes no requests from other sites."
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return "The control API takes no requests from other sites."
    return None


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
