"""Reads a call's parameters from query, form, multipart or JSON."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from telegram_simulator.api.errors import bad_request, too_large
from telegram_simulator.api.parameter_names import BOOLEANS, FIELDS, IDENTIFIERS, INTEGERS, NESTED

JSON_LIMIT = 8 * 1024 * 1024
"""Bytes of JSON, which holds no files; more of it would keep other bots waiting."""

_NUMBER = re.compile(r"-?\d{1,20}", re.ASCII)
_CHAT_ID = re.compile(r"-?\d{1,18}", re.ASCII)
_OBJECTS = {"reply_markup": "reply keyboard markup"}
"""Parameters that Telegram's errors call otherwise."""

TRUE = frozenset({"true", "yes", "1", "on"})


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a request brought: raw values by name, and uploaded files."""

    values: Mapping[str, Any]
    uploads: Mapping[str, Upload]


async def read(request: web.Request) -> Given:
    """Read the request; ApiError 400 for a body that is not what it says, 413 for one too big."""
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.method == "POST" and request.content_type == "application/json":
        values |= _read_json(await content_of(request))
    elif request.method == "POST":
        for name, value in (await form_of(request)).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
            else:
                values[name] = value if isinstance(value, str) else value.decode(errors="replace")
    return Given(values, uploads)


async def content_of(request: web.Request) -> bytes:
    """Return the request's body; ApiError 400 for an encoding that is not what it says, 413 when too big."""
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None
    except web.RequestPayloadError:
        raise bad_request("can't decode the request's body") from None


async def form_of(request: web.Request) -> Mapping[str, Any]:
    """Return the request's form; ApiError 400 for a body that is none, 413 for one too big."""
    try:
        return await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None
    except (ValueError, LookupError, web.RequestPayloadError):  # a boundary, a charset, a part's headers …
        raise bad_request("can't parse the request's form") from None


def _read_json(body: bytes) -> dict[str, Any]:
    if len(body) > JSON_LIMIT:
        raise too_large()
    if not body.strip():
        return {}
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("expected a JSON object")
    return values


def typed(method: str, given: Given, *, strict: bool) -> dict[str, Any]:
    """Convert values to their types and leave out null ones; ApiError 400 names what is wrong.

    Unknown parameters are refused when `strict`, as no real server does.
    """
    documented = FIELDS[method]
    unknown = sorted(set(given.values) - documented)
    if strict and unknown:
        raise bad_request(f"{method} has no parameter {', '.join(unknown)}")
    values = {
        name: _value(name, value)
        for name, value in renewed(given.values, documented).items()
        if name in documented and value is not None
    }
    _check_encoding(values)
    return {name: value for name, value in values.items() if value is not None}


def renewed(values: Mapping[str, Any], documented: Collection[str]) -> Mapping[str, Any]:
    """Translate parameters of earlier Bot APIs, which Telegram still honours, to today's."""
    new = dict(values)
    if "reply_parameters" in documented and "reply_parameters" not in values:
        message_id = number(values.get("reply_to_message_id") or 0)
        lenient = _truth(values.get("allow_sending_without_reply"))
        if message_id > 0:
            new["reply_parameters"] = {"message_id": message_id, "allow_sending_without_reply": lenient}
    if "link_preview_options" in documented and _truth(values.get("disable_web_page_preview")):
        new.setdefault("link_preview_options", {"is_disabled": True})
    if "thumbnail" in documented and "thumb" in values:
        new.setdefault("thumbnail", values["thumb"])
    return new


def _truth(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).lower() in TRUE


def _value(name: str, value: Any) -> Any:
    if name in NESTED:
        return _nested(name, value)
    if name in INTEGERS:
        return number(value)
    if name in BOOLEANS:
        return _truth(value)
    if name in IDENTIFIERS:
        return identifier(value)
    return value if isinstance(value, str) else json.dumps(value)


def _nested(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        what = _OBJECTS.get(name, name.replace("_", " "))
        raise bad_request(f"can't parse {what} JSON object") from None


def number(value: Any) -> int:
    """Read a number as Telegram does: the digits that begin it, within 64 bits; anything else is 0."""
    digits = _NUMBER.match(str(value).strip())
    return min(max(int(digits.group()), -(2**63)), 2**63 - 1) if digits else 0


def identifier(value: Any) -> int | str:
    """Return a chat's id as a number, however it is written; a name as it stands. ApiError 400 for none."""
    text = str(value).strip()
    if not text:
        raise bad_request("chat_id is empty")
    return int(text) if _CHAT_ID.fullmatch(text) else text


def _check_encoding(values: dict[str, Any]) -> None:
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
