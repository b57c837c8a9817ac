"""Command menus by scope and language, and the menu button."""

import re
from typing import Any

from telegram_simulator.api.errors import bad_request
from telegram_simulator.api.parameters import identifier
from telegram_simulator.methods.call import Call
from telegram_simulator.state.account import Account, Scope

_NAME = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_LANGUAGE = re.compile(r"([a-z]{2})?", re.ASCII)
COMMANDS = 100
NAME = 32
DESCRIPTION = 256
_PLAIN = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_OF_CHAT = frozenset({"chat", "chat_administrators"})


def set_my_commands(call: Call) -> bool:
    given = call.values.get("commands") or []
    if not isinstance(given, list):
        raise bad_request("can't parse commands JSON object")
    if len(given) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(entry) for entry in given]
    place = (_scope(call), language(call))
    if commands:
        call.account.commands[place] = commands
    else:
        call.account.commands.pop(place, None)
    return True


def get_my_commands(call: Call) -> list[dict[str, Any]]:
    return call.account.commands.get((_scope(call), language(call)), [])


def delete_my_commands(call: Call) -> bool:
    call.account.commands.pop((_scope(call), language(call)), None)
    return True


def language(call: Call) -> str:
    """Return the call's language, "" for all; ApiError 400 when it has not exactly two letters."""
    code = call.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def menu_of(account: Account, chat_id: int, language_code: str) -> list[dict[str, Any]]:
    """Return the commands that a person sees in a private chat: the narrowest scope that has any."""
    code = language_code.split("-", maxsplit=1)[0]
    for scope in (("chat", chat_id), ("all_private_chats",), ("default",)):
        for spoken in (code, ""):
            if (scope, spoken) in account.commands:
                return account.commands[scope, spoken]
    return []


def set_chat_menu_button(call: Call) -> bool:
    button = call.values.get("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("commands", "default", "web_app"):
        raise bad_request("can't parse MenuButton: unsupported type specified")
    if "chat_id" in call.values:
        call.chat().menu_button = None if button["type"] == "default" else button
    else:
        call.account.menu_button = {"type": "commands"} if button["type"] == "default" else button
    return True


def get_chat_menu_button(call: Call) -> dict[str, Any]:
    own = call.chat().menu_button if "chat_id" in call.values else None
    return dict(own or call.account.menu_button)


def _command(entry: Any) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = entry.get("command"), entry.get("description")
    name = name.removeprefix("/") if isinstance(name, str) else ""
    if len(name) > NAME:
        raise bad_request(f"command length must not exceed {NAME}")
    if not isinstance(description, str) or not description.strip():
        raise bad_request("command description must be non-empty")
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if len(description) > DESCRIPTION:
        raise bad_request(f"command description length must not exceed {DESCRIPTION}")
    return {"command": name, "description": description}


def _scope(call: Call) -> Scope:
    given = call.values.get("scope") or {"type": "default"}
    kind = str(given.get("type")) if isinstance(given, dict) else None
    if kind in _PLAIN:
        return (str(kind),)
    if kind not in _OF_CHAT and kind != "chat_member":
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    target = {**call.values, "chat_id": identifier(given.get("chat_id", ""))}
    chat = Call(call.state, call.account, call.method, target, {}).chat()
    if kind == "chat_member":
        return (str(kind), chat.id, _user_id(given))
    return (str(kind), chat.id)


def _user_id(scope: dict[str, Any]) -> int:
    user_id = identifier(scope.get("user_id", ""))
    if not isinstance(user_id, int):
        raise bad_request("can't parse BotCommandScope: invalid user_id specified")
    return user_id
