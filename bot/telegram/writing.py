"""What an admin wrote, read as an announcement: words and entities exactly as Telegram brought them."""

import json
import re
from collections.abc import Sequence
from typing import Any

from telegram import Message

from bot.domain.announcement import Announcement, cut
from bot.telegram.keyboard import ACTION
from bot.telegram.talk import clean
from bot.telegram.transport import File

_MEDIA = {"photo": "sendPhoto", "document": "sendDocument"}
_OTHER_DOCUMENTS = frozenset({"animation", "live_photo"})
"""What comes with these also names a document or a photo, which is not what was meant."""


AS_FILE = "cast:file:offer"
"""What the button says under a text that was made a file."""

_BROADCAST = re.compile(r"/broadcast(@\w+)?(?=\s|$)", re.IGNORECASE)
"""How a caption begins that is meant as the command."""


def is_captioned(message: Message) -> bool:
    """Say whether a photo or a document comes with /broadcast in its caption, where it counts as words."""
    return _BROADCAST.match(message.caption or "") is not None


def is_bare(message: Message) -> bool:
    """Tell whether a message says /broadcast and nothing else."""
    command = _BROADCAST.match(message.text or "")
    return command is not None and not (message.text or "")[command.end() :].strip()


def is_offer(message: Message) -> bool:
    """Tell whether this is a text that was too long for a message, which the bot made a file of."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return message.document is not None and any(
        button.callback_data == f"{ACTION}{AS_FILE}" for row in rows for button in row
    )


def as_file(texts: Sequence[str]) -> File:
    """Make a file of a text that was cut, without the command that it may begin with."""
    whole = "\n".join(texts)
    command = _BROADCAST.match(whole)
    words = whole[command.end() if command else 0 :].strip()
    return File("announcement.txt", clean(words).encode(), "text/plain")


def after_command(message: Message) -> Announcement | None:
    """Return what comes with the command in its own message; None when nothing does."""
    raw = _raw(message)
    if (caption := _BROADCAST.match(raw.get("caption", ""))) is not None:
        return None if raw.get("media_group_id") else _file(raw, caption.end())
    commands = (one for one in raw.get("entities", ()) if one["type"] == "bot_command" and not one["offset"])
    start = next((int(one["length"]) for one in commands), 0)
    return _text(raw, start)


def announcement(message: Message) -> Announcement | None:
    """Return a text, a photo or a document as it may be sent on, without the command that it may begin with;
    None for anything else.
    """
    raw = _raw(message)
    if raw.get("media_group_id"):
        return None
    command = _BROADCAST.match(raw.get("text") or raw.get("caption") or "")
    start = command.end() if command else 0  # of letters that take one unit each
    if is_offer(message):
        raw.pop("caption", None)
    return _text(raw, start) if "text" in raw else _file(raw, start)


def _raw(message: Message) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(message.to_json())
    return raw


def _text(raw: dict[str, Any], start: int = 0) -> Announcement | None:
    text, entities = cut(raw.get("text", ""), raw.get("entities", ()), start)
    if not text:
        return None
    payload: dict[str, Any] = {"text": text}
    if entities:
        payload["entities"] = entities
    if "link_preview_options" in raw:  # else the preview is the ordinary one: absent is not off
        payload["link_preview_options"] = raw["link_preview_options"]
    return Announcement("sendMessage", payload, clean(text))


def _file(raw: dict[str, Any], start: int = 0) -> Announcement | None:
    kind = next((kind for kind in _MEDIA if raw.get(kind)), None)
    if kind is None or _OTHER_DOCUMENTS & raw.keys():
        return None
    file = raw[kind][-1] if kind == "photo" else raw[kind]
    caption, entities = cut(raw.get("caption", ""), raw.get("caption_entities", ()), start)
    payload: dict[str, Any] = {kind: file["file_id"]}
    if caption:
        payload["caption"] = caption
    if entities:
        payload["caption_entities"] = entities
    if raw.get("show_caption_above_media"):
        payload["show_caption_above_media"] = True
    if raw.get("has_media_spoiler"):
        payload["has_spoiler"] = True
    return Announcement(_MEDIA[kind], payload, clean(caption), clean(file.get("file_name") or "📷"))
