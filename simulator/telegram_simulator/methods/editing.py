"""Editing and deleting messages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from telegram_simulator.api.errors import bad_request
from telegram_simulator.api.parameters import identifier
from telegram_simulator.methods import media, rich
from telegram_simulator.methods.call import Call
from telegram_simulator.methods.sending import keyboard, text_content
from telegram_simulator.state.chats import Chat
from telegram_simulator.state.messages import Content, Message

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
EDITABLE_KINDS = frozenset({"text", "rich_message"})
DELETABLE = timedelta(hours=48)


def edit_message_text(call: Call) -> dict[str, Any]:
    chat, message = _editable(call)
    if message.content.kind not in EDITABLE_KINDS:
        raise bad_request("there is no text in the message to edit")
    if "rich_message" in call.values and "text" in call.values:
        raise bad_request("exactly one of text and rich_message must be given")
    content = rich.rich_content(call) if "rich_message" in call.values else text_content(call)
    return _edit(call, chat, message, content, _markup(call))


def edit_message_caption(call: Call) -> dict[str, Any]:
    chat, message = _editable(call)
    if message.content.kind not in media.KINDS:
        raise bad_request("there is no caption in the message to edit")
    html, caption = media.caption_fields(call)
    fields = message.content.fields
    uncaptioned = {name: value for name, value in fields.items() if name not in media.CAPTION_FIELDS}
    content = Content(message.content.kind, {**uncaptioned, **caption}, html=html)
    return _edit(call, chat, message, content, _markup(call))


def edit_message_media(call: Call) -> dict[str, Any]:
    chat, message = _editable(call)
    if message.content.kind not in {*media.KINDS, *EDITABLE_KINDS}:
        raise bad_request("there is no media in the message to edit")
    given = call.values.get("media")
    if not isinstance(given, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    return _edit(call, chat, message, media.input_media(call, given), _markup(call))


def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    chat, message = _editable(call)
    return _edit(call, chat, message, message.content, _markup(call, message.content))


def delete_message(call: Call) -> bool:
    chat = call.chat()
    message = call.message(chat, "message to delete not found")
    _check_deletable(call, chat, message)
    chat.remove(message)
    return True


def delete_messages(call: Call) -> bool:
    """Delete what can be deleted; ids that are not found are passed over."""
    chat = call.chat()
    messages = [chat.messages[number] for number in message_ids(call) if number in chat.messages]
    for message in messages:
        _check_deletable(call, chat, message)
    for message in messages:
        chat.remove(message)
    return True


def message_ids(call: Call) -> list[int]:
    """Return 1–100 message ids; ApiError 400 for anything else."""
    ids = call.values.get("message_ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > 100:
        raise bad_request("too many message identifiers specified")
    numbers = [identifier(given) for given in ids]
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise bad_request("invalid message identifier specified")
    return [number for number in numbers if isinstance(number, int)]


def _editable(call: Call) -> tuple[Chat, Message]:
    chat = call.open_chat()
    message = call.message(chat, "message to edit not found")
    if (
        message.sender["id"] != call.account.id
        or "forward_origin" in message.extra
        or (message.markup is not None and "inline_keyboard" not in message.markup)
    ):
        raise bad_request("message can't be edited")
    return chat, message


def _markup(call: Call, content: Content | None = None) -> Mapping[str, Any] | None:
    given = keyboard(call, invoice=content is not None and content.kind == "invoice")
    if given is not None and "inline_keyboard" not in given:
        raise bad_request("inline keyboard expected")
    return given


def _edit(
    call: Call, chat: Chat, message: Message, content: Content, keyboard: Mapping[str, Any] | None
) -> dict[str, Any]:
    if keyboard == message.markup and _same(content, message.content):
        raise bad_request(SAME)
    chat.change(message, content, keyboard, call.state.clock.now())
    return chat.message_json(message)


def _same(new: Content, old: Content) -> bool:
    """Compare what is seen: a linked picture has another id each time."""
    if new.rich is not None:
        return (new.rich, new.media) == (old.rich, old.media)
    return new.fields == old.fields


def _check_deletable(call: Call, chat: Chat, message: Message) -> None:
    old = call.state.clock.now() - message.date > DELETABLE
    if old or (not chat.private and message.sender["id"] != call.account.id):
        raise bad_request("message can't be deleted for everyone" if old else "message can't be deleted")
