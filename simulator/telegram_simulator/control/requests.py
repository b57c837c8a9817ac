"""Reads and validates requests to the control API."""

import json
from typing import Any

from aiohttp import web

from telegram_simulator.api.errors import ApiError
from telegram_simulator.api.parameters import content_of
from telegram_simulator.state.account import Account
from telegram_simulator.state.people import Conversation, Group, Person
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.state import State
from telegram_simulator.state.topics import Topic

LOWEST, HIGHEST = -(2**63), 2**63 - 1


class RequestError(Exception):
    """A request that cannot be served; the text says what to do."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


async def body_of(request: web.Request) -> dict[str, Any]:
    """Read a JSON object, an empty body being an empty one."""
    body = await raw_body_of(request)
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RequestError(400, "Texts must be encoded in UTF-8.") from None
    return body


async def raw_body_of(request: web.Request) -> dict[str, Any]:
    """Read a JSON object whose texts may hold lone surrogates, as updates of Telegram may."""
    try:
        content = await content_of(request)
    except ApiError as error:
        raise RequestError(error.code, error.description) from None
    if content and request.content_type != "application/json":
        raise RequestError(415, "Send the body as application/json.")
    try:
        body = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        raise RequestError(400, "The body is no JSON.") from None
    if not isinstance(body, dict):
        raise RequestError(400, "The body must be a JSON object.")
    return body


def number(request: web.Request, name: str, default: int | None = None) -> int:
    """Return a number of the query; without a default it has to be there."""
    text = request.query.get(name)
    if text is None and default is not None:
        return default
    return as_number(text, name)


def as_number(value: object, name: str) -> int:
    """Return a whole number of at most 64 bits."""
    try:
        whole = int(str(value))
    except ValueError:
        raise RequestError(400, f"Give `{name}` as a number.") from None
    if not LOWEST <= whole <= HIGHEST:
        raise RequestError(400, f"Give `{name}` as a number of at most 64 bits.")
    return whole


def account_of(state: State, request: web.Request) -> Account:
    """Return the bot that the query names by its id; the only one when it names none."""
    accounts = {account.id: account for account in state.accounts.values()}
    if "bot" not in request.query and len(accounts) == 1:
        return next(iter(accounts.values()))
    account = accounts.get(number(request, "bot"))
    if account is None:
        raise RequestError(404, "No bot of that id has called yet. GET /control/bots lists those that have.")
    return account


def actor_of(state: State, registry: Registry, request: web.Request) -> tuple[Person, Group | None]:
    """Return who acts in the chat of the path, and in which group: there the query says `as` whom."""
    account = account_of(state, request)
    chat_id = as_number(request.match_info["chat"], "chat")
    group = registry.find_group(account, chat_id)
    user_id = chat_id if group is None else number(request, "as")
    return person_of(registry, account, user_id), group


def topic_of(place: Conversation, given: object) -> Topic:
    """Return the topic of a chat that has this number."""
    topic = place.chat.topics.find(as_number(given, "topic"))
    if topic is None:
        raise RequestError(404, "This chat has no such topic.")
    return topic


def person_of(registry: Registry, account: Account, user_id: int) -> Person:
    person = registry.find(account, user_id)
    if person is None:
        raise RequestError(404, "There is no such person. POST /control/people makes one.")
    return person
