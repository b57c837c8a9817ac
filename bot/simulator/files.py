"""Files that bots have uploaded; they stay in memory."""

import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, UnidentifiedImageError

from bot.simulator.errors import bad_request
from bot.simulator.messages import Content
from bot.simulator.parameters import Upload

WRONG = "wrong file_id or the file is temporarily unavailable"
PHOTO_LIMIT = 10 * 1024 * 1024
FILE_LIMIT = 50 * 1024 * 1024
KINDS_OF_PEOPLE = frozenset({"photo", "document"})
SIDES = 10_000  # width and height of a photo together


@dataclass(frozen=True, slots=True)
class File:
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

    def as_json(self) -> dict[str, Any]:
        """Return the object that stands for the file in a message: a PhotoSize, a Document …"""
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
        return {**body, "mime_type": self.media_type}


class Files:
    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}

    def add(self, kind: str, upload: Upload) -> File:
        """Keep an upload; ApiError 400 for an empty one, one too big, or a photo that is no picture."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > (PHOTO_LIMIT if kind == "photo" else FILE_LIMIT):
            raise bad_request("file is too big")
        width, height = _measured(upload.content) if kind == "photo" else (0, 0)
        name = upload.name.replace("/", "_") or "file"
        file = File(
            f"SIM{secrets.token_urlsafe(36)}", secrets.token_urlsafe(9), kind, name, upload.media_type,
            upload.content, width, height,
        )  # fmt: skip
        self._by_id[file.file_id] = file
        self._by_path[file.path] = file
        return file

    def linked(self, kind: str, url: str) -> File:
        """Keep a file that is only known by its address; it has no content here."""
        file = File(
            f"SIM{secrets.token_urlsafe(36)}", secrets.token_urlsafe(9), kind, "file", "", b"", url=url
        )
        self._by_id[file.file_id] = file
        return file

    def find(self, file_id: str) -> File:
        """Return the file of an id; ApiError 400 for one that was never given out."""
        if file_id not in self._by_id:
            raise bad_request(WRONG)
        return self._by_id[file_id]

    def at(self, path: str) -> File | None:
        return self._by_path.get(path)


def file_content(file: File, kind: str, caption: Mapping[str, Any], html: str) -> Content:
    """Make a message of a file and the fields of its caption."""
    body: Any = [file.as_json()] if kind == "photo" else file.as_json()
    fields = {kind: body, **caption}
    if kind == "animation":
        fields["document"] = body
    return Content(kind, fields, html=html)


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
