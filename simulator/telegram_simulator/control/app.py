"""Assembles the routes of the control API and the chat page."""

from pathlib import Path

from aiohttp import ClientSession, web

from telegram_simulator.control.bulk_people import BulkPeople
from telegram_simulator.control.chats import Chats
from telegram_simulator.control.diagnostics import Diagnostics
from telegram_simulator.control.event_stream import EventStream
from telegram_simulator.control.guard import Handler, error_response
from telegram_simulator.control.link_previews import LinkPreviews
from telegram_simulator.control.membership import Membership
from telegram_simulator.control.payments import routes as payments
from telegram_simulator.control.requests import RequestError
from telegram_simulator.control.sending import Sending
from telegram_simulator.control.test_support import TestSupport
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State

PAGE = Path(__file__).parent.parent / "page"


def routes(state: State, registry: Registry, session: ClientSession) -> list[web.AbstractRouteDef]:
    return [
        *Chats(state, registry).routes(),
        *BulkPeople(state, registry).routes(),
        *Membership(state, registry).routes(),
        *Sending(state, registry).routes(),
        *Diagnostics(state).routes(),
        *TestSupport(state, registry).routes(),
        *EventStream(state).routes(),
        *payments.routes(state, registry),
        *LinkPreviews(state, session).routes(),
        web.get("/", _index),
        web.static("/page", PAGE),
    ]


@web.middleware
async def error_answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a RequestError into a JSON answer."""
    try:
        return await handler(request)
    except RequestError as error:
        return error_response(error.status, str(error))


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})
