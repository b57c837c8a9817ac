"""Rules of which updates belong together: cut texts, albums, forwards, repeated taps."""

from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeAlias

from bot.domain.delivery.announcement import TEXT_LIMIT
from bot.domain.pages.text_cutting import units
from bot.telegram.updates.origin import chat_of, is_private, topic_of

NEAR = 100
"""UTF-16 units: Telegram's clients cut a long text at a gap between words, this near to the limit."""

ONE_ALBUM = 10
"""Messages of the largest album."""

MOST = 100
"""Telegram's clients forward no more messages at once."""

SAME_MOMENT = 2
"""Seconds that may lie between two parts of a text by Telegram's own clock."""

FIELD = "together"
"""The field of an update made of several that holds their messages. Telegram has no such field."""

Update: TypeAlias = Mapping[str, Any]


class Kind(StrEnum):
    """Why updates belong together: a client cut a text, it is an album, or they were forwarded at once."""

    CUT = "cut"
    ALBUM = "album"
    FORWARDED = "forwarded"


WAITS = {Kind.CUT: 2.0, Kind.ALBUM: 0.5, Kind.FORWARDED: 0.5}
"""How many seconds after the last part the next one is waited for."""


def begins(update: Update) -> Kind | None:
    """Return what kind of later updates may belong to this one; None for most updates."""
    message = update.get("message")
    if not isinstance(message, dict) or FIELD in update:
        return None
    text, private = _text(message), is_private(message)
    if private and isinstance(message.get("forward_origin"), dict):
        return Kind.FORWARDED
    if private and isinstance(message.get("media_group_id"), str):
        return Kind.ALBUM
    is_answered = private or text.startswith("/")
    return Kind.CUT if is_answered and units(text) >= TEXT_LIMIT - NEAR else None


def parts(kind: Kind, first: Update, later: Sequence[Update]) -> list[Update]:
    """Return those of a user's `later` updates that belong to the `first`, up to the first message that does
    not.
    """
    together = [first]
    for update in later:
        message = update.get("message")
        if not isinstance(message, Mapping):
            continue  # she taps or edits meanwhile
        if not _goes_on(kind, first, together[-1], update):
            break
        together.append(update)
    return together[1:MOST]


def is_whole(kind: Kind, updates: Sequence[Update]) -> bool:
    """Tell whether nothing more can belong to these."""
    match kind:
        case Kind.CUT:
            return begins(updates[-1]) is not Kind.CUT
        case Kind.ALBUM:
            return len(updates) >= ONE_ALBUM
        case Kind.FORWARDED:
            return len(updates) >= MOST


def as_one(kind: Kind, updates: Sequence[Update]) -> dict[str, Any]:
    """Make one update of several.

    A cut text is led by its first part, all else by a command or the first words.
    """
    lead = updates[0] if kind is Kind.CUT else min(updates, key=_rank)
    messages = [update["message"] for update in updates]
    return {
        "update_id": updates[0]["update_id"],
        "message": lead["message"],
        FIELD: {"kind": kind, "all": messages},
    }


def kind_of(update: Update) -> Kind | None:
    """Return of what kind an update made by `as_one` is; None for any other update."""
    made = update.get(FIELD)
    return Kind(made["kind"]) if isinstance(made, Mapping) else None


def messages(update: Update) -> list[dict[str, Any]]:
    """Return the messages that an update was made of, as Telegram brought them; none where it is one."""
    made = update.get(FIELD)
    return list(made["all"]) if isinstance(made, Mapping) else []


def texts(update: Update) -> list[str]:
    """Return the texts of the messages that an update was made of."""
    made = update.get(FIELD)
    return [_text(message) for message in made["all"]] if isinstance(made, Mapping) else []


def thing(update: Update) -> Hashable | None:
    """Return a key that is equal for updates of one user that share one answer; None: it shares none."""
    query, message = update.get("callback_query"), update.get("message")
    if isinstance(query, dict):
        under, data = query.get("message"), query.get("data")
        if not isinstance(under, dict) or not isinstance(data, str):
            return None
        return "tap", chat_of(under), _plain(under.get("message_id")), data
    if not isinstance(message, dict) or not is_private(message):
        return None
    place = chat_of(message), topic_of(message)
    if isinstance(message.get("forward_origin"), dict):
        return Kind.FORWARDED, *place, _plain(message.get("date"))
    if isinstance(message.get("media_group_id"), str):
        return Kind.ALBUM, *place, message["media_group_id"]
    return None


def _goes_on(kind: Kind, first: Update, last: Update, update: Update) -> bool:
    if kind is not Kind.CUT:
        return thing(update) == thing(first)
    message, before = update["message"], last["message"]
    text = _text(message)
    if "text" not in message or not _same_place(message, before) or begins(last) is not Kind.CUT:
        return False
    if any(name in message for name in ("forward_origin", "via_bot", "reply_markup", "quote")):
        return False
    seconds = _seconds(before, message)
    if not text.startswith("/"):
        return 0 <= seconds <= SAME_MOMENT
    # A command is meant as such, but a text for readers may be cut before a word that looks like one.
    is_command = len(text.split()) == 1 and not _text(first["message"]).lower().startswith("/broadcast")
    return 0 <= seconds < SAME_MOMENT and not is_command


def _same_place(message: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return chat_of(message) == chat_of(other) and topic_of(message) == topic_of(other)


def _seconds(message: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    first, second = message.get("date"), other.get("date")
    return second - first if isinstance(first, int) and isinstance(second, int) else SAME_MOMENT + 1


def _rank(update: Update) -> int:
    words = _text(update["message"])
    return 0 if words.startswith("/") else 1 if words else 2


def _text(message: Mapping[str, Any]) -> str:
    text = message.get("text") or message.get("caption")
    return text if isinstance(text, str) else ""


def _plain(value: object) -> int | None:
    return value if isinstance(value, int) else None
