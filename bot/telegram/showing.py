"""Shows pages: new or turned in place, classic or rich, protected where they hold paid text."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain.delivery import Outcome, Rejected, Sent
from bot.domain.page import Rendering
from bot.domain.reader import Guest
from bot.services.reading import Opened, Reading
from bot.telegram.errors import MISSING_MESSAGE, says
from bot.telegram.keyboard import keyboard
from bot.telegram.transport import File, Transport

log = structlog.get_logger(__name__)

NOT_FOUND = "message to edit not found"
REFUSED_KEPT = 1_000
WRONG_FILE = ("wrong file_id", "wrong file identifier", "file_reference")

HandOver = Callable[[dict[str, Any], tuple[File, ...]], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message that stands in a chat, and whether Telegram protects it."""

    message_id: int
    protected: bool


class Showing:
    def __init__(self, reading: Reading, transport: Transport, username: str, public_url: str | None) -> None:
        self._reading = reading
        self._transport = transport
        self._username = username
        self._public_url = public_url
        self._knows_rich = True
        self._refused: set[int] = set()  # hashes of pages' texts

    async def show(self, guest: Guest, chat_id: int, opened: Opened) -> Outcome:
        """Send a page as a new message."""
        opened = await self._renderable(guest, opened)
        outcome = await self._send(chat_id, opened)
        if self._falls_back(opened, outcome):
            opened = await self._classic(guest, opened)
            outcome = await self._send(chat_id, opened)
        await self._remember(guest, opened, outcome, protected=opened.page.paid)
        return outcome

    async def turn(self, guest: Guest, chat_id: int, standing: Standing, opened: Opened) -> Outcome:
        """Turn a message into a page, or send a new one where an edit cannot protect or is refused."""
        opened = await self._renderable(guest, opened)
        if opened.page.paid and not standing.protected:
            return await self.show(guest, chat_id, opened)
        outcome = await self._edit(chat_id, standing, opened)
        if self._falls_back(opened, outcome):
            opened = await self._classic(guest, opened)
            outcome = await self._edit(chat_id, standing, opened)
        if isinstance(outcome, Rejected):
            return await self._replace(guest, chat_id, standing, opened, outcome)
        await self._remember(guest, opened, outcome, protected=standing.protected)
        return outcome

    def refused(self, opened: Opened) -> bool:
        """Tell whether Telegram is known to refuse this rich page, so that a classic one stands for it."""
        page = opened.page
        if page.rendering is Rendering.CLASSIC:
            return False
        return not self._knows_rich or hash(page.text) in self._refused

    async def _replace(
        self, guest: Guest, chat_id: int, standing: Standing, opened: Opened, refusal: Outcome
    ) -> Outcome:
        """Send the page anew, and take the old message away if it still stands."""
        outcome = await self.show(guest, chat_id, opened)
        if isinstance(outcome, Sent) and not says(refusal, NOT_FOUND):
            await self._transport.delete(chat_id, standing.message_id)
        return outcome

    async def _send(self, chat_id: int, opened: Opened) -> Outcome:
        protect = {"protect_content": True} if opened.page.paid else {}
        return await self._with_cover(
            opened, lambda body, files: self._transport.send(chat_id, body | protect, *files)
        )

    async def _edit(self, chat_id: int, standing: Standing, opened: Opened) -> Outcome:
        return await self._with_cover(
            opened, lambda body, files: self._transport.edit(chat_id, standing.message_id, body, *files)
        )

    async def _with_cover(self, opened: Opened, hand_over: HandOver) -> Outcome:
        """Hand a page over; a rich one with its cover, uploaded once and then known by its file id."""
        if opened.page.rendering is Rendering.CLASSIC or not opened.page.cover or opened.cover is None:
            return await hand_over(self._payload(opened, None), ())
        cover = opened.cover
        file_id = await self._reading.uploaded(cover.digest)
        if file_id is not None:
            outcome = await hand_over(self._payload(opened, file_id), ())
            if not says(outcome, *WRONG_FILE):
                return outcome
            await self._reading.remember_upload(cover.digest, None)
        file = File("cover", cover.content, cover.media_type)
        outcome = await hand_over(self._payload(opened, "attach://cover"), (file,))
        if isinstance(outcome, Sent) and (uploaded := _photo_id(outcome.answer)):
            await self._reading.remember_upload(cover.digest, uploaded)
        return outcome

    def _payload(self, opened: Opened, media: str | None) -> dict[str, Any]:
        page = opened.page
        markup = {"reply_markup": keyboard(page.buttons, self._username)}
        if page.rendering is Rendering.CLASSIC:
            preview = self._preview(opened)
            return {"text": page.text, "parse_mode": "HTML", "link_preview_options": preview} | markup
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

    def _falls_back(self, opened: Opened, outcome: Outcome) -> bool:
        """Tell whether a rich page was refused as such, and remember it: never after a timeout."""
        if opened.page.rendering is Rendering.CLASSIC or not isinstance(outcome, Rejected):
            return False
        if outcome.code == 404:
            self._knows_rich = False
            log.warning("this server knows no rich messages: classic until the next start")
            return True
        if outcome.code != 400 or says(outcome, *MISSING_MESSAGE):
            return False
        log.warning("rich page refused", place=opened.page.place.code(), reason=outcome.reason)
        if len(self._refused) >= REFUSED_KEPT:
            self._refused.clear()
        self._refused.add(hash(opened.page.text))
        return True

    async def _renderable(self, guest: Guest, opened: Opened) -> Opened:
        return await self._classic(guest, opened) if self.refused(opened) else opened

    async def _classic(self, guest: Guest, opened: Opened) -> Opened:
        return await self._reading.open(guest, opened.page.place, rendering=Rendering.CLASSIC) or opened

    async def _remember(self, guest: Guest, opened: Opened, outcome: Outcome, *, protected: bool) -> None:
        if guest.private and isinstance(outcome, Sent):
            await self._reading.remember(opened, outcome.message_id, protected=protected)


def _photo_id(answer: dict[str, Any]) -> str | None:
    """Find the largest size of the first photo in what Telegram says of a rich message."""
    found = _first_photo(answer.get("rich_message"))
    return str(found[-1]["file_id"]) if found else None


def _first_photo(part: Any) -> list[dict[str, Any]] | None:
    if isinstance(part, dict):
        photo = part.get("photo")
        if isinstance(photo, list) and photo and "file_id" in photo[-1]:
            return photo
        part = list(part.values())
    if isinstance(part, list):
        return next((found for one in part if (found := _first_photo(one))), None)
    return None
