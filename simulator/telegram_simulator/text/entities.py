"""Message entities: converted from TDLib's form, merged, written as HTML."""

import html
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from telegram_simulator.api.errors import bad_request

Entity: TypeAlias = dict[str, Any]
"""A Bot API MessageEntity; `offset` and `length` are UTF-16 units."""

_NAMES = {
    "Mention": "mention", "Hashtag": "hashtag", "Cashtag": "cashtag", "BotCommand": "bot_command",
    "Url": "url", "EmailAddress": "email", "PhoneNumber": "phone_number", "Bold": "bold",
    "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough", "Spoiler": "spoiler",
    "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote", "Code": "code",
    "Pre": "pre", "PreCode": "pre", "TextUrl": "text_link", "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji", "DateTime": "date_time",
}  # fmt: skip
_TDLIB = {name: kind for kind, name in _NAMES.items() if kind != "PreCode"}
_FOUND = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
_REQUIRED = {
    "text_link": ("url", str),
    "custom_emoji": ("custom_emoji_id", str),
    "date_time": ("unix_time", int),
    "text_mention": ("user", dict),
}
_CLOSED = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})
"""Entities in which Telegram looks for no others."""

_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "expandable_blockquote": "blockquote expandable",
    "spoiler": "tg-spoiler",
}  # fmt: skip


def utf16(text: str) -> int:
    """Return the length of a text in UTF-16 units, in which Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def from_tdlib(detected: Iterable[dict[str, Any]]) -> tuple[Entity, ...]:
    """Convert TDLib's `textEntity` objects; kinds that bots never see are left out."""
    converted = (_convert(entity) for entity in detected)
    return tuple(entity for entity in converted if entity is not None)


def _convert(entity: dict[str, Any]) -> Entity | None:
    kind = entity["type"]
    name = _NAMES.get(kind["@type"].removeprefix("textEntityType"))
    if name is None:
        return None
    return {"type": name, "offset": entity["offset"], "length": entity["length"], **_details(name, kind)}


def _details(name: str, kind: dict[str, Any]) -> dict[str, Any]:
    if name == "text_link":
        return {"url": kind["url"]}
    if name == "pre" and kind.get("language"):
        return {"language": kind["language"]}
    if name == "custom_emoji":
        return {"custom_emoji_id": str(kind["custom_emoji_id"])}
    if name == "text_mention":
        return {"user": {"id": kind["user_id"], "is_bot": False, "first_name": str(kind["user_id"])}}
    if name == "date_time":
        return {"unix_time": kind["unix_time"], "date_time_format": _format(kind.get("formatting_type"))}
    return {}


