"""Control API: who joins and leaves groups and channels."""

from aiohttp import web

from telegram_simulator.control.requests import RequestError, actor_of, body_of
from telegram_simulator.state.people import Group, Person
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State


class Membership:
    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        chat = r"/control/chats/{chat:-?\d+}"
        return [
            web.post(f"{chat}/join", self.join),
            web.post(f"{chat}/leave", self.leave),
            web.post(f"{chat}/bot", self.bot),
        ]

    async def join(self, request: web.Request) -> web.Response:
        """Let a person join a group or a channel, or (`request`) ask the bot for admission."""
        person, group = self._in_group(request)
        if (await body_of(request)).get("request"):
            person.asks_to_join(group)
        else:
            person.joins(group)
        return web.json_response({"member": person.id in group.chat.people})

    async def leave(self, request: web.Request) -> web.Response:
        person, group = self._in_group(request)
        person.leaves(group)
        return web.json_response({"member": False})

    async def bot(self, request: web.Request) -> web.Response:
        """Let a person add the bot (`member` true) or remove it."""
        person, group = self._in_group(request)
        body = await body_of(request)
        if not isinstance(body.get("member"), bool):
            raise RequestError(400, "Give member as true or false.")
        if body["member"]:
            person.adds_bot(group)
        else:
            person.removes_bot(group)
        return web.json_response({"member": not group.chat.blocked})

    def _in_group(self, request: web.Request) -> tuple[Person, Group]:
        person, group = actor_of(self._state, self._registry, request)
        if group is None:
            raise RequestError(400, "Only groups and channels have members. POST /control/groups makes one.")
        return person, group
