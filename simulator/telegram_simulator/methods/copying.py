"""Forwarding, copying and pinning messages."""

from itertools import pairwise
from typing import Any

from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods import media
from telegram_simulator.methods.call import Call
from telegram_simulator.methods.editing import message_ids
from telegram_simulator.methods.sending import put, sent
from telegram_simulator.payments.invoices import Invoice, pay_keyboard
from telegram_simulator.state.chats import Chat
from telegram_simulator.state.messages import Content, Message

SERVICE = frozenset(
    {
        *("successful_payment", "refunded_payment", "forum_topic_created"),
        *("new_chat_members", "left_chat_member"),
    }
)
UNCOPIED = SERVICE | {"invoice"}


def forward_message(call: Call) -> dict[str, Any]:
    chat, source = call.open_chat(), call.chat("from_chat_id")
    message = call.message(source, "message to forward not found")
    if message.protected or message.content.kind in SERVICE:
        raise bad_request("the message can't be forwarded")
    return chat.message_json(_forward(call, chat, message))


def forward_messages(call: Call) -> list[dict[str, int]]:
    """Forward what can be forwarded; the rest is passed over."""
    chat, source = call.open_chat(), call.chat("from_chat_id")
    messages = _movable(call, source)
    if not messages:
        raise bad_request("messages can't be forwarded")
    return [_id(_forward(call, chat, message)) for message in messages]


def copy_message(call: Call) -> dict[str, int]:
    chat, source = call.open_chat(), call.chat("from_chat_id")
    message = call.message(source, "message to copy not found")
    if message.protected or message.content.kind in UNCOPIED:
        raise bad_request("the message can't be copied")
    content = message.content
    if "caption" in call.values and content.kind in media.KINDS:
        html, caption = media.caption_fields(call)
        content = Content(content.kind, {**_bare(content), **caption}, html=html)
    return {"message_id": sent(call, chat, content)["message_id"]}


def copy_messages(call: Call) -> list[dict[str, int]]:
    chat, source = call.open_chat(), call.chat("from_chat_id")
    messages = [message for message in _movable(call, source) if message.content.kind not in UNCOPIED]
    if not messages:
        raise bad_request("messages can't be forwarded")
    bare = call.flag("remove_caption")
    contents = [
        Content(message.content.kind, _bare(message.content))
        if bare and message.content.kind in media.KINDS
        else message.content
        for message in messages
    ]
    return [_id(put(call, chat, content)) for content in contents]


def pin_chat_message(call: Call) -> bool:
    chat = call.open_chat()
    message = call.message(chat, "message to pin not found")
    if message.message_id in chat.pinned:
        chat.pinned.remove(message.message_id)
    chat.pinned.append(message.message_id)
    return True


def unpin_chat_message(call: Call) -> bool:
    """Unpin the message named, else the newest pinned one."""
    chat = call.open_chat()
    if "message_id" not in call.values:
        if not chat.pinned:
            raise bad_request("message to unpin not found")
        chat.pinned.pop()
        return True
    message = call.message(chat, "message to unpin not found")
    if message.message_id in chat.pinned:
        chat.pinned.remove(message.message_id)
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    call.open_chat().pinned.clear()
    return True


def _movable(call: Call, source: Chat) -> list[Message]:
    """Return the messages that are there and not protected."""
    numbers = message_ids(call)
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    messages = [source.messages[number] for number in numbers if number in source.messages]
    return [message for message in messages if not message.protected and message.content.kind not in SERVICE]


def _forward(call: Call, chat: Chat, message: Message) -> Message:
    origin = message.extra.get("forward_origin") or {
        "type": "user",
        "sender_user": dict(message.sender),
        "date": int(message.date.timestamp()),
    }
    return put(
        call, chat, message.content, {"forward_origin": origin}, _pay_button(call, message.content.invoice)
    )


def _pay_button(call: Call, invoice: Invoice | None) -> dict[str, Any] | None:
    """Return what stands below a forwarded invoice: "Pay", or a link to the bot that has its parameter."""
    if invoice is None or not invoice.start_parameter:
        return None if invoice is None else pay_keyboard(invoice)
    url = f"https://t.me/{call.account.username}?start={invoice.start_parameter}"
    return {"inline_keyboard": [[{"text": f"Pay ⭐️{invoice.amount}", "url": url}]]}


def _bare(content: Content) -> dict[str, Any]:
    return {name: value for name, value in content.fields.items() if name not in media.CAPTION_FIELDS}


def _id(message: Message) -> dict[str, int]:
    return {"message_id": message.message_id}