def _format(formatting: dict[str, Any] | None) -> str:
    if formatting is None:
        return ""
    if formatting["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    day = _letter("d", formatting["date_precision"])
    hour = _letter("t", formatting["time_precision"])
    return ("w" if formatting["show_day_of_week"] else "") + day + hour


def _formatting(form: str) -> dict[str, Any]:
    """The reverse of `_format`, as a field of TDLib's entity; without a form there is none."""
    if not form:
        return {}
    if form.lower() == "r":
        return {"formatting_type": {"@type": "dateTimeFormattingTypeRelative"}}
    absolute = {
        "@type": "dateTimeFormattingTypeAbsolute",
        "show_day_of_week": "w" in form,
        "date_precision": _precision("d", form),
        "time_precision": _precision("t", form),
    }
    return {"formatting_type": absolute}


def _precision(letter: str, form: str) -> dict[str, Any]:
    size = "Short" if letter in form else "Long" if letter.upper() in form else "None"
    return {"@type": f"dateTimePartPrecision{size}"}


def _letter(letter: str, precision: dict[str, Any]) -> str:
    size = precision["@type"].removeprefix("dateTimePartPrecision")
    return {"Short": letter, "Long": letter.upper()}.get(size, "")


def explicit(given: Sequence[Any]) -> tuple[Entity, ...]:
    """Check the form of a bot's own entities; ApiError 400 for one that is none.

    Those that Telegram finds by itself (links, mentions, commands …) are left out: it looks for them anew.
    """
    if not isinstance(given, list | tuple):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    checked = [_checked(entity) for entity in given]
    return tuple(entity for entity in checked if entity["type"] not in _FOUND)


def _checked(entity: Any) -> Entity:
    if not isinstance(entity, dict) or entity.get("type") not in _NAMES.values():
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad_request('can\'t parse MessageEntity: field "offset" or "length" is wrong')
    name, kind = _REQUIRED.get(entity["type"], ("type", str))
    if not isinstance(entity.get(name), kind):
        raise bad_request(f"can't parse MessageEntity: can't find field \"{name}\"")
    return dict(entity)


def to_tdlib(entity: Entity) -> dict[str, Any]:
    kind = entity["type"]
    body: dict[str, Any] = {"@type": f"textEntityType{_TDLIB[kind]}"}
    if kind == "text_link":
        body["url"] = entity["url"]
    if kind == "pre" and entity.get("language"):
        body = {"@type": "textEntityTypePreCode", "language": entity["language"]}
    if kind == "custom_emoji":
        body["custom_emoji_id"] = entity["custom_emoji_id"]
    if kind == "text_mention":
        body["user_id"] = entity["user"].get("id", 0)
    if kind == "date_time":
        body |= {"unix_time": entity["unix_time"], **_formatting(entity.get("date_time_format") or "")}
    place = {"offset": entity["offset"], "length": entity["length"]}
    return {"@type": "textEntity", **place, "type": body}


def moved(entities: Iterable[Entity], by: int, end: int) -> tuple[Entity, ...]:
    """Shift entities and cut them to a text of `end` units; empty ones go."""
    cut = []
    for entity in entities:
        first = max(0, entity["offset"] + by)
        last = min(end, entity["offset"] + by + entity["length"])
        if last > first:
            cut.append({**entity, "offset": first, "length": last - first})
    return tuple(cut)


def without(entities: Iterable[Entity], places: Sequence[int]) -> tuple[Entity, ...]:
    """Shift entities for the units at `places`, in order, that leave the text; empty ones go."""

    def place(unit: int) -> int:
        return unit - bisect_left(places, unit)

    left = []
    for entity in entities:
        first, last = place(entity["offset"]), place(entity["offset"] + entity["length"])
        if last > first:
            left.append({**entity, "offset": first, "length": last - first})
    return tuple(left)


def merged(own: Sequence[Entity], detected: Iterable[Entity]) -> tuple[Entity, ...]:
    """Add what Telegram finds by itself, except inside links, code and the like."""
    closed = [entity for entity in own if entity["type"] in _CLOSED]
    free = apart_from(closed, detected)
    return tuple(sorted([*own, *free], key=lambda entity: (entity["offset"], -entity["length"])))


def apart_from(others: Sequence[Entity], entities: Iterable[Entity]) -> list[Entity]:
    """Return the entities that share no character with any of the others."""
    return [entity for entity in entities if not any(_overlap(entity, other) for other in others)]


def _overlap(entity: Entity, other: Entity) -> bool:
    return bool(
        entity["offset"] < other["offset"] + other["length"]
        and other["offset"] < entity["offset"] + entity["length"]
    )


def to_html(text: str, entities: Iterable[Entity]) -> str:
    """Write Telegram HTML that is safe to show: known tags and links only, all else escaped."""
    units = text.encode("utf-16-le")
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for entity in entities:
        first, last = entity["offset"], entity["offset"] + entity["length"]
        tag = _tag(entity, units[2 * first : 2 * last].decode("utf-16-le", "replace"))
        if tag is not None:
            opening.setdefault(first, []).append(tag[0])
            closing.setdefault(last, []).insert(0, tag[1])
    return _woven(units, opening, closing)


def _woven(units: bytes, opening: dict[int, list[str]], closing: dict[int, list[str]]) -> str:
    places = sorted({0, len(units) // 2, *opening, *closing})
    pieces = []
    for place, following in zip(places, [*places[1:], places[-1]], strict=True):
        pieces += closing.get(place, [])
        pieces += opening.get(place, [])
        pieces.append(
            html.escape(units[2 * place : 2 * following].decode("utf-16-le", "replace"), quote=False)
        )
    return "".join(pieces)


def _tag(entity: Entity, inside: str) -> tuple[str, str] | None:
    kind = entity["type"]
    if kind in _TAGS:
        tag = _TAGS[kind]
        return f"<{tag}>", f"</{tag.split()[0]}>"
    if kind == "date_time":
        form = html.escape(str(entity.get("date_time_format") or ""))
        return f'<tg-time unix="{int(entity["unix_time"])}" format="{form}">', "</tg-time>"
    link = {"text_link": entity.get("url"), "url": inside, "email": f"mailto:{inside}"}.get(kind)
    if not link:
        return None
    address = link if "://" in link or kind == "email" else f"http://{link}"
    if not address.lower().startswith(("http://", "https://", "tg://", "mailto:")):
        return None
    return f'<a href="{html.escape(address)}">', "</a>"
