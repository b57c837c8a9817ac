"""Sending text: sendMessage, sendChatAction."""

from collections.abc import Mapping
from typing import Any

from telegram_simulator.api import link_preview_options, reply_markup
from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods.call import Call
from telegram_simulator.state.chats import Chat
from telegram_simulator.state.messages import NOTHING, Content, Message
from telegram_simulator.text.entities import utf16
from telegram_simulator.text.texts import TEXT_LIMIT

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"
})  # fmt: skip


def send_message(call: Call) -> dict[str, Any]:
    chat = call.open_chat()
    content = text_content(call)
    return sent(call, chat, content)


_READ = ("text", "parse_mode", "entities", "link_preview_options")


def text_content(call: Call) -> Content:
    """Read text, parse_mode or entities, and link_preview_options; equal ones are read once."""
    return call.state.contents.get_or_make(
        lambda: _text_content(call), *(call.values.get(name) for name in _READ), call.state.strict
    )


def _text_content(call: Call) -> Content:
    raw, mode = call.text("text"), call.values.get("parse_mode")
    if not raw:
        raise bad_request("message text is empty")
    text = call.state.parser.parse(raw, mode, call.values.get("entities"))
    if not text.text:
        raise bad_request("text must be non-empty")
    if text.length > TEXT_LIMIT:
        raise bad_request("message is too long")
    fields: dict[str, Any] = {"text": text.text}
    if text.entities:
        fields["entities"] = list(text.entities)
    options = link_preview_options.checked(call.values.get("link_preview_options"), strict=call.state.strict)
    if options:
        fields["link_preview_options"] = options
    return Content("text", fields, html=raw if str(mode).lower() == "html" else text.html)


def sent(call: Call, chat: Chat, content: Content) -> dict[str, Any]:
    """Put a message of the bot into the chat; returns it as Message."""
    return chat.message_json(put(call, chat, content))


def put(
    call: Call,
    chat: Chat,
    content: Content,
    extra: Mapping[str, Any] = NOTHING,
    default_markup: Mapping[str, Any] | None = None,
) -> Message:
    """Put a message of the bot into the chat, with `default_markup` where the call has none."""
    reply_to = replied(call, chat)
    return chat.add(
        call.account.as_user(),
        content,
        call.state.clock.now(),
        markup=keyboard(call, invoice=content.kind == "invoice") or default_markup,
        protected=call.flag("protect_content"),
        reply_to=reply_to,
        extra={**extra, **_effect(call), **_quote(call, chat, reply_to)},
        thread=thread_of(call, chat, reply_to),
    )


def _effect(call: Call) -> dict[str, str]:
    effect = call.text("message_effect_id")
    return {"effect_id": effect} if effect and call.chat().private else {}


def _quote(call: Call, chat: Chat, reply_to: int | None) -> dict[str, Any]:
    """Return the part of the answered message that the reply quotes; ApiError 400 when it is not in it."""
    given = call.values.get("reply_parameters")
    if reply_to is None or not isinstance(given, dict):
        return {}
    quoted = given.get("quote")
    if not isinstance(quoted, str) or not quoted:
        return {}
    text = call.state.parser.parse(quoted, given.get("quote_parse_mode"), given.get("quote_entities"))
    whole = chat.messages[reply_to].content.text
    if text.text not in whole:
        raise bad_request("QUOTE_TEXT_INVALID")
    place = utf16(whole[: whole.index(text.text)])
    marks = {"entities": list(text.entities)} if text.entities else {}
    return {"quote": {"text": text.text, **marks, "position": place, "is_manual": True}}


def keyboard(call: Call, *, invoice: bool = False) -> Mapping[str, Any] | None:
    """Read the reply_markup of a message (of an invoice or not); equal ones are kept once."""
    given, strict = call.values.get("reply_markup"), call.state.strict
    checked = call.state.keyboards.get_or_make(lambda: reply_markup.checked(given, strict=strict), given)
    if checked and reply_markup.opens_app(checked) and not call.chat().private:
        raise bad_request("BUTTON_TYPE_INVALID")
    if checked:
        reply_markup.check_pay_buttons(checked, invoice=invoice)
    return checked


def replied(call: Call, chat: Chat) -> int | None:
    """Return the message that this one answers; ApiError 400 when it is gone and has to be there."""
    reply = call.values.get("reply_parameters")
    if not reply:
        return None
    message_id = reply.get("message_id") if isinstance(reply, dict) else None
    if not isinstance(message_id, int):
        raise bad_request("can't parse reply parameters: message identifier is not specified")
    if message_id in chat.messages:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def thread_of(call: Call, chat: Chat, reply_to: int | None = None) -> int | None:
    """Return the topic in which the message comes to stand: the one that is named, else that of the message
    that it answers. ApiError 400 where that takes nothing.
    """
    named = call.integer("message_thread_id")
    answered = chat.messages.get(reply_to or 0)
    return chat.topics.takes(named or (answered.thread if answered else None))


def send_chat_action(call: Call) -> bool:
    chat = call.open_chat()
    thread_of(call, chat)
    action = call.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.account.tell("typing", chat.id, {"action": action})
    return True
