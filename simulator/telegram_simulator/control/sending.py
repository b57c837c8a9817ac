"""Control API: what people send, texts and files."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from telegram_simulator.api.errors import ApiError
from telegram_simulator.api.parameters import Upload, form_of
from telegram_simulator.control.requests import RequestError, actor_of, as_number, body_of, topic_of
from telegram_simulator.state.files import KINDS_OF_PEOPLE
from telegram_simulator.state.people import Conversation
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State
from telegram_simulator.state.topics import Topic
from telegram_simulator.text.entities import Entity

MOST_UNITS = 2**31  # of UTF-16, which offsets and lengths count


class Sending:
    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        chat = r"/control/chats/{chat:-?\d+}"
        return [web.post(f"{chat}/write", self.write), web.post(f"{chat}/attach", self.attach)]

    async def write(self, request: web.Request) -> web.Response:
        """Send a text; with `marks`, as clients read it: **bold**, __italic__, [words](link)."""
        body = await body_of(request)
        text = body.get("text")
        if not isinstance(text, str) or not text.strip():
            raise RequestError(400, "A message needs a text.")
        text, entities = self._read(text, body)
        person, group = actor_of(self._state, self._registry, request)
        bubble = person.writes(
            text, group=group, reply_to=_reply(body), entities=entities, topic=_topic(group or person, body)
        )
        return web.json_response(bubble.as_json(), status=201)

    async def attach(self, request: web.Request) -> web.Response:
        """Send a form's `file` as a photo, a document or a voice message, with its `caption`."""
        try:
            form = await form_of(request)
        except ApiError as error:
            raise RequestError(error.code, error.description) from None
        file, kind = form.get("file"), form.get("kind", "document")
        if not isinstance(file, web.FileField) or kind not in KINDS_OF_PEOPLE:
            raise RequestError(400, "Send a form with a file and its kind: photo, document or voice.")
        upload = Upload(file.filename, file.file.read(), file.content_type)
        caption, entities = self._read(str(form.get("caption", "")), {"marks": True})
        person, group = actor_of(self._state, self._registry, request)
        try:
            bubble = person.attaches(
                upload,
                caption,
                kind=str(kind),
                group=group,
                reply_to=_reply(form),
                entities=entities,
                topic=_topic(group or person, form),
            )
        except ApiError as error:
            raise RequestError(400, f"Telegram does not take this file: {error.description}.") from None
        return web.json_response(bubble.as_json(), status=201)

    def _read(self, text: str, body: Mapping[str, Any]) -> tuple[str, list[Entity] | None]:
        given = body.get("entities")
        if given is not None and not (isinstance(given, list) and all(map(_is_entity, given))):
            raise RequestError(400, "Give entities as a list of MessageEntity objects.")
        if not body.get("marks"):
            return text, given
        typed = self._state.parser.typed(text)
        return typed.text, list(typed.entities)


def _is_entity(given: object) -> bool:
    """Tell whether this has the fields of a MessageEntity without which it cannot be shown."""
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        return False
    numbers = (given.get("offset"), given.get("length"))
    if not all(isinstance(number, int) and 0 <= number < MOST_UNITS for number in numbers):
        return False
    if given["type"] == "date_time":
        return isinstance(given.get("unix_time"), int)
    return given["type"] != "text_link" or isinstance(given.get("url"), str)


def _topic(place: Conversation, body: Mapping[str, Any]) -> Topic | None:
    return None if body.get("topic") in (None, "") else topic_of(place, body["topic"])


def _reply(body: Mapping[str, Any]) -> int | None:
    return None if body.get("reply_to") in (None, "") else as_number(body["reply_to"], "reply_to")
