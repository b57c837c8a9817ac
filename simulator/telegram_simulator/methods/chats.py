"""Methods about chats and their members."""

from typing import Any

from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods.call import Call
from telegram_simulator.state import membership
from telegram_simulator.state.chats import Chat
from telegram_simulator.state.membership import bot_status, member

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
        return member(call.account.as_user(), bot_status(chat))
    if user_id not in chat.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if user_id == _owner(chat)["id"] and not chat.private:
        return _creator(chat)
    return member(chat.people[user_id], "member")


def get_chat_member_count(call: Call) -> int:
    return _count(call.chat())


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    chat = call.chat()
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    return [_creator(chat), *_bots(call, chat)]


def approve_chat_join_request(call: Call) -> bool:
    chat, user = _requested(call)
    membership.join(call.account, chat, user, call.state.clock.now())
    return True


def decline_chat_join_request(call: Call) -> bool:
    chat, user = _requested(call)
    chat.requests.discard(user["id"])
    return True


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


def _requested(call: Call) -> tuple[Chat, dict[str, Any]]:
    """Return the chat and who asks to join it; ApiError 400 when nobody of this id does."""
    chat, user_id = call.open_chat(), call.integer("user_id")
    if user_id not in chat.requests:
        joined = user_id in chat.people
        raise bad_request("USER_ALREADY_PARTICIPANT" if joined else "HIDE_REQUESTER_MISSING")
    return chat, call.account.chats[user_id].people[user_id]


def _bots(call: Call, chat: Chat) -> list[dict[str, Any]]:
    """Return this bot where it is an administrator and the call asks for bots as well."""
    if bot_status(chat) != "administrator" or not call.flag("return_bots"):
        return []
    return [member(call.account.as_user(), "administrator")]


def _creator(chat: Chat) -> dict[str, Any]:
    return {"user": _owner(chat), "status": "creator", "is_anonymous": False}


def _owner(chat: Chat) -> dict[str, Any]:
    """Return who made a group: the first of its people who did not join it, else someone who never speaks."""
    silent = {"id": abs(chat.id), "is_bot": False, "first_name": "Owner"}
    makers = (user for number, user in chat.people.items() if number not in chat.joined)
    return next(makers, silent)


def _count(chat: Chat) -> int:
    return len(chat.people) + 1
