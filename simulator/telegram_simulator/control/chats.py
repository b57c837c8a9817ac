"""Control API: bots, people, groups, topics, chats and taps."""

from itertools import islice
from typing import Any

from aiohttp import web

from telegram_simulator.control.requests import (
    RequestError,
    account_of,
    actor_of,
    as_number,
    body_of,
    number,
    person_of,
    topic_of,
)
from telegram_simulator.methods.commands import menu_of
from telegram_simulator.methods.profile import description_of
from telegram_simulator.state.people import Person
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State


class Chats:
    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        chat = r"/control/chats/{chat:-?\d+}"
        return [
            web.get("/control/bots", self.bots),
            web.get("/control/people", self.people),
            web.post("/control/people", self.introduce),
            web.get(r"/control/people/{person:\d+}", self.person),
            web.post("/control/groups", self.make_group),
            web.get(chat, self.chat),
            web.post(f"{chat}/tap", self.tap),
            web.post(f"{chat}/topics", self.begin_topic),
            web.post(rf"{chat}/topics/{{topic:\d+}}", self.change_topic),
            web.post(f"{chat}/block", self.block),
            web.post(f"{chat}/return", self.come_back),
        ]

    async def bots(self, _request: web.Request) -> web.Response:
        accounts = self._state.accounts.values()
        return web.json_response(
            [{"id": bot.id, "name": bot.name, "username": bot.username} for bot in accounts]
        )

    async def people(self, request: web.Request) -> web.Response:
        """Everyone, or the first `limit` of those whose name, note or id holds `find`.

        The header X-Total-Count says how many there are without the limit.
        """
        account = account_of(self._state, request)
        matches = self._registry.search(request.query.get("find", ""))
        shown = matches[: max(0, number(request, "limit", len(matches)))]
        people = [self._described(self._registry.person(account, user_id)) for user_id in shown]
        return web.json_response(people, headers={"X-Total-Count": str(len(matches))})

    async def person(self, request: web.Request) -> web.Response:
        account = account_of(self._state, request)
        return web.json_response(
            self._described(
                person_of(self._registry, account, as_number(request.match_info["person"], "person"))
            )
        )

    async def introduce(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        user_id, name = as_number(body.get("id"), "id"), str(body.get("first_name") or "").strip()
        if user_id <= 0 or not name:
            raise RequestError(400, "A person needs an id above 0 and a first_name.")
        language = body.get("language_code")
        if language is not None and not isinstance(language, str):
            raise RequestError(400, "Give language_code as a text, as in es.")
        self._registry.introduce(user_id, name, language, str(body.get("note") or ""))
        return web.json_response({"id": user_id}, status=201)

    async def make_group(self, request: web.Request) -> web.Response:
        """Make a group with this bot in it; its members write there with `as`."""
        account, body = account_of(self._state, request), await body_of(request)
        group_id, title = as_number(body.get("id"), "id"), str(body.get("title") or "").strip()
        if group_id >= 0 or not title:
            raise RequestError(400, "A group needs an id below 0 and a title.")
        group = self._registry.group(account, group_id, title, channel=bool(body.get("channel")))
        if body.get("forum"):
            try:
                group.becomes_forum()
            except ValueError as error:
                raise RequestError(400, str(error)) from None
        return web.json_response({"id": group.id}, status=201)

    async def begin_topic(self, request: web.Request) -> web.Response:
        """Begin a topic in a private chat, or (with `as`) in a forum."""
        name = str((await body_of(request)).get("name") or "").strip()
        if not name:
            raise RequestError(400, "A topic needs a name.")
        person, group = actor_of(self._state, self._registry, request)
        try:
            topic = person.opens_topic(name, group)
        except ValueError as error:
            raise RequestError(409, str(error)) from None
        return web.json_response({"thread": topic.thread}, status=201)

    async def change_topic(self, request: web.Request) -> web.Response:
        """Close a topic, open it again, or delete it."""
        person, group = actor_of(self._state, self._registry, request)
        body, place = await body_of(request), group or person
        topic = topic_of(place, request.match_info["topic"])
        if body.get("deleted"):
            place.deletes(topic)
        else:
            topic.closed = bool(body.get("closed"))
        return web.json_response({"thread": topic.thread, "closed": topic.closed})

    async def chat(self, request: web.Request) -> web.Response:
        """A chat's state and its messages, or the newest `last` of them."""
        account = account_of(self._state, request)
        chat_id = as_number(request.match_info["chat"], "chat")
        person = self._registry.find(account, chat_id)
        chat = account.chats.get(chat_id)
        if chat is None:
            raise RequestError(404, "This bot has no such chat.")
        language = "" if person is None else person.user.get("language_code", "")
        last = number(request, "last", len(chat.messages))
        shown = islice(chat.messages.values(), max(0, len(chat.messages) - last), None)
        return web.json_response(
            {
                "id": chat.id,
                "title": chat.fields.get("title") or chat.fields.get("first_name"),
                "bubbles": [message.bubble().as_json() for message in shown],
                "commands": menu_of(account, chat.id, language),
                "description": description_of(account, language),
                "menu_button": dict(chat.menu_button or account.menu_button),
                "blocked": chat.blocked,
                "pinned": chat.pinned,
                "seq": self._state.events.last,
            }
        )

    async def tap(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        data = body.get("data")
        if not isinstance(data, str):
            raise RequestError(400, "A tap needs a message_id and the data of its button.")
        person, group = actor_of(self._state, self._registry, request)
        query_id = person.taps(as_number(body.get("message_id"), "message_id"), data=data, group=group)
        return web.json_response({"callback_query_id": query_id}, status=201)

    async def block(self, request: web.Request) -> web.Response:
        actor_of(self._state, self._registry, request)[0].blocks()
        return web.json_response({"blocked": True})

    async def come_back(self, request: web.Request) -> web.Response:
        actor_of(self._state, self._registry, request)[0].returns()
        return web.json_response({"blocked": False})

    def _described(self, person: Person) -> dict[str, Any]:
        return {
            "id": person.id,
            "first_name": person.user["first_name"],
            "language_code": person.user.get("language_code"),
            "note": self._registry.note(person.id),
            "blocked": person.chat.blocked,
        }
