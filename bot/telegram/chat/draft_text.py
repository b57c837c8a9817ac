"""Reads an admin's message as an announcement, unchanged."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.domain.delivery.announcement import Announcement, cut
from bot.telegram.api.files import File
from bot.telegram.api.keyboard import ACTION
from bot.telegram.chat.typed_text import clean

_MEDIA = {"photo": "sendPhoto", "document": "sendDocument"}
_OTHER_DOCUMENTS = frozenset({"animation", "live_photo"})
"""A message with one of these fields names a document or a photo too, but is an animation or a live photo."""


AS_FILE = "cast:file:offer"
"""The callback data of the button under a text that was made a file."""

RawMessage: TypeAlias = Mapping[str, Any]
"""A message as the Bot API has it."""

_BROADCAST = re.compile(r"/broadcast(@\w+)?(?=\s|$)", re.IGNORECASE)
"""How a caption begins that is meant as the command."""


def is_captioned(message: RawMessage) -> bool:
    """Tell whether the caption of a photo or a document begins with /broadcast."""
    return _BROADCAST.match(message.get("caption") or "") is not None


def is_bare(message: RawMessage) -> bool:
    """Tell whether a message says /broadcast and nothing else."""
    text = message.get("text") or ""
    command = _BROADCAST.match(text)
    return command is not None and not text[command.end() :].strip()


def is_offer(message: RawMessage) -> bool:
    """Tell whether this is the file that the bot made of a text that was too long for a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return "document" in message and any(
        button.get("callback_data") == f"{ACTION}{AS_FILE}" for row in rows for button in row
    )


def as_file(texts: Sequence[str]) -> File:
    """Make a file of a text that was cut, without the command that it may begin with."""
    whole = "\n".join(texts)
    command = _BROADCAST.match(whole)
    words = whole[command.end() if command else 0 :].strip()
    return File("announcement.txt", clean(words).encode(), "text/plain")


def after_command(message: RawMessage) -> Announcement | None:
    """Return what comes with the command in its own message; None when nothing does."""
    if (caption := _BROADCAST.match(message.get("caption", ""))) is not None:
        return None if message.get("media_group_id") else _file(message, caption.end())
    entities = message.get("entities", ())
    commands = (entity for entity in entities if entity["type"] == "bot_command" and not entity["offset"])
    start = next((int(command["length"]) for command in commands), 0)
    return _text(message, start)


def announcement(message: RawMessage) -> Announcement | None:
    """Return a text, a photo or a document as it is to be sent on, without a leading /broadcast.

    None for anything else.
    """
    if message.get("media_group_id"):
        return None
    if is_offer(message):  # its caption is the bot's own
        message = {name: value for name, value in message.items() if name != "caption"}
    command = _BROADCAST.match(message.get("text") or message.get("caption") or "")
    start = command.end() if command else 0  # of letters that take one unit each
    return _text(message, start) if "text" in message else _file(message, start)


def _text(message: RawMessage, start: int = 0) -> Announcement | None:
    text, entities = cut(message.get("text", ""), message.get("entities", ()), start)
    if not text:
        return None
    payload: dict[str, Any] = {"text": text}
    if entities:
        payload["entities"] = entities
    if "link_preview_options" in message:  # where it is absent, the preview is on
        payload["link_preview_options"] = message["link_preview_options"]
    return Announcement("sendMessage", payload, clean(text))


def _file(message: RawMessage, start: int = 0) -> Announcement | None:
    kind = next((kind for kind in _MEDIA if message.get(kind)), None)
    if kind is None or _OTHER_DOCUMENTS & message.keys():
        return None
    file = message[kind][-1] if kind == "photo" else message[kind]
    caption, entities = cut(message.get("caption", ""), message.get("caption_entities", ()), start)
    payload: dict[str, Any] = {kind: file["file_id"]}
    if caption:
        payload["caption"] = caption
    if entities:
        payload["caption_entities"] = entities
    if message.get("show_caption_above_media"):
        payload["show_caption_above_media"] = True
    if message.get("has_media_spoiler"):
        payload["has_spoiler"] = True
    return Announcement(_MEDIA[kind], payload, clean(caption), clean(file.get("file_name") or "📷"))
