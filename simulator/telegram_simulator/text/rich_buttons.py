"""Buttons inside rich messages: what they do, what Telegram refuses."""

from collections.abc import Callable, Mapping
from typing import Any

from telegram_simulator.api.errors import ApiError, bad_request
from telegram_simulator.api.reply_markup import STYLES, check_action

LINK = "link"
"""The style of a callback button that looks like a link."""

_ACTIONS: dict[str, Callable[[Mapping[str, str]], Any]] = {
    "url": lambda given: given.get("url", ""),
    "callback_data": lambda given: given.get("data", ""),
    "copy_text": lambda given: {"text": given.get("text", "")},
    "switch_inline_query": lambda given: given.get("query", ""),
    "switch_inline_query_current_chat": lambda given: given.get("query", ""),
    "disabled": lambda _given: {},
}
"""By the attribute `type`: the value of the RichMessageButton's field of that name."""

_IMPLIED = {"disabled": "disabled", "url": "url", "text": "copy_text", "query": "switch_inline_query"}
"""What a button does that names no type, by its attribute."""


def described(given: Mapping[str, str]) -> dict[str, Any]:
    """Return a <tg-button>'s action and style as fields of RichMessageButton, from its attributes."""
    kind = _kind(given)
    style = {"style": given["style"]} if "style" in given else {}
    return {kind: _ACTIONS[kind](given), **style}


def check(given: Mapping[str, str]) -> None:
    """ApiError 400 when Telegram takes no <tg-button> with these attributes."""
    kind = _kind(given)
    if kind not in _ACTIONS:
        raise _invalid(f"has an unknown type {kind[:20]!r}")
    style = given.get("style")
    if style == LINK and kind != "callback_data":
        raise _invalid("takes the style link only with the type callback_data")
    if style not in (None, LINK, *STYLES):
        raise bad_request("invalid button style specified")
    check_action(kind, _ACTIONS[kind](given))


def _kind(given: Mapping[str, str]) -> str:
    implied = next((kind for name, kind in _IMPLIED.items() if name in given), "callback_data")
    return "disabled" if "disabled" in given else given.get("type") or implied


def _invalid(why: str) -> ApiError:
    return bad_request(f"RICH_MESSAGE_HTML_INVALID: tag <tg-button> {why}")
