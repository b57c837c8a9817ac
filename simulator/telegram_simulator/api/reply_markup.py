"""Validates reply markups: keyboards and their buttons."""

from collections.abc import Callable, Mapping
from typing import Any

from telegram_simulator.api.errors import ApiError, bad_request
from telegram_simulator.api.urls import bad_url

_ACTIONS = frozenset({
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "callback_game",
    "pay", "disabled"
})  # fmt: skip
_LOOKS = frozenset({"text", "icon_custom_emoji_id", "style"})
STYLES = frozenset({"danger", "success", "primary"})
_KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
BUTTONS = 100


def checked(markup: Any, *, strict: bool) -> Mapping[str, Any] | None:
    """Return the markup as messages keep it, None for an empty one; ApiError 400 for one Telegram refuses."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict) or not any(kind in markup for kind in _KINDS):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        _check_reply_keyboard(markup)
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [[_button(button, strict=strict) for button in row] for row in rows if row]
    if sum(len(row) for row in buttons) > BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": buttons} if buttons else None


def opens_app(markup: Mapping[str, Any]) -> bool:
    """Tell whether a button opens a Mini App, which only private chats may."""
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or ()
    return any(isinstance(button, dict) and "web_app" in button for row in rows for button in row)


def check_pay_buttons(markup: Mapping[str, Any], *, invoice: bool) -> None:
    """ApiError 400 for "Pay" anywhere but first below an invoice, and for an invoice without it."""
    rows = markup.get("inline_keyboard") or ()
    paying = ["pay" in button for row in rows for button in row]
    if not invoice and any(paying):
        raise bad_request("BUTTON_TYPE_INVALID")
    if invoice and not any(paying):
        raise bad_request("REPLY_MARKUP_BUY_EMPTY")
    if any(paying[1:]):
        raise bad_request("BUTTON_POS_INVALID")


def _check_reply_keyboard(markup: Mapping[str, Any]) -> None:
    """ApiError 400 for a reply keyboard, its removal or a forced reply that Telegram refuses."""
    if "keyboard" not in markup:
        return
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    for button in (button for row in rows for button in row):
        text = button.get("text") if isinstance(button, dict) else button
        if not isinstance(text, str) or not text.strip():
            raise bad_request('can\'t parse keyboard button: field "text" must be a non-empty String')
        if isinstance(button, dict):
            _check_looks(button, "keyboard")


def _check_looks(button: Mapping[str, Any], where: str) -> None:
    if button.get("style") not in (None, *STYLES):
        raise bad_request("invalid button style specified")
    app = button.get("web_app")
    if app is not None and not _is_secure(app):
        raise bad_request(
            f"{where} button Web App URL {_address(app)!r} is invalid: Only HTTPS links are allowed"
        )


def _is_secure(app: Any) -> bool:
    return _address(app).startswith("https://") and bad_url(_address(app)) is None


def _address(app: Any) -> str:
    return str(app.get("url", "")) if isinstance(app, dict) else ""


def _button(button: Any, *, strict: bool) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _unparsable("expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _unparsable("text must be non-empty")
    unknown = sorted(set(button) - _ACTIONS - _LOOKS)
    if strict and unknown:
        raise bad_request(f"InlineKeyboardButton has no field {', '.join(unknown)}")
    actions = [name for name in button if name in _ACTIONS and button[name] is not None]
    if not actions:
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    _check_looks(button, "inline keyboard")
    for name in actions:
        check_action(name, button[name])
    return {name: value for name, value in button.items() if value is not None}


def check_action(name: str, value: Any) -> None:
    """ApiError 400 when Telegram refuses this value of a button's action, as in callback_data."""
    _CHECKS.get(name, _any)(value)


def _data(data: Any) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def _url(url: Any) -> None:
    reason = bad_url(url)
    if reason:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")


def _copy(copied: Any) -> None:
    words = copied.get("text") if isinstance(copied, dict) else None
    if not isinstance(words, str) or not 1 <= len(words) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _any(_value: Any) -> None:
    pass


_CHECKS: dict[str, Callable[[Any], None]] = {"callback_data": _data, "url": _url, "copy_text": _copy}


def _unparsable(why: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {why}")
