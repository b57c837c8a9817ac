"""Whether the program is alive."""

from aiohttp import web


async def healthz(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})
