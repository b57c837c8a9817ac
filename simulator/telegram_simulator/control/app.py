"""Assembles the routes of the control API and the chat page."""

from pathlib import Path

from aiohttp import ClientSession, web

from telegram_simulator.control.chats import Chats
from telegram_simulator.control.crowds import Crowds
from telegram_simulator.control.guard import Handler, sentence
from telegram_simulator.control.membership import Membership
from telegram_simulator.control.posts import Posts
from telegram_simulator.control.previews import Previews
from telegram_simulator.control.questions import RequestError
from telegram_simulator.control.stream import Stream
from telegram_simulator.control.tests import Tests
from telegram_simulator.control.world import Matters
from telegram_simulator.register import Register
from telegram_simulator.world import World

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
