"""What a bot may ask about its chats and the people in them."""

from typing import Any

from telegram_simulator.chats import Chat
from telegram_simulator.errors import bad_request
from telegram_simulator.methods.call import Call

_GIFTS = (
    "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels",
)  # fmt: skip


def get_chat(call: Call) -> dict[str, Any]:
    chat = call.chat()
    body: dict[str, Any] = {
        **chat.as_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    pinned = [number for number in chat.pinned if number in chat.messages]
    if pinned:
        body["pinned_message"] = chat.message_json(chat.messages[pinned[-1]])
    return body


def get_chat_member(call: Call) -> dict[str, Any]:
    chat, user_id = call.chat(), call.integer("user_id")
    if user_id == call.account.id:
        return {"user": call.account.as_user(), "status": "left" if chat.blocked else "member"}
    if user_id not in chat.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if user_id == _owner(chat)["id"] and not chat.private:
        return _creator(chat)
    return {"user": chat.people[user_id], "status": "member"}


def get_chat_member_count(call: Call) -> int:
    return _count(call.chat())


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    chat = call.chat()
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    return [_creator(chat)]


def leave_chat(call: Call) -> bool:
    chat = call.chat()
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.blocked = True
    return True


def get_user_profile_photos(call: Call) -> dict[str, Any]:
    if not any(call.integer("user_id") in chat.people for chat in call.account.chats.values()):
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


def _creator(chat: Chat) -> dict[str, Any]:
    return {"user": _owner(chat), "status": "creator", "is_anonymous": False}


def _owner(chat: Chat) -> dict[str, Any]:
    """Return who made a group: the first of its people, else someone who never speaks."""
    silent = {"id": abs(chat.id), "is_bot": False, "first_name": "Owner"}
    return next(iter(chat.people.values()), silent)


def _count(chat: Chat) -> int:
    return len(chat.people) + 1
