"""Refuses other machines, foreign hosts and requests of other sites."""

import ipaddress
from collections.abc import Awaitable, Callable

from aiohttp import web

from telegram_simulator.api.urls import split
from telegram_simulator.network.webhooks import FROM_SIMULATOR

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
    "Cross-Origin-Resource-Policy": "same-origin",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests of other machines (the Bot API takes them) and of other sites' pages."""
    if FROM_SIMULATOR in request.headers:
        return error_response(403, "The simulator brings no updates to itself.")
    to_bots = request.path.startswith(OPEN)
    if not to_bots and not _is_here(request):
        return error_response(
            403, "The control API answers on this machine only, under 127.0.0.1 or localhost."
        )
    if to_bots and _is_browser(request) and not _names_here(request):
        return error_response(403, "A browser reaches the simulator under 127.0.0.1 or localhost only.")
    if not _is_page(request) and _is_from_elsewhere(request):
        return error_response(403, "The simulator takes no requests from other sites.")
    return await handler(request)


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.extend(HEADERS)


def error_response(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _is_here(request: web.Request) -> bool:
    return _is_loopback(request.remote) and _names_here(request)


def _names_here(request: web.Request) -> bool:
    address = split(f"//{request.host}")
    return address.hostname in HOSTS and address.username is None


def _is_page(request: web.Request) -> bool:
    """Tell whether the chat page is asked for, to which any site may link."""
    return request.method in READING and not request.path.startswith((*OPEN, "/control"))


def _is_browser(request: web.Request) -> bool:
    """Tell whether a browser sent the request: a foreign name may resolve to 127.0.0.1 there."""
    return any(name in request.headers for name in ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode"))


def _is_from_elsewhere(request: web.Request) -> bool:
    """Tell whether a browser says that a page of another site asks; programs say nothing."""
    own = f"{request.scheme}://{request.host}"
    site = request.headers.get("Sec-Fetch-Site", "none")
    return request.headers.get("Origin", own) != own or site not in ("same-origin", "none")


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
