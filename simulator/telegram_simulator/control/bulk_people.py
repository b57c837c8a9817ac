"""Control API: many people at once, and what they saw."""

from aiohttp import web

from telegram_simulator.control.requests import RequestError, account_of, as_number, body_of
from telegram_simulator.state.bulk_people import FIRST_ID, LANGUAGES, crowd
from telegram_simulator.state.registry import Register
from telegram_simulator.state.state import World
from telegram_simulator.state.visible_history import seen

MOST = 200_000


class Crowds:
    def __init__(self, world: World, register: Register) -> None:
        self._world = world
        self._register = register

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/control/crowd", self.gather), web.get("/control/seen", self.seen)]

    async def gather(self, request: web.Request) -> web.Response:
        """Make many people who have started the bot before, or (`starts`) who start it now."""
        account, body = account_of(self._world, request), await body_of(request)
        count = as_number(body.get("count"), "count")
        first = as_number(body.get("first_id", FIRST_ID), "first_id")
        languages = body.get("languages", LANGUAGES)
        if not 1 <= count <= MOST or first <= 0:
            raise RequestError(400, f"A crowd is 1 to {MOST} people, with ids above 0.")
        if not languages or not all(isinstance(code, str) for code in languages):
            raise RequestError(400, "Give languages as a list of codes, as in en, es.")
        starts = bool(body.get("starts", False))
        people = crowd(self._register, account, count, first, tuple(languages), starts=starts)
        return web.json_response({"first_id": people[0].id, "last_id": people[-1].id}, status=201)

    async def seen(self, request: web.Request) -> web.Response:
        """What everyone has seen of this bot, by chat; with `holding`, only texts that hold these words."""
        account, words = account_of(self._world, request), request.query.get("holding", "")
        shown = {
            chat_id: [sight.as_json() for sight in seen(chat, words)]
            for chat_id, chat in account.chats.items()
        }
        return web.json_response({chat_id: sights for chat_id, sights in shown.items() if sights})
