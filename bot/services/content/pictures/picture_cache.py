"""Disk cache of converted covers, by the source file's SHA-256."""

import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

RULES = 1
"""Raise it when conversion changes: cached pictures of another number are converted anew."""

MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    content: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


class PictureCache:
    """Evicts the oldest pictures beyond `most_bytes`. One writer at a time, any number of readers. Blocks."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """The folder is created with the first picture."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._bytes: int | None = None
        self._is_told = False

    def get(self, digest: str, source: bytes) -> Made | None:
        """Return the converted picture of `source`; None where there is none, or its file is damaged."""
        try:
            head, _, content = (self._folder / digest).read_bytes().partition(b"\n")
            fields = json.loads(head)
            if fields["rules"] != RULES or fields["digest"] != hashlib.sha256(content).hexdigest():
                return None
            made = content or source  # nothing is kept of a picture that was in form
            return Made(made, str(fields["media_type"]), int(fields["width"]), int(fields["height"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, digest: str, made: Made, source: bytes) -> None:
        """Store a converted picture and drop the oldest ones beyond the bound. A failure is logged once."""
        content = b"" if made.content is source else made.content
        fields = {
            "rules": RULES,
            "digest": hashlib.sha256(content).hexdigest(),
            "media_type": made.media_type,
            "width": made.width,
            "height": made.height,
        }
        try:
            self._write(digest, json.dumps(fields).encode() + b"\n" + content)
            self._bound(len(content))
        except OSError as error:
            self._tell(error)

    def _tell(self, error: OSError) -> None:
        """Say once that pictures cannot be kept."""
        if not self._is_told:
            log.warning(
                "Covers cannot be kept in %s (%s): each is made again when it is needed. "
                "Let the bot's user write there.",
                self._folder,
                error.strerror,
            )
        self._is_told = True

    def _write(self, digest: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._folder, prefix=".")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(draft).replace(self._folder / digest)
        except OSError:
            with suppress(OSError):
                Path(draft).unlink()
            raise

    def _bound(self, added: int) -> None:
        if self._bytes is not None and self._bytes + added <= self._most_bytes:
            self._bytes += added
            return
        newest_first = sorted(self._files(), reverse=True)
        total = 0
        for _, size, file in newest_first:
            total += size
            if total > self._most_bytes:
                file.unlink(missing_ok=True)
                total -= size
        self._bytes = total

    def _files(self) -> list[tuple[int, int, Path]]:
        with os.scandir(self._folder) as entries:
            stats = [(Path(entry.path), entry.stat()) for entry in entries if entry.is_file()]
        return [(stat.st_mtime_ns, stat.st_size, file) for file, stat in stats]
