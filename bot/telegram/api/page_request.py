"""Page requests: the Bot API calls that show a page."""

from typing import Any

from bot.domain.pages.rendering import classic
from bot.domain.readers.reader import Rendering
from bot.services.reading.reading import Opened
from bot.telegram.api.keyboard import keyboard

UPLOADED_COVER = "attach://cover"
"""Stands in the place of the cover's file id where the cover is uploaded with the message."""


class PageRequests:
    """Builds the calls that show pages. They hold everything but the chat."""

    def __init__(self, username: str, public_url: str | None) -> None:
        """`username` is the bot's. `public_url`: where the public pages are; None: there are none."""
        self._username = username
        self._public_url = public_url

    def build(self, opened: Opened) -> tuple[str, dict[str, Any]]:
        """Return method and payload of a page as a new message; its cover, if any, is to be uploaded."""
        rich = opened.page.rendering is Rendering.RICH
        media = UPLOADED_COVER if rich and opened.page.cover and opened.cover else None
        method = "sendRichMessage" if rich else "sendMessage"
        return method, self.payload(opened, media) | protection(opened)

    def payload(self, opened: Opened, media: str | None) -> dict[str, Any]:
        """Return the payload that a new message and an edit share. `media` is the cover's file id, or
        UPLOADED_COVER; None: without a cover.
        """
        page = opened.page
        markup = {"reply_markup": keyboard(page.buttons, self._username)}
        if page.rendering is Rendering.CLASSIC:
            return classic.payload(page.text, self._preview(opened)) | markup
        rich: dict[str, Any] = {"html": page.text, "skip_entity_detection": True}
        if media is not None:
            rich["media"] = [{"id": "cover", "media": {"type": "photo", "media": media}}]
        return {"rich_message": rich} | markup

    def _preview(self, opened: Opened) -> dict[str, Any]:
        """Return the link preview of a classic page. On a front page it shows the cover: it is a large
        preview of the issue's public page.
        """
        url = self._public_page(opened) or opened.url
        if not opened.page.cover or not opened.out or url is None:
            return {"is_disabled": True}
        return {"url": url, "prefer_large_media": True, "show_above_text": True}

    def _public_page(self, opened: Opened) -> str | None:
        if self._public_url is None:
            return None
        return f"{self._public_url}/i/{opened.page.place.date}/{opened.language}"


def protection(opened: Opened) -> dict[str, Any]:
    """Return what protects a page with paid text from being forwarded; nothing for other pages."""
    return {"protect_content": True} if opened.page.paid else {}


def photo_id(answer: dict[str, Any]) -> str | None:
    """Return the file id of the first photo, in its largest size, in Telegram's answer; None without one."""
    sizes = _first_photo(answer.get("rich_message"))
    return str(sizes[-1]["file_id"]) if sizes else None


def _first_photo(part: Any) -> list[dict[str, Any]] | None:
    if isinstance(part, dict):
        photo = part.get("photo")
        if isinstance(photo, list) and photo and "file_id" in photo[-1]:
            return photo
        part = list(part.values())
    if isinstance(part, list):
        return next((sizes for child in part if (sizes := _first_photo(child))), None)
    return None
