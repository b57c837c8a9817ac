"""Assembles the routes of the control API and the chat page."""

from pathlib import Path

from aiohttp import ClientSession, web

from telegram_simulator.control.bulk_people import Crowds
from telegram_simulator.control.chats import Chats
from telegram_simulator.control.diagnostics import Matters
from telegram_simulator.control.event_stream import Stream
from telegram_simulator.control.guard import Handler, sentence
from telegram_simulator.control.link_previews import Previews
from telegram_simulator.control.membership import Membership
from telegram_simulator.control.requests import RequestError
from telegram_simulator.control.sending import Posts
from telegram_simulator.control.test_support import Tests
from telegram_simulator.state.registry import Register
from telegram_simulator.state.state import World

PAGE = Path(__file__).parent.parent / "page"


def routes(world: World, register: Register, session: ClientSession) -> list[web.AbstractRouteDef]:
    return [
        *Chats(world, register).routes(),
        *Crowds(world, register).routes(),
        *Membership(world, register).routes(),
        *Posts(world, register).routes(),
        *Matters(world).routes(),
        *Tests(world, register).routes(),
        *Stream(world).routes(),
        *Previews(world, session).routes(),
        web.get("/", _index),
        web.static("/page", PAGE),
    ]


@web.middleware
async def sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a RequestError into a JSON answer."""
    try:
        return await handler(request)
    except RequestError as error:
        return sentence(error.status, str(error))


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})
