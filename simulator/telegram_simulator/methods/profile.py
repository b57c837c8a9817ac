"""The bot's name and descriptions, by language."""

from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods.call import Call
from telegram_simulator.methods.commands import language
from telegram_simulator.state.account import Account

LIMITS = {"name": 64, "description": 512, "short_description": 120}


def set_my_name(call: Call) -> bool:
    return _set(call, "name")


def get_my_name(call: Call) -> dict[str, str]:
    return {"name": _get(call, "name") or call.account.name}


def set_my_description(call: Call) -> bool:
    return _set(call, "description")


def get_my_description(call: Call) -> dict[str, str]:
    return {"description": _get(call, "description")}


def set_my_short_description(call: Call) -> bool:
    return _set(call, "short_description")


def get_my_short_description(call: Call) -> dict[str, str]:
    return {"short_description": _get(call, "short_description")}


def description_of(account: Account, language_code: str) -> str:
    """Return what a person reads before the chat begins, in that language where it is set there."""
    code = language_code.split("-", maxsplit=1)[0]
    return account.words.get(("description", code)) or account.words.get(("description", ""), "")


def _set(call: Call, what: str) -> bool:
    text, spoken = call.text(what), language(call)
    if len(text) > LIMITS[what]:
        raise bad_request(f"bot {what.replace('_', ' ')} is too long")
    if text:
        call.account.words[what, spoken] = text
    else:
        call.account.words.pop((what, spoken), None)
    return True


def _get(call: Call, what: str) -> str:
    words = call.account.words
    return words.get((what, language(call)), words.get((what, ""), ""))
