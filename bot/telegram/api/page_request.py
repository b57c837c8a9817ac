"""The request of a page: everything of the call but its chat."""

from typing import Any

from bot.domain.pages.rendering import classic
from bot.domain.readers.reader import Rendering
from bot.services.reading.reading import Opened
from bot.telegram.api.keyboard import keyboard

UPLOADED_COVER = "attach://cover"
"""Stands for the cover's file id in a call that brings the picture along."""


class PageRequests:
    def __init__(self, username: str, public_url: str | None) -> None:
        self._username = username
        self._public_url = public_url

    def build(self, opened: Opened) -> tuple[str, dict[str, Any]]:
        """Return the method and the whole call of a page sent anew, its cover not uploaded yet."""
        rich = opened.page.rendering is Rendering.RICH
        media = UPLOADED_COVER if rich and opened.page.cover and opened.cover else None
        method = "sendRichMessage" if rich else "sendMessage"
        return method, self.payload(opened, media) | protection(opened)

    def payload(self, opened: Opened, media: str | None) -> dict[str, Any]:
        """Return what a message and an edit have in common; `media` is the cover's file id."""
        page = opened.page
        markup = {"reply_markup": keyboard(page.buttons, self._username)}
        if page.rendering is Rendering.CLASSIC:
            return classic.payload(page.text, self._preview(opened)) | markup
        rich: dict[str, Any] = {"html": page.text, "skip_entity_detection": True}
        if media is not None:
            rich["media"] = [{"id": "cover", "media": {"type": "photo", "media": media}}]
        return {"rich_message": rich} | markup

    def _preview(self, opened: Opened) -> dict[str, Any]:
        """Put the cover above a classic front page: a large preview of the issue's public page."""
        url = self._public_page(opened) or opened.url
        if not opened.page.cover or not opened.out or url is None:
            return {"is_disabled": True}
        return {"url": url, "prefer_large_media": True, "show_above_text": True}

    def _public_page(self, opened: Opened) -> str | None:
        if self._public_url is None:
            return None
        return f"{self._public_url}/i/{opened.page.place.date}/{opened.language}"


def protection(opened: Opened) -> dict[str, Any]:
    """Paid text is sent protected."""
    return {"protect_content": True} if opened.page.paid else {}


def photo_id(answer: dict[str, Any]) -> str | None:
    """Find the largest size of the first photo in what Telegram says of a rich message."""
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
