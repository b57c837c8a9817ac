"""Control API: many people at once, and what they saw."""

from aiohttp import web

from telegram_simulator.control.requests import RequestError, account_of, as_number, body_of
from telegram_simulator.state.bulk_people import FIRST_ID, LANGUAGES, make_people
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State
from telegram_simulator.state.visible_history import visible_history

MOST = 200_000


class BulkPeople:
    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/control/crowd", self.make), web.get("/control/seen", self.seen)]

    async def make(self, request: web.Request) -> web.Response:
        """Make many people who have started the bot before, or (`starts`) who start it now."""
        account, body = account_of(self._state, request), await body_of(request)
        count = as_number(body.get("count"), "count")
        first = as_number(body.get("first_id", FIRST_ID), "first_id")
        languages = body.get("languages", LANGUAGES)
        if not 1 <= count <= MOST or first <= 0:
            raise RequestError(400, f"A crowd is 1 to {MOST} people, with ids above 0.")
        if not _are_codes(languages):
            raise RequestError(400, "Give languages as a list of codes, as in en, es.")
        starts = bool(body.get("starts", False))
        people = make_people(self._registry, account, count, first, tuple(languages), starts=starts)
        return web.json_response({"first_id": people[0].id, "last_id": people[-1].id}, status=201)

    async def seen(self, request: web.Request) -> web.Response:
        """What everyone has seen of this bot, by chat; with `holding`, only texts that hold these words."""
        account, words = account_of(self._state, request), request.query.get("holding", "")
        histories = {
            chat_id: [entry.as_json() for entry in visible_history(chat, words)]
            for chat_id, chat in account.chats.items()
        }
        return web.json_response({chat_id: entries for chat_id, entries in histories.items() if entries})


def _are_codes(languages: object) -> bool:
    return (
        isinstance(languages, list | tuple)
        and bool(languages)
        and all(isinstance(code, str) for code in languages)
    )
