"""Members of a chat: blocking, joins, join requests, the bot itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from telegram_simulator.state.account import Account
from telegram_simulator.state.chats import Chat
from telegram_simulator.state.messages import Content

RIGHTS = (
    "can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
    "can_post_stories", "can_edit_stories", "can_delete_stories", "can_post_messages", "can_edit_messages",
    "can_pin_messages",
)  # fmt: skip
User: TypeAlias = Mapping[str, Any]
"""A Bot API User."""


def member(user: User, status: str) -> dict[str, Any]:
    """Return a ChatMember of this status, with the fields that typed clients require."""
    if status == "administrator":
        return {"user": user, "status": status, "is_anonymous": False, **dict.fromkeys(RIGHTS, True)}
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": user, "status": status, **until}


def bot_status(chat: Chat) -> str:
    """Return the bot's status in a chat; in channels it is an administrator, as only these may post."""
    if chat.blocked:
        return "left"
    return "administrator" if chat.fields["type"] == "channel" else "member"


def turn_bot(account: Account, chat: Chat, by: User, now: datetime, *, out: bool) -> None:
    """Block the bot in private or remove it from a group (`out`), or let it in again; it is told so."""
    inside = "administrator" if chat.fields["type"] == "channel" else "member"
    old, new = (inside, "kicked") if out else ("kicked" if chat.private else "left", inside)
    chat.blocked = out
    chat.acted()
    account.tell("state", chat.id, {"blocked": out})
    _tell(account, "my_chat_member", chat, now, by=by, whom=account.as_user(), old=old, new=new)


def join(account: Account, chat: Chat, user: User, now: datetime) -> None:
    """Add a person to a group or a channel; the bot is told so. Who is there already stays."""
    if user["id"] in chat.people:
        return
    chat.people[user["id"]] = dict(user)
    chat.joined.add(user["id"])
    chat.requests.discard(user["id"])
    _announce(account, chat, user, now, {"new_chat_members": [dict(user)]})
    _tell(account, "chat_member", chat, now, by=user, whom=user, old="left", new="member")


def leave(account: Account, chat: Chat, user: User, now: datetime) -> None:
    """Let a person leave a group or a channel; the bot is told so."""
    if chat.people.pop(user["id"], None) is None:
        return
    _announce(account, chat, user, now, {"left_chat_member": dict(user)})
    _tell(account, "chat_member", chat, now, by=user, whom=user, old="member", new="left")


def request(account: Account, chat: Chat, user: User, now: datetime) -> None:
    """Ask for admission; the bot may approve or decline."""
    chat.requests.add(user["id"])
    body = {
        "chat": chat.as_json(),
        "from": dict(user),
        "user_chat_id": user["id"],
        "date": int(now.timestamp()),
    }
    account.updates.add("chat_join_request", body)


def _announce(account: Account, chat: Chat, user: User, now: datetime, fields: dict[str, Any]) -> None:
    """Put the service message of a join or a leave into a group; channels have none."""
    if chat.fields["type"] == "channel":
        return
    message = chat.add(user, Content(next(iter(fields)), fields), now)
    account.updates.add("message", chat.message_json(message))


def _tell(
    account: Account, kind: str, chat: Chat, now: datetime, *, by: User, whom: User, old: str, new: str
) -> None:
    body = {
        "chat": chat.as_json(),
        "from": dict(by),
        "date": int(now.timestamp()),
        "old_chat_member": member(whom, old),
        "new_chat_member": member(whom, new),
    }
    account.updates.add(kind, body)
