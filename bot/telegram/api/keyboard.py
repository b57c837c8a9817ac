"""Inline keyboards, and deep links to pages of the bot."""

from typing import Any
from urllib.parse import quote

from bot.domain.pages.page import Button, Buttons, Place
from bot.domain.pages.rendering import classic

ACTION = "do:"
"""How the callback data of an action button begins."""

CODE = "c_"
"""How the payload of a deep link begins that holds a code."""

LABEL = 56
"""The most UTF-16 units of a label on a button that fills its row: more than a phone shows."""

OPEN = "o"
"""How the callback data begins where the page is to open in a new message."""


def link(username: str, place: Place) -> str:
    """Return the deep link (t.me/…?start=…) to the first page of a section, or to an issue."""
    payload = f"i_{place.date}_{place.section}" if place.section else f"i_{place.date}"
    return f"https://t.me/{username}?start={payload}"


def keyboard(buttons: Buttons, username: str) -> dict[str, Any]:
    """Return the `reply_markup` of these rows of buttons; `username` is the bot's, for its links."""
    rows = [[_button(button, username) for button in row] for row in buttons]
    return {"inline_keyboard": rows}


def html_message(text: str, buttons: Buttons = (), username: str = "") -> dict[str, Any]:
    """Return the payload of a message in Telegram's HTML, without a link preview, with these buttons."""
    payload = classic.payload(text)
    return payload | {"reply_markup": keyboard(buttons, username)} if buttons else payload


def html_caption(text: str, buttons: Buttons = (), username: str = "") -> dict[str, Any]:
    """Return the payload of a file's caption in Telegram's HTML, with these buttons."""
    payload: dict[str, Any] = {"caption": text, "parse_mode": "HTML"}
    return payload | {"reply_markup": keyboard(buttons, username)} if buttons else payload


def code_link(username: str, code: str) -> str:
    """Return the deep link that asks whether a code is to be redeemed."""
    return f"https://t.me/{username}?start={CODE}{code}"


def _button(button: Button, username: str) -> dict[str, Any]:
    if button.place is not None:
        return {"text": button.label, "callback_data": button.place.code()}
    if button.opens is not None:
        return {"text": button.label, "callback_data": f"{OPEN}{button.opens.code()}"}
    if button.share is not None:
        address = quote(link(username, button.share), safe="")
        return {"text": button.label, "url": f"https://t.me/share/url?url={address}"}
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    if button.copy is not None:
        return {"text": button.label, "copy_text": {"text": button.copy}}
    return {"text": button.label, "callback_data": f"{ACTION}{button.action}"}
