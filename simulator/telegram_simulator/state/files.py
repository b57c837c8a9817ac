"""Files that bots have uploaded; they stay in memory."""

import io
import mimetypes
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, UnidentifiedImageError

from telegram_simulator.api.errors import bad_request
from telegram_simulator.api.parameters import Upload
from telegram_simulator.state.messages import NOTHING, Content

WRONG = "wrong file_id or the file is temporarily unavailable"
WRONG_IN_SEND = "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"
DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
FILE_LIMIT = 50 * 1024 * 1024
KINDS_OF_PEOPLE = frozenset({"photo", "document", "voice"})
DETAILS: Mapping[str, tuple[str, ...]] = {
    "video": ("duration", "width", "height", "thumbnail"),
    "animation": ("duration", "width", "height", "thumbnail"),
    "audio": ("duration", "performer", "title", "thumbnail"),
    "voice": ("duration",),
    "document": ("thumbnail",),
}
"""What a sender may say of a file, by its kind."""

SIDES = 10_000  # width and height of a photo together


@dataclass(frozen=True, slots=True)
class File:
    """A file of one bot. File ids are per bot: another bot cannot use this `file_id`."""

    bot: int
    file_id: str
    unique_id: str
    kind: str
    name: str
    media_type: str
    content: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    url: str | None = None

    @property
    def path(self) -> str:
        return f"{self.kind}s/{self.unique_id}/{self.name}"

    def as_json(self, details: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        """Return the object that stands for the file in a message: a PhotoSize, a Document …

        `details` are what the sender says of it: duration, width, height, performer, title, thumbnail.
        """
        body: dict[str, Any] = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }
        if self.kind == "photo":
            return {**body, "width": self.width, "height": self.height}
        if self.kind in ("video", "animation"):
            body |= {"width": self.width or 320, "height": self.height or 240}
        if self.kind in ("video", "animation", "audio", "voice"):
            body["duration"] = 1
        if self.kind != "voice":
            body["file_name"] = self.name
        said = {name: details[name] for name in DETAILS.get(self.kind, ()) if details.get(name)}
        return {**body, **said, "mime_type": self.media_type}


class Files:
    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}

    def add(self, bot: int, kind: str, upload: Upload) -> File:
        """Keep an upload for a bot; ApiError 400 for an empty one, one too big, or a photo that is none."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > (PHOTO_LIMIT if kind == "photo" else FILE_LIMIT):
            raise bad_request("file is too big")
        width, height = _measured(upload.content) if kind == "photo" else (0, 0)
        name = upload.name.replace("/", "_") or "file"
        file = File(
            bot, f"SIM{secrets.token_urlsafe(36)}", secrets.token_urlsafe(9), kind, name,
            _media_type(kind, name, upload), upload.content, width, height,
        )  # fmt: skip
        self._by_id[file.file_id] = file
        self._by_path[file.path] = file
        return file

    def linked(self, bot: int, kind: str, url: str) -> File:
        """Keep a file that is only known by its address; it has no content here."""
        file = File(
            bot, f"SIM{secrets.token_urlsafe(36)}", secrets.token_urlsafe(9), kind, "file", "", b"", url=url
        )
        self._by_id[file.file_id] = file
        return file

    def find(self, bot: int, file_id: str, wrong: str = WRONG) -> File:
        """Return the file of an id; ApiError 400 `wrong` for one that this bot was never given."""
        file = self._by_id.get(file_id)
        if file is None or file.bot != bot:
            raise bad_request(wrong)
        return file

    def of_any(self, file_id: str) -> File:
        """Return the file of an id, whichever bot was given it; ApiError 400 for one that nobody was."""
        if file_id not in self._by_id:
            raise bad_request(WRONG)
        return self._by_id[file_id]

    def at(self, path: str) -> File | None:
        return self._by_path.get(path)


def file_content(
    file: File, kind: str, caption: Mapping[str, Any], html: str, details: Mapping[str, Any] = NOTHING
) -> Content:
    """Make a message of a file, what its sender says of it, and the fields of its caption."""
    body: Any = [file.as_json()] if kind == "photo" else file.as_json(details)
    fields = {kind: body, **caption}
    if kind == "animation":
        fields["document"] = body
    return Content(kind, fields, html=html)


def _media_type(kind: str, name: str, upload: Upload) -> str:
    """Return the media type: by kind, then by name, then as the client said, in Telegram's order."""
    if kind == "voice":
        return "audio/ogg"
    return mimetypes.guess_type(name)[0] or upload.media_type


def _measured(content: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > SIDES or width > 20 * height or height > 20 * width:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height
